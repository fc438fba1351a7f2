package console

import (
	"minping/indices"
)

// fiveRoutes are the five indices and the panel they are asked of.
func (h *Handler) fiveRoutes() []route {
	return []route{
		{"GET", "/five", h.five, indices.PermInternal, nil},
		{"GET", "/five.csv", h.fiveFile, indices.PermInternal, nil},
		{"GET", "/five/:id", h.fiveUnit, indices.PermInternal, nil},
	}
}
