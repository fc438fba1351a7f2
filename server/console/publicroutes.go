package console

import (
	"minping/complaints"
	"minping/complaints/publish"
	"minping/internal/actor"
	"minping/privacy"
)

// publicRoutes prepare what everybody may read of the desk. Who may do what to which
// case is judged by package publish; privacy's officer may withdraw.
func (h *Handler) publicRoutes() []route {
	writers := []actor.Permission{publish.PermPublish}
	return []route{
		{"GET", "/replies", h.releases, complaints.PermReply, publishers()[1:]},
		{"GET", "/replies/case/:id", h.release, complaints.PermReply, writers},
		{"POST", "/replies/case/:id", h.actOnRelease, complaints.PermReply, writers},
		{"GET", "/replies/:id", h.released, complaints.PermReply, publishers()[1:]},
		{"POST", "/replies/:id", h.actOnReleased, publish.PermPublish, []actor.Permission{privacy.PermHandle}},
		{"GET", "/answers", h.answerList, complaints.PermReply, writers},
		{"GET", "/answers/new", h.newAnswer, complaints.PermReply, writers},
		{"POST", "/answers/new", h.writeAnswer, complaints.PermReply, writers},
		{"GET", "/answers/:id", h.entry, complaints.PermReply, writers},
		{"POST", "/answers/:id", h.actOnAnswer, complaints.PermReply, writers},
	}
}

// publishers open the list of what is, or may be, published.
func publishers() []actor.Permission {
	return []actor.Permission{complaints.PermReply, publish.PermPublish, privacy.PermHandle}
}
