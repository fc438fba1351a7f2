package console

import (
	"context"
	"slices"

	"minping/complaints"
	"minping/complaints/publish"
	"minping/internal/actor"
)

// knownRow is an answer of the base that may be what a case asks.
type knownRow struct{ Href, Question, Text, Office string }

const knownRows = 3

// showKnown adds to the page of a case what package publish has for it: answers of
// the base to whoever may reply, and the way to the public once it is closed.
func (h *Handler) showKnown(ctx context.Context, p *casePage, d complaints.Dossier, by actor.Actor) error {
	if h.public == nil || d.Sealed {
		return nil
	}
	if d.State == complaints.Closed && (by.Can(complaints.PermReply, d.Place()) || by.Can(publish.PermPublish, d.Place())) {
		p.Release = "/console/replies/case/" + fmtInt(d.ID)
	}
	if !slices.Contains(d.Actions, complaints.ActReply) && !slices.Contains(d.Actions, complaints.ActAnswerNow) {
		return nil
	}
	known, err := h.public.Suggest(ctx, d.Title+"\n"+d.Body, d.Office, knownRows)
	for _, k := range known {
		p.KnownAnswers = append(p.KnownAnswers, knownRow{Href: "/answers/" + fmtInt(k.ID), Question: k.Question, Text: k.Answer, Office: named(p.Page, k.OfficeName, k.OfficeNameEn, "")})
	}
	return err
}
