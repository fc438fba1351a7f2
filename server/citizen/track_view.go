package citizen

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/code"
	"minping/server/web"
)

// trackPage is a case as the citizen sees it: what is the matter now, by when, what
// was said, and what they can do.
type trackPage struct {
	web.Page
	Case     complaints.Tracked
	Receipt  string
	State    string
	Meaning  string // of the state, and what comes next
	Kind     string
	Received string
	Office   string
	Due      string
	Late     bool
	Assumed  bool   // the day may still move: no notice of holidays for that year
	Moved    string // the day moved because holidays did
	Petition string // by when a petition office has to say whether it accepts
	Words    []trackWords
	Steps    []trackStep
	Question string // the office's, not answered yet

	CanAnswer, CanAdd, CanUrge, CanWithdraw, CanRate, CanFollow bool

	Solved  string // what was said of the outcome
	Contact string // masked; "": none is kept
	Typed   deedForm
	Failure string
	Notice  string
	Max     int
	Levels  []levelChoice
	Kiosk   string
	Minutes int

	Sent                  []fileLink // with the filing
	AnswerFiles, AddFiles filesPart
	Public                *trackPublic // what everybody may read of it
}

type trackWords struct {
	Who, When, Body string
	Mine            bool
	Files           []fileLink
}

type trackStep struct{ When, Text string }

type levelChoice struct {
	Value int
	Text  string
}

func levelsOf(p web.Page) []levelChoice {
	var list []levelChoice
	for level := 5; level >= 1; level-- {
		list = append(list, levelChoice{level, p.T(levelKey(level))})
	}
	return list
}

// showCase shows a case; with adds what a form that was refused typed.
func (h *Complaints) showCase(c echo.Context, status int, given pass, seen complaints.Tracked, with func(*trackPage)) error {
	p := trackPage{Page: h.page(c, "complaint.track.title"), Case: seen, Receipt: code.Group(given.Receipt, 4), Max: complaints.MaxBody,
		Kiosk: given.Kiosk, Minutes: int(trackLasts.Minutes())}
	p.Path = "/track"
	p.State, p.Meaning = p.T("complaint.state."+string(seen.State)), p.T("complaint.state."+string(seen.State)+".next")
	p.Kind, p.Received = p.T("complaint.kind."+string(seen.Kind)), p.Time(seen.Received)
	p.Levels = levelsOf(p.Page)
	if seen.DueAt != nil && seen.State.Live() {
		p.Due, p.Late, p.Assumed = dueDay(p.Page, *seen.DueAt), h.now().After(*seen.DueAt), seen.Unnoticed != 0
	}
	if n := len(seen.Moves); n > 0 && p.Due != "" {
		p.Moved = p.T("complaint.track.moved", "Was", dueDay(p.Page, seen.Moves[n-1].Was), "Becomes", dueDay(p.Page, seen.Moves[n-1].Becomes))
	}
	if seen.PetitionBy != nil {
		p.Petition = p.T("complaint.track.petition", "Day", dueDay(p.Page, *seen.PetitionBy))
	}
	if seen.Office != 0 {
		u, err := h.offices.Unit(c.Request().Context(), reader(), seen.Office)
		if err != nil {
			return err
		}
		p.Office = titleOf(u, p.Lang)
	}
	p.tell(seen)
	p.allow(seen)
	if err := h.showPublic(c, &p, seen); err != nil {
		return err
	}
	if done := c.QueryParam("done"); status == http.StatusOK && slices.Contains([]string{"answer", "add", "urge", "withdraw", "rate", "followup", "forget", "object"}, done) {
		p.Notice = p.T("complaint.did." + done)
	}
	if with != nil {
		with(&p)
	}
	if seen.Identity != complaints.Anonymous {
		m, err := h.desk.MyContact(c.Request().Context(), given.ticket())
		if err != nil {
			return err
		}
		if m != nil {
			p.Contact = strings.TrimSpace(m.Name + " " + m.Phone + " " + m.Email)
		}
	}
	if err := h.offerFiles(c, &p); err != nil {
		return err
	}
	noStore(c)
	return h.site.Render(c, status, "track", p)
}

// offerFiles shows what waits for the answer and the addition. A kiosk takes none.
func (h *Complaints) offerFiles(c echo.Context, p *trackPage) (err error) {
	p.Sent = append(trackFiles(p.Page, p.Case.Files, 0, true), trackFiles(p.Page, p.Case.Files, 0, false)...)
	if p.Kiosk != "" {
		return nil
	}
	for act, part := range map[string]*filesPart{"answer": &p.AnswerFiles, "add": &p.AddFiles} {
		form := complaints.Form{ID: p.Typed.Files, For: act}
		page := p.Page
		if !p.Typed.Is(act) || form.ID == uuid.Nil {
			page.Errors = nil
			if form.ID, err = newSubmission(h.now()); err != nil {
				return err
			}
		}
		if *part, err = h.filesOf(c, page, form); err != nil {
			return err
		}
	}
	return nil
}

// tell puts words and steps in order, newest last.
func (p *trackPage) tell(seen complaints.Tracked) {
	for _, m := range seen.Messages {
		mine := m.Side == complaints.Citizen
		p.Words = append(p.Words, trackWords{p.T("complaint.words." + m.Purpose), p.Time(m.At), m.Body, mine, trackFiles(p.Page, seen.Files, m.ID, mine)})
		if m.Purpose == "question" {
			p.Question = m.Body
		}
	}
	if seen.State != complaints.Waiting {
		p.Question = ""
	}
	for _, s := range seen.Steps {
		p.Steps = append(p.Steps, trackStep{p.Time(s.At), p.T("complaint.step." + string(s.Action))})
	}
	if seen.Solved != nil {
		p.Solved = p.T("complaint.rate.solved_no")
		if *seen.Solved {
			p.Solved = p.T("complaint.rate.solved_yes")
		}
	}
}

// allow says what may be done, as complaints' table has it; the service decides.
func (p *trackPage) allow(seen complaints.Tracked) {
	answered := slices.Contains([]complaints.State{complaints.Replied, complaints.InCallback, complaints.Closed}, seen.State)
	p.CanAnswer = seen.State == complaints.Waiting
	p.CanAdd, p.CanWithdraw = seen.State.Live(), seen.State.Live()
	p.CanUrge = slices.Contains([]complaints.State{complaints.Dispatched, complaints.Acknowledged, complaints.InProgress, complaints.Waiting, complaints.Redo}, seen.State)
	p.CanRate = answered && (seen.State != complaints.Closed || !seen.Contacted)
	p.CanFollow = answered && seen.Kind == complaints.BadRating && seen.FollowUp == 0
}
