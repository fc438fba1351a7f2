package citizen

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/complaints/publish"
)

// trackPublic tells a citizen what everybody may read of the case, and lets them
// object to it.
type trackPublic struct {
	Href      string // the page; empty while it is off
	Number    string
	State     string
	CanObject bool
	Told      string // the answer to the objection
	Max       int
}

func (h *Complaints) showPublic(c echo.Context, p *trackPage, seen complaints.Tracked) error {
	if h.public == nil {
		return nil
	}
	r, there, err := h.public.OfTracked(c.Request().Context(), seen)
	if err != nil || !there {
		return err
	}
	p.Public = &trackPublic{Number: strconv.FormatInt(r.Number, 10), State: p.T("replies.track." + string(r.State)), Told: r.Told,
		CanObject: r.State == publish.Shown && r.ObjectedAt == nil, Max: complaints.MaxReason}
	if r.State == publish.Shown {
		p.Public.Href = "/replies/" + p.Public.Number
	}
	return nil
}

// object carries a citizen's objection to the publication.
func (h *Complaints) object(c echo.Context, t complaints.Ticket, reason string) error {
	if h.public == nil {
		return echo.ErrNotFound
	}
	return h.public.Object(c.Request().Context(), t, reason)
}
