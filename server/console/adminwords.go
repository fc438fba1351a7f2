package console

import (
	"slices"
	"strings"
	"time"

	"minping/accounts"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/web"
)

// wordedRole says in plain words what a role over a unit lets somebody see and do,
// and what not; each text is one sentence, "" where there is nothing to say.
type wordedRole struct {
	Title                   string
	Sees, Does, Hidden, Day string
}

// heldTerm is a role over a unit for a time, as words are made of it.
type heldTerm struct {
	role     accounts.Role
	kind     offices.Kind
	unit     string
	from, to workday.Day
	held     bool // already, so that the words say what is and not what will be
}

func termOf(held accounts.Held) heldTerm {
	t := heldTerm{role: held.Role, kind: offices.Kind(held.UnitKind), unit: held.UnitName, from: workday.Of(held.From)}
	if held.To != nil {
		t.to = workday.Of(*held.To)
	}
	return t
}

// wordRole makes the words from the table of roles, which alone decides.
func wordRole(p web.Page, name string, t heldTerm) wordedRole {
	reach, scope := t.role.Explain(string(t.kind)), scopeWords(p, t.kind, t.unit)
	if t.kind == offices.City { // then there is no "within" and "beyond"
		reach.SeesCitywide, reach.Sees = slices.Concat(reach.Sees, reach.SeesCitywide), nil
		reach.DoesCitywide, reach.Does = slices.Concat(reach.Does, reach.DoesCitywide), nil
	}
	w := wordedRole{Title: p.T("accounts.words.title", "Role", roleText(p, t.role), "Scope", scope)}
	sees, does, hidden := p.T("accounts.words.sees", "Name", name), p.T("accounts.words.does"), p.T("accounts.words.hidden")
	if t.held {
		sees, does, hidden = p.T("accounts.words.sees_now", "Name", name), p.T("accounts.words.does_now"), p.T("accounts.words.hidden_now")
	}
	w.Sees = sentence(p, sees, withinWords(p, scope, reach.Sees), citywideWords(p, reach.SeesCitywide))
	w.Does = sentence(p, does, withinWords(p, scope, reach.Does), citywideWords(p, reach.DoesCitywide))
	beyond := ""
	if len(reach.Sees) > 0 {
		beyond = p.T("accounts.words.beyond", "Scope", shortScope(p, t.kind, t.unit), "What", mayWords(p, reach.Sees))
	}
	w.Hidden = sentence(p, hidden, beyond, mayWords(p, reach.Hidden))
	w.Day = termWords(p, t.from, t.to)
	return w
}

// sentence joins its parts; without any there is nothing to say.
func sentence(p web.Page, begin string, parts ...string) string {
	var said []string
	for _, part := range parts {
		if part != "" {
			said = append(said, part)
		}
	}
	if len(said) == 0 {
		return ""
	}
	return begin + strings.Join(said, p.T("accounts.words.semicolon")) + p.T("accounts.words.stop")
}

func withinWords(p web.Page, scope string, list []actor.Permission) string {
	if len(list) == 0 {
		return ""
	}
	return p.T("accounts.words.within", "Scope", scope, "What", mayWords(p, list))
}

func citywideWords(p web.Page, list []actor.Permission) string {
	if len(list) == 0 {
		return ""
	}
	return p.T("accounts.words.citywide", "What", mayWords(p, list))
}

// mayText names a permission as what is seen or done.
func mayText(p web.Page, permission actor.Permission) string {
	return p.T("accounts.may." + strings.ReplaceAll(string(permission), ":", "_"))
}

func mayWords(p web.Page, list []actor.Permission) string {
	texts := make([]string, 0, len(list))
	for _, permission := range list {
		texts = append(texts, mayText(p, permission))
	}
	return strings.Join(texts, p.T("accounts.words.comma"))
}

// scopeWords names a unit with what lies in it.
func scopeWords(p web.Page, kind offices.Kind, name string) string {
	if kind == offices.City {
		return p.T("accounts.scope.city")
	}
	return p.T("accounts.scope."+string(kind), "Name", name)
}

func shortScope(p web.Page, kind offices.Kind, name string) string {
	if kind == offices.City {
		return p.T("accounts.scope.city")
	}
	return name
}

// termWords says from when to when.
func termWords(p web.Page, from, to workday.Day) string {
	if to.IsZero() {
		return p.T("accounts.words.from", "From", dayWords(p, from))
	}
	return p.T("accounts.words.from_to", "From", dayWords(p, from), "To", dayWords(p, to))
}

func dayWords(p web.Page, d workday.Day) string { return p.Date(d.Start()) }

// heldWords is a held role in a line: the role, over what, and its days where
// they say more than "since some time".
func heldWords(p web.Page, held accounts.Held, now time.Time) string {
	t := termOf(held)
	text := p.T("accounts.words.title", "Role", roleText(p, t.role), "Scope", shortScope(p, t.kind, t.unit))
	switch {
	case t.from.After(workday.Of(now)):
		return text + p.T("accounts.words.note", "Text", p.T("accounts.words.begins", "Day", dayWords(p, t.from)))
	case !t.to.IsZero():
		return text + p.T("accounts.words.note", "Text", p.T("accounts.words.until", "Day", dayWords(p, t.to)))
	}
	return text
}
