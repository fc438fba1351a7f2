package console

import (
	"minping/complaints"
	"minping/internal/actor"
)

// wallPath is where the dispatch monitor stands. Its pages refresh by themselves,
// so looking at them does not keep a session open.
const wallPath = "/wall"

func (h *Handler) wallRoutes() []route {
	sealed := []actor.Permission{complaints.PermDiscipline}
	return []route{
		{"GET", "/ledger", h.ledger, complaints.PermRead, sealed},
		{"POST", "/ledger", h.takeLedger, complaints.PermRead, sealed},
		{"GET", wallPath, h.wallPage, complaints.PermWall, nil},
		{"GET", wallPath + "/stream", h.wallStream, complaints.PermWall, nil},
	}
}
