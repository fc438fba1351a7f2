package console

import (
	"minping/brand"
	"minping/indices"
)

// brandRoutes are change over time and the brands of offices. What is pinned to a line may be
// changed by whoever answers for the unit: package brand judges.
func (h *Handler) brandRoutes() []route {
	return []route{
		{"GET", "/trend", h.change, permIndexRead, nil},
		{"POST", "/trend/:id/events", h.pinEvent, brand.PermWrite, nil},
		{"POST", "/trend/:id/events/:event", h.removeEvent, brand.PermWrite, nil},
		{"POST", "/trend/:id/target", h.setTarget, brand.PermWrite, nil},

		{"GET", "/brand", h.brands, indices.PermInternal, nil},
		{"GET", "/brand/:id", h.brandPage, indices.PermInternal, nil},
		{"POST", "/brand/:id/stage", h.setStage, brand.PermWrite, nil},
		{"GET", "/brand/:id/report", h.brandReport, indices.PermInternal, nil},
		{"GET", "/brand/:id/report.xlsx", h.brandBook, indices.PermInternal, nil},
	}
}
