package console

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/actor"
	"minping/server/web"
)

// Appeals to be judged. Who opens the list: the reviewer, from outside of the office. It
// holds nothing of one's own office.

func (h *Handler) reviews(c echo.Context) error {
	return h.worklist(c, workWords{"desk.reviews.title", "desk.reviews.lead", "desk.reviews.none"}, complaints.Filter{States: []complaints.State{complaints.RatingReview}, As: "reviewer"}, "/console/reviews")
}

type workWords struct{ title, lead, none string }

func (h *Handler) worklist(c echo.Context, words workWords, f complaints.Filter, at string) error {
	var req deskRequest
	if err := web.Bind(c, &req); err != nil {
		req = deskRequest{}
	}
	after, ok := readMark(req.After)
	if !ok {
		return c.Redirect(http.StatusSeeOther, at)
	}
	f.After = after
	p := deskPage{Page: h.site.Page(c, words.title)}
	p.Lead, p.Empty = p.T(words.lead), p.T(words.none)
	if err := h.fillQueue(c.Request().Context(), web.ActorOf(c), &p, f, at, url.Values{}); err != nil {
		return err
	}
	return h.site.Render(c, http.StatusOK, "deskwork", p)
}

// caseReaders open the desk.
func caseReaders() []actor.Permission {
	return []actor.Permission{complaints.PermRead, complaints.PermDiscipline}
}
