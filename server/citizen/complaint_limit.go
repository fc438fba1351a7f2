package citizen

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/server/web"
)

// citizenActor: who writes here has no account.
func citizenActor() actor.Actor { return actor.Actor{} }

// complaintBudget is the budget of what is written without a window's code. Forms
// in it count against nobody's address alone.
const complaintBudget = "complaints"

// workPart is a challenge on the page; see work.
type workPart struct {
	Token, Text string
	Bits        int
	Auto        bool
}

// admit asks the limits, as for ratings. A form whose trap was filled in is asked
// for a challenge and no more: a browser that fills in forms by itself falls into it too.
func (h *Complaints) admit(c echo.Context, form complaintForm) (bool, error) {
	v := web.Visit{Source: web.SourceOf(c), Code: complaintBudget, Kiosk: form.Kiosk != "", Form: form.Submission}
	if !v.Kiosk {
		v.Device = h.devices.of(c.Request())
	}
	if form.Submission == uuid.Nil {
		return true, nil // refused for that, and printed with a number
	}
	proof, left := web.ProofNone, (*web.Challenge)(nil)
	if form.Challenge != "" {
		proof, left = h.challenges.Judge(v, form.Challenge, form.Solution)
	}
	verdict := web.Verdict{Rule: web.RuleForm, Work: true}
	if form.Trap == "" || proof != web.ProofNone {
		verdict = h.limits.Admit(v, proof)
	}
	if verdict.Pass {
		return true, nil
	}
	return false, h.tooMany(c, form, v, verdict, left)
}

// tooMany answers 429 with the form, everything typed, and what to do.
func (h *Complaints) tooMany(c echo.Context, form complaintForm, v web.Visit, verdict web.Verdict, left *web.Challenge) error {
	wait := max(time.Second, verdict.Wait)
	if verdict.Work && left == nil {
		fresh, err := h.challenges.Issue(v, verdict.Hard)
		if err != nil {
			return err
		}
		left = &fresh
	}
	if verdict.Work && verdict.Rule != web.RuleDevice {
		wait = left.Wait
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(seconds))
	return h.showForm(c, http.StatusTooManyRequests, form, func(p *complaintPage) {
		p.Notice = p.T("complaint.crowd")
		waiting := p.T("challenge.wait", "Count", seconds)
		if seconds > 90 {
			waiting = p.T("challenge.wait_minutes", "Count", (seconds+59)/60)
		}
		if !verdict.Work {
			p.Notice += " " + waiting
			return
		}
		p.Work = &workPart{Token: left.Token, Bits: left.Bits, Text: waiting, Auto: form.Challenge == ""}
	})
}
