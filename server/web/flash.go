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
// "warn" or "bad"; args are name, value pairs. Where nobody has signed in it does
// nothing, since nothing is stored for strangers; see doorNotes.
func (s *Site) Flash(c echo.Context, kind, key string, args ...any) {
	if !hasSession(c) {
		return
	}
	ctx := c.Request().Context()
	if s.sessions.GetInt64(ctx, keyAccount) == 0 {
		return
	}
	notes := readNotes(s.sessions.GetBytes(ctx, keyFlash))
	data, err := json.Marshal(append(notes, note{kind, key, args}))
	if err != nil {
		s.log.Error("flash message", "key", key, "error", err)
		return
	}
	s.sessions.Put(ctx, keyFlash, data)
}

// doorNotes are what the sign-in page can be asked to say by ?note=…: fixed
// sentences, so that an address cannot put words on the page.
var doorNotes = map[string]note{
	"stale":       {"warn", "fault.signin.stale", nil},
	"sso_away":    {"warn", "sso.away", nil},
	"sso_broken":  {"bad", "sso.broken", nil},
	"sso_stale":   {"warn", "sso.stale", nil},
	"sso_denied":  {"warn", "sso.denied", nil},
	"sso_refused": {"bad", "sso.refused", nil},
	"sso_out":     {"ok", "sso.out", nil},
}

// DoorNote is the address of the sign-in page that says the note.
func DoorNote(name string) string { return signInPath + "?note=" + name }

func (s *Site) takeFlash(c echo.Context, p Page) []Flash {
	var shown []Flash
	if n, ok := doorNotes[c.QueryParam("note")]; ok && c.Path() == signInPath {
		shown = append(shown, Flash{n.Kind, p.T(n.Key, n.Args...)})
	}
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
