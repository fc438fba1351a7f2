package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/complaints/workday"
	"minping/internal/fault"
	"minping/server/web"
	"minping/surveys"
)

// servedRows is how many rows one request may have, and servedBody how large it may be.
const (
	servedRows = 5000
	servedBody = 1 << 20
)

type servedRequest struct {
	Rows []struct {
		Window string      `json:"window"`
		Day    workday.Day `json:"day"`
		Served *int        `json:"served"`
		Called *int        `json:"called"`
	} `json:"rows"`
}

type servedAnswer struct {
	Rows    int `json:"rows"`
	New     int `json:"new"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
}

// served answers POST /api/v1/served: a queue or case system tells how many were served.
func (h *Handler) served(c echo.Context) error {
	by := web.ActorOf(c)
	if by.Account == 0 && by.Name == "" {
		return needsKey()
	}
	var req servedRequest
	in := json.NewDecoder(c.Request().Body)
	in.DisallowUnknownFields() // a misspelt name would be a number that nobody counts
	if err := in.Decode(&req); err != nil {
		return unreadable(err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "api.fault.json")
	}
	if len(req.Rows) == 0 || len(req.Rows) > servedRows {
		return fault.Fielded(fault.Field{Name: "rows", Key: "api.fault.rows", Args: map[string]any{"Max": servedRows}})
	}
	list := make([]surveys.Served, 0, len(req.Rows))
	for _, r := range req.Rows {
		if r.Served == nil {
			return fault.Fielded(fault.Field{Name: "served", Key: "fault.field.required"})
		}
		list = append(list, surveys.Served{Window: r.Window, Day: r.Day, Served: *r.Served, Called: r.Called})
	}
	report, err := h.surveys.PutServed(c.Request().Context(), by, list)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, servedAnswer{report.Rows, report.New, report.Changed, report.Same})
}

// unreadable keeps what the edge says of a body that is too large, and says of the rest that it is not JSON.
func unreadable(err error) error {
	var large *http.MaxBytesError
	if f, ok := fault.As(err); ok && f.Kind == fault.TooLarge || errors.As(err, &large) {
		return err
	}
	return fault.Wrap(fault.Invalid, "api.fault.json", err)
}
