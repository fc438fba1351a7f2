package console

import (
	"minping/complaints"
	"minping/internal/actor"
)

// deskRoutes are the complaints desk. Whoever may read cases opens them, and the
// discipline role, which reads the sealed ones; what may be done to a case is
// judged by the desk itself.
func (h *Handler) deskRoutes() []route {
	sealed := []actor.Permission{complaints.PermDiscipline}
	return []route{
		{"GET", "/desk", h.deskQueue, complaints.PermRead, sealed},
		{"POST", "/desk/find", h.findCases, complaints.PermRead, sealed},
		{"POST", "/desk/views", h.changeViews, complaints.PermRead, sealed},
		{"POST", "/desk/bulk", h.actOnSeveral, complaints.PermRead, sealed},
		{"GET", "/desk/new", h.newCase, complaints.PermFile, nil},
		{"POST", "/desk/new", h.fileCase, complaints.PermFile, nil},
		{"GET", "/desk/:id", h.casePage, complaints.PermRead, sealed},
		{"POST", "/desk/:id", h.actOnCase, complaints.PermRead, sealed},
		{"POST", "/desk/:id/presence", h.presence, complaints.PermRead, sealed},
		{"GET", "/desk/:id/print", h.printCase, complaints.PermRead, sealed},
		{"GET", "/callbacks", h.callbacks, complaints.PermCallback, nil},
		{"GET", "/callbacks/:id/contact", h.callContact, complaints.PermCallback, nil},
		{"POST", "/callbacks/:id/contact", h.openCallContact, complaints.PermCallback, nil},
		{"POST", "/callbacks/:id/link", h.sendCallLink, complaints.PermCallback, nil},
		{"GET", "/notices", h.notices, complaints.PermRead, sealed},
		{"POST", "/notices", h.readNotices, complaints.PermRead, sealed},
		{"GET", "/desk/kin", h.kin, complaints.PermDiscipline, nil},
		{"POST", "/desk/kin", h.changeKin, complaints.PermDiscipline, nil},
		{"GET", "/rates", h.rates, permIndexRead, nil},
		{"GET", "/rates/export/:format", h.exportRates, permIndexRead, nil},
		{"GET", "/reviews", h.reviews, complaints.PermReview, nil},
	}
}
