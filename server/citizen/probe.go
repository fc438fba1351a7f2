package citizen

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/internal/code"
	"minping/internal/fault"
	"minping/internal/i18n"
	"minping/surveys"
)

// probePart is the one question about another office on the page of thanks. Each answer is
// a button of its own: one tap sends it.
type probePart struct {
	Question string
	Name     string // of the field
	Answers  []probeAnswer
	Decline  bool // offers not to answer
	Done     bool // answered: only thanks
	Action   string
	Failure  string
}

type probeAnswer struct{ Value, Text string }

// probeOf prepares that part; nil where nothing is asked. Whatever goes wrong with it, the
// receipt is shown.
func (h *Handler) probeOf(c echo.Context, f face, receipt string) *probePart {
	if f.kiosk { // the next visitor is waiting, and would answer for this one
		return nil
	}
	p, err := h.surveys.Probe(c.Request().Context(), receipt)
	if err != nil {
		h.site.Report(c, err)
		return nil
	}
	if !p.Asked() || p.Heard == surveys.HeardDeclined {
		return nil
	}
	part := &probePart{Done: p.Stage == surveys.ProbeDone,
		Action: "/r/" + url.PathEscape(c.Param("code")) + "/done/" + url.PathEscape(receipt) + "/probe" + chosen(c.Request())}
	say := func(key string, args ...any) string { return h.texts.Text(f.lang, key, args...) }
	office := p.Unit.Name
	if f.lang == i18n.English && p.Unit.NameEn != "" {
		office = p.Unit.NameEn
	}
	switch p.Stage {
	case surveys.ProbeHeard:
		part.Name, part.Decline = "heard", true
		part.Question = say("five.probe.heard", "Office", office)
		if p.Unit.Brand != "" {
			part.Question = say("five.probe.heard_brand", "Office", office, "Brand", p.Unit.Brand)
		}
		part.Answers = []probeAnswer{{string(surveys.HeardYes), say("five.probe.yes")}, {string(surveys.HeardNo), say("five.probe.no")},
			{string(surveys.HeardUnsure), say("five.probe.unsure")}}
	case surveys.ProbeEsteem:
		part.Name, part.Question = "esteem", say("five.probe.esteem", "Office", office)
		for level, key := range []string{"five.probe.no_opinion", "citizen.level.1", "citizen.level.2", "citizen.level.3", "citizen.level.4", "citizen.level.5"} {
			part.Answers = append([]probeAnswer{{strconv.Itoa(level), say(key)}}, part.Answers...)
		}
	}
	return part
}

// answerProbe answers POST /r/{code}/done/{receipt}/probe.
func (h *Handler) answerProbe(c echo.Context) error {
	f := faceOf(c.Request())
	receipt := code.Normalize(c.Param("receipt"))
	if !code.Valid(receipt) {
		return h.noReceipt(c, f)
	}
	r := c.Request()
	if err := r.ParseForm(); err != nil {
		return h.refuseForm(c, f, errUnreadable)
	}
	err := h.storeProbe(r, receipt)
	refused, ok := fault.As(err)
	switch {
	case err == nil:
		noStore(c)
		return c.Redirect(http.StatusSeeOther, "/r/"+url.PathEscape(c.Param("code"))+"/done/"+url.PathEscape(receipt)+chosen(r)+"#probe")
	case ok && refused.Kind == fault.NotFound:
		return h.noReceipt(c, f)
	case !ok:
		h.site.Report(c, err)
		refused = fault.New(fault.Busy, "fault.busy")
	}
	return h.thankProbe(c, f, refused)
}

func (h *Handler) storeProbe(r *http.Request, receipt string) error {
	if typed, given := r.PostForm["esteem"]; given {
		esteem, err := strconv.Atoi(typed[0])
		if err != nil {
			esteem = -1
		}
		return h.surveys.RateProbed(r.Context(), receipt, esteem)
	}
	return h.surveys.AnswerProbe(r.Context(), receipt, surveys.Heard(r.PostForm.Get("heard")))
}

// thankProbe shows the page of thanks with what is wrong with the answer.
func (h *Handler) thankProbe(c echo.Context, f face, refused *fault.Fault) error {
	key := refused.Key
	if len(refused.Fields) > 0 {
		key = refused.Fields[0].Key
	}
	c.Set(probeFailure, h.texts.Text(f.lang, key))
	return h.thankWith(c, f, statusOf(refused.Kind), func(*contactPart) {})
}

// probeFailure is where a request keeps its message for the question's part.
const probeFailure = "citizen.probe.failure"
