package web

import (
	"encoding/json"

	"github.com/labstack/echo/v4"
)

// note is a flash message on its way: translated only when it is shown.
type note struct {
	Kind string `json:"k"`
	Key  string `json:"t"`
	Args []any  `json:"a,omitempty"`
}

// Flash shows a message once on the next page of this session. Kind is "ok",
// "warn" or "bad"; args are name, value pairs. Without a session it does nothing.
func (s *Site) Flash(c echo.Context, kind, key string, args ...any) {
	if !hasSession(c) {
		return
	}
	ctx := c.Request().Context()
	notes := readNotes(s.sessions.GetBytes(ctx, keyFlash))
	data, err := json.Marshal(append(notes, note{kind, key, args}))
	if err != nil {
		s.log.Error("flash message", "key", key, "error", err)
		return
	}
	s.sessions.Put(ctx, keyFlash, data)
}

func (s *Site) takeFlash(c echo.Context, p Page) []Flash {
	var shown []Flash
	for _, n := range readNotes(s.sessions.PopBytes(c.Request().Context(), keyFlash)) {
		shown = append(shown, Flash{n.Kind, p.T(n.Key, n.Args...)})
	}
	return shown
}

func readNotes(data []byte) []note {
	var notes []note
	if len(data) > 0 {
		_ = json.Unmarshal(data, &notes) // an unreadable note is not worth an error page
	}
	return notes
}
