package console

import (
	"minping/complaints"
	"minping/internal/actor"
	"minping/privacy"
)

// limitAttach lets the forms that take files be larger than others.
func (h *Handler) limitAttach() {
	for _, pattern := range []string{"/console/desk/new", "/console/desk/files", "/console/desk/:id"} {
		h.site.LimitAttach(pattern, attachBody)
	}
}

// fileRoutes are photos and documents of cases, and what the pages' first questions
// sent elsewhere. Who may see a file is judged by the desk, as for its case.
func (h *Handler) fileRoutes() []route {
	sealed := []actor.Permission{complaints.PermDiscipline}
	return []route{
		{"POST", "/desk/files", h.fileUploads, complaints.PermRead, []actor.Permission{complaints.PermDiscipline, complaints.PermFile}},
		{"GET", "/desk/:id/files/:file", h.filePage, complaints.PermRead, sealed},
		{"GET", "/desk/:id/files/:file/raw", h.fileRaw, complaints.PermRead, sealed},
		{"GET", "/desk/:id/files/:file/small", h.fileSmall, complaints.PermRead, sealed},
		{"GET", "/privacy/files", h.eraseFilePage, privacy.PermHandle, sealed},
		{"POST", "/privacy/files", h.eraseFile, privacy.PermHandle, sealed},
		{"GET", "/desk/routed", h.routed, complaints.PermDispatch, nil},
	}
}
