package console

import (
	"minping/complaints"
	"minping/internal/actor"
)

// alikeRoutes are hot topics and templates for replies. What a page shows of them is
// bounded by the desk itself.
func (h *Handler) alikeRoutes() []route {
	readers := []actor.Permission{complaints.PermRead}
	return []route{
		{"GET", "/topics", h.topics, complaints.PermRead, nil},
		{"GET", "/topics/:id", h.topicPage, complaints.PermRead, nil},
		{"POST", "/topics/:id", h.actOnTopic, complaints.PermMerge, nil},
		{"GET", "/templates", h.templates, complaints.PermTemplate, readers},
		{"GET", "/templates/new", h.newTemplate, complaints.PermTemplate, nil},
		{"POST", "/templates/new", h.saveTemplate, complaints.PermTemplate, nil},
		{"GET", "/templates/:id", h.templatePage, complaints.PermTemplate, readers},
		{"POST", "/templates/:id", h.saveTemplate, complaints.PermTemplate, nil},
	}
}
