package citizen

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/internal/code"
	"minping/internal/i18n"
	"minping/server/web"
	"minping/static"
	"minping/surveys"
)

// guard sets up what keeps one sender from drowning the others.
func (h *Handler) guard(c Config) (err error) {
	if h.limits == nil {
		if h.limits, err = web.NewLimiter(web.LimitConfig{Now: c.Now}); err != nil {
			return fmt.Errorf("citizen pages: %w", err)
		}
	}
	for _, key := range []*[]byte{&c.ChallengeKey, &c.DeviceKey} {
		if len(*key) == 0 {
			*key = make([]byte, 32)
			if _, err := rand.Read(*key); err != nil {
				return fmt.Errorf("citizen pages: %w", err)
			}
		}
	}
	if h.challenges, err = web.NewChallenges(c.ChallengeKey, c.Now); err != nil {
		return fmt.Errorf("citizen pages: %w", err)
	}
	h.devices, err = newDevices(c.DeviceKey, h.secure)
	return err
}

// admit asks the limits. Where they refuse, the answer is given: the form with
// everything typed, under the same submission id, and a challenge where one helps.
func (h *Handler) admit(c echo.Context, f face, posted *form, device string) (bool, error) {
	v := web.Visit{Source: web.SourceOf(c), Device: device, Kiosk: f.kiosk, Form: posted.id}
	var err error
	if v.Code, err = h.budgetCode(c); err != nil {
		return false, err
	}
	proof, left := web.ProofNone, (*web.Challenge)(nil)
	if posted.token != "" {
		proof, left = h.challenges.Judge(v, posted.token, posted.solution)
	}
	verdict := h.limits.Admit(v, proof)
	if verdict.Pass {
		return true, nil
	}
	return false, h.tooMany(c, f, &refusal{posted, v, verdict, left})
}

// budgetCode is the code whose budget a form uses. Tickets and codes that are
// not open have none, or a program could invent budgets by inventing codes.
func (h *Handler) budgetCode(c echo.Context) (string, error) {
	key := code.Normalize(c.Param("code"))
	if len(key) == surveys.TicketLength+1 {
		return "", nil // one visit, one rating; only the database knows it
	}
	e, err := h.surveys.Resolve(c.Request().Context(), key)
	if err != nil || e.State != surveys.StateOpen {
		return "", err
	}
	return e.Code, nil
}

type refusal struct {
	posted  *form
	visit   web.Visit
	verdict web.Verdict
	left    *web.Challenge // one shown before that still stands
}

// tooMany answers 429 with the form and what to do.
func (h *Handler) tooMany(c echo.Context, f face, r *refusal) error {
	e, err := h.surveys.Resolve(c.Request().Context(), c.Param("code"))
	if err != nil {
		return err
	}
	if r.posted.id == uuid.Nil { // the challenge is for the form that goes out now
		if r.posted.id, err = newSubmission(h.now()); err != nil {
			return err
		}
		r.visit.Form, r.left = r.posted.id, nil
	}
	wait := max(time.Second, r.verdict.Wait)
	with := &filling{typed: r.posted, notice: h.refusalText(f.lang, r.verdict.Rule)}
	if r.verdict.Work {
		challenge := r.left
		if challenge == nil {
			fresh, err := h.challenges.Issue(r.visit, r.verdict.Hard)
			if err != nil {
				return err
			}
			challenge = &fresh
		}
		if r.verdict.Rule != web.RuleDevice { // a device that is over its limit must wait for its own budget
			wait = min(wait, challenge.Wait)
		}
		with.work = &work{Challenge: *challenge, auto: r.posted.token == ""}
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	if with.work != nil {
		with.work.text = waitText(h.texts, f.lang, seconds)
	} else {
		with.notice += " " + waitText(h.texts, f.lang, seconds)
	}
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(seconds))
	return h.again(c, e, f, with, http.StatusTooManyRequests)
}

func (h *Handler) refusalText(lang, rule string) string {
	switch rule {
	case web.RuleDevice, web.RuleForm:
		return h.texts.Text(lang, "challenge.device")
	}
	return h.texts.Text(lang, "challenge.crowd")
}

func waitText(texts *i18n.Catalog, lang string, seconds int) string {
	if seconds <= 90 {
		return texts.Text(lang, "challenge.wait", "Count", seconds)
	}
	return texts.Text(lang, "challenge.wait_minutes", "Count", (seconds+59)/60)
}

// work is a challenge on the page. Without a script its text asks to wait; the
// script replaces it with its progress.
type work struct {
	web.Challenge
	text string
	auto bool // not tried before: the script may send the form itself
}

func (w *work) write(b *bytes.Buffer, texts *i18n.Catalog, lang string) {
	b.WriteString(`<input type="hidden" name="challenge" value="`)
	escape(b, w.Token)
	b.WriteString(`"><input type="hidden" name="solution" value=""><p class="m" id="work" role="status"`)
	attribute(b, "data-bits", strconv.Itoa(w.Bits))
	attribute(b, "data-working", texts.Text(lang, "challenge.working"))
	attribute(b, "data-done", texts.Text(lang, "challenge.done"))
	if w.auto {
		attribute(b, "data-sending", texts.Text(lang, "challenge.sending"))
	}
	b.WriteByte('>')
	escape(b, w.text)
	b.WriteString(`</p><script type="module" src="`)
	escape(b, static.Path("js/challenge.js"))
	b.WriteString(`"></script>`)
}

func attribute(b *bytes.Buffer, name, value string) {
	b.WriteString(" " + name + `="`)
	escape(b, value)
	b.WriteByte('"')
}
