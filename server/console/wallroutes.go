package console

import "minping/complaints"

// wallPath is where the dispatch monitor stands. Its pages refresh by themselves,
// so looking at them does not keep a session open.
const wallPath = "/wall"

func (h *Handler) wallRoutes() []route {
	return []route{
		{"GET", wallPath, h.wallPage, complaints.PermWall, nil},
		{"GET", wallPath + "/stream", h.wallStream, complaints.PermWall, nil},
	}
}
