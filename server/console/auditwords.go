package console

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/server/web"
	"minping/server/web/figures"
)

// auditLine is an entry in words.
type auditLine struct {
	When, Who, Said string
	WhoHref         string
	Pairs           []auditPair
	Refused         bool
	Source          string
	Href            string
}

type auditPair struct{ Label, Value string }

// auditWords writes entries out for one reader. Names of accounts and units are
// today's, looked up once each; what is gone keeps its number.
type auditWords struct {
	h        *Handler
	by       actor.Actor
	page     web.Page
	accounts map[int64]string
	units    map[int64]string
}

func (h *Handler) newAuditWords(by actor.Actor, p web.Page) *auditWords {
	return &auditWords{h: h, by: by, page: p, accounts: map[int64]string{}, units: map[int64]string{}}
}

// spoken lists the actions that have a sentence of their own with the keys of
// the detail that the sentence tells; the others are told as "who: what, to what".
var spoken = map[audit.Action][]string{
	audit.SignInDone: {"method"}, audit.SignInRefused: {"method"}, audit.SignInLocked: {"minutes"}, audit.SignOut: nil,
	audit.AccessRefused: {"route", "permission", "count"}, audit.RoleGrant: {"role", "unit", "from", "to"},
	audit.RoleWithdraw: {"role", "unit", "last_day"}, audit.AccountCreate: {"username"}, audit.AccountDisable: nil, audit.AccountEnable: nil,
	audit.PasswordChange: nil, audit.PasswordReset: nil, audit.FactorReset: nil,
	audit.KeyCreate: {"name", "role"}, audit.KeyRevoke: {"name", "role"}, audit.ExportDirectory: {"rows"}, audit.ExportTickets: {"count"}, audit.ExportCases: {"rows"},
	audit.VaultOpen: {"reason"}, audit.AuditSearch: nil, audit.AuditExport: nil, audit.TicketIssue: {"count"},
}

func (w *auditWords) line(ctx context.Context, e audit.Stored) auditLine {
	var detail map[string]any
	_ = json.Unmarshal(e.Detail, &detail) // what cannot be read is shown raw on the entry's own page
	l := auditLine{When: e.At.In(time.FixedZone("CST", 8*3600)).Format("2006-01-02 15:04:05"), Who: w.who(ctx, e),
		Refused: e.Outcome == audit.Refused, Source: e.Source, Href: "/console/audit/" + e.Day.Format(time.DateOnly) + "/" + strconv.Itoa(e.Seq)}
	switch {
	case e.ActorID != nil:
		l.WhoHref = "/console/audit?person=" + strconv.FormatInt(*e.ActorID, 10)
	case e.ActorName != "":
		l.WhoHref = figures.Link{Path: "/console/audit"}.With("person", e.ActorName)
	}
	object := w.object(ctx, e)
	if object == "" && strings.HasPrefix(string(e.Action), "signin.") {
		object = w.page.T("audit.who.unknown")
	}
	args := []any{"Who", l.Who, "Object", object, "Do", auditActionText(w.page, e.Action)}
	for _, key := range []string{"method", "minutes", "route", "permission", "count", "role", "unit", "username", "name", "rows", "reason"} {
		args = append(args, strings.ToUpper(key[:1])+key[1:], w.value(ctx, key, detail[key]))
	}
	args = append(args, "Dates", w.dates(detail))
	told, own := spoken[e.Action]
	if own {
		l.Said = w.page.T("audit.say."+string(e.Action), args...)
	} else {
		l.Said = w.page.T("audit.say.other", args...)
	}
	l.Pairs = w.pairs(ctx, e.Action, detail, told)
	return l
}

// who is the actor's name as it was written down, with the roles that the account has today.
func (w *auditWords) who(ctx context.Context, e audit.Stored) string {
	if e.ActorID == nil {
		switch {
		case e.ActorName == "":
			return w.page.T("audit.who.nobody")
		case strings.HasPrefix(e.ActorName, "api:"):
			return w.page.T("audit.who.key", "Name", strings.TrimPrefix(e.ActorName, "api:"))
		}
		return w.page.T("audit.who.program", "Name", programText(w.page, e.ActorName))
	}
	today := w.account(ctx, *e.ActorID)
	if name, roles, found := strings.Cut(today, "\x00"); found && e.ActorName != "" {
		return e.ActorName + roles
	} else if found {
		return name + roles
	}
	if e.ActorName != "" {
		return e.ActorName
	}
	return today
}

// account gives name, NUL and roles in brackets of an account that is there.
func (w *auditWords) account(ctx context.Context, id int64) string {
	if text, ok := w.accounts[id]; ok {
		return text
	}
	text := w.page.T("audit.who.account", "ID", id)
	if w.h.accounts != nil {
		if a, err := w.h.accounts.Get(ctx, w.by, id); err == nil {
			var roles []string
			for _, r := range a.Roles {
				if name := w.page.T("accounts.role." + string(r.Role)); !slices.Contains(roles, name) {
					roles = append(roles, name)
				}
			}
			text = a.DisplayName + "\x00"
			if len(roles) > 0 {
				text += w.page.T("audit.brackets", "Text", strings.Join(roles, w.page.T("audit.comma")))
			}
		}
	}
	w.accounts[id] = text
	return text
}

func (w *auditWords) unit(ctx context.Context, id int64) string {
	if id == 0 {
		return w.page.T("audit.unit.city")
	}
	if text, ok := w.units[id]; ok {
		return text
	}
	text := w.page.T("audit.unit.number", "ID", id)
	if u, err := w.h.offices.Unit(ctx, w.by, id); err == nil {
		text = unitTitle(w.page, u)
	}
	w.units[id] = text
	return text
}

// object is the thing that something was done to.
func (w *auditWords) object(ctx context.Context, e audit.Stored) string {
	id, err := strconv.ParseInt(e.ObjectID, 10, 64)
	switch {
	case e.ObjectKind == "account" && err == nil:
		name, _, _ := strings.Cut(w.account(ctx, id), "\x00")
		return name
	case e.ObjectKind == "unit" && err == nil:
		return w.unit(ctx, id)
	case e.ObjectID == "":
		return ""
	}
	return auditKindText(w.page, e.ObjectKind) + " " + e.ObjectID
}

func auditActionText(p web.Page, a audit.Action) string { return p.T("audit.do." + string(a)) }

func auditKindText(p web.Page, kind string) string {
	if key := "audit.kind." + kind; p.Known(key) {
		return p.T(key)
	}
	return kind
}

// value writes one value of a detail for a reader.
func (w *auditWords) value(ctx context.Context, key string, value any) string {
	text, isText := value.(string)
	if n, ok := value.(float64); ok {
		text = strconv.FormatFloat(n, 'f', -1, 64)
	}
	if yes, ok := value.(bool); ok {
		text = strconv.FormatBool(yes)
	}
	if text == "true" || text == "false" {
		text = w.page.T("audit.yes." + text)
	}
	id, err := strconv.ParseInt(text, 10, 64)
	switch key {
	case "unit", "office", "hall", "parent_before", "parent_after":
		if err == nil {
			return w.unit(ctx, id)
		}
	case "actor", "proposed_by":
		if err == nil {
			name, _, _ := strings.Cut(w.account(ctx, id), "\x00")
			return name
		}
	case "role":
		return known(w.page, "accounts.role.", text)
	case "roles":
		var all []string
		for _, r := range strings.Fields(strings.ReplaceAll(text, ",", " ")) {
			all = append(all, known(w.page, "accounts.role.", r))
		}
		return strings.Join(all, w.page.T("audit.comma"))
	case "channel":
		return knownIn(w.page, text, "figures.channel.", "desk.channel.")
	case "identity":
		return known(w.page, "desk.identity.", text)
	case "state":
		return known(w.page, "desk.state.", text)
	case "action":
		return knownIn(w.page, text, "desk.do.", "audit.act.")
	case "reset_kind":
		return known(w.page, "accounts.reset.kind.", text)
	case "kind":
		if name := "settings.def.retention." + text + ".name"; w.page.Known(name) { // what came to its end
			return w.page.T(name)
		}
		return knownIn(w.page, text, "offices.kind.", "desk.kind.")
	case "method":
		return known(w.page, "audit.method.", text)
	case "reason":
		if isText && w.page.Known(text) { // a refusal's reason is the message that was shown
			return w.page.T(text)
		}
		return known(w.page, "desk.exclusion.", text)
	}
	return text
}

// knownIn takes the first of some families of texts that has the name.
func knownIn(p web.Page, name string, prefixes ...string) string {
	for _, prefix := range prefixes {
		if p.Known(prefix + name) {
			return p.T(prefix + name)
		}
	}
	return name
}

func known(p web.Page, prefix, name string) string {
	if p.Known(prefix + name) {
		return p.T(prefix + name)
	}
	return name
}

// dates tells from when to when a role is held.
func (w *auditWords) dates(detail map[string]any) string {
	for _, key := range []string{"from", "to", "last_day"} {
		if detail[key] == nil {
			detail[key] = ""
		}
	}
	switch {
	case detail["from"] != "" && detail["to"] != "":
		return w.page.T("audit.dates.both", "From", detail["from"], "To", detail["to"])
	case detail["from"] != "":
		return w.page.T("audit.dates.from", "From", detail["from"])
	case detail["to"] != "":
		return w.page.T("audit.dates.to", "To", detail["to"])
	case detail["last_day"] != "":
		return w.page.T("audit.dates.to", "To", detail["last_day"])
	}
	return ""
}

// pairs lists the rest of a detail in the registry's order, before and after in one.
func (w *auditWords) pairs(ctx context.Context, a audit.Action, detail map[string]any, told []string) []auditPair {
	keys, _ := a.Keys()
	for key := range detail { // of an action that this program does not know any more
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	var pairs []auditPair
	for _, key := range keys {
		value, there := detail[key]
		if !there || value == "" || slices.Contains(told, key) {
			continue
		}
		if base, before := strings.CutSuffix(key, "before"); before {
			pairs = append(pairs, w.change(ctx, base, value, detail[base+"after"]))
			continue
		}
		if base, after := strings.CutSuffix(key, "after"); after {
			if was := detail[base+"before"]; was == nil || was == "" { // else told with what was before
				pairs = append(pairs, w.change(ctx, base, nil, value))
			}
			continue
		}
		pairs = append(pairs, auditPair{known(w.page, "audit.key.", key), w.value(ctx, key, value)})
	}
	return pairs
}

// change tells what a thing was and is; base is its key up to "before" and "after".
func (w *auditWords) change(ctx context.Context, base string, before, after any) auditPair {
	name := strings.TrimSuffix(base, "_")
	if name == "" {
		name = "value"
	}
	return auditPair{known(w.page, "audit.key.", name),
		w.page.T("audit.change", "Before", w.orNone(ctx, base+"before", before), "After", w.orNone(ctx, base+"after", after))}
}

// programText names a part of the program that did something by itself.
func programText(p web.Page, name string) string {
	if key := "audit.program." + strings.ReplaceAll(name, " ", "_"); p.Known(key) {
		return p.T(key)
	}
	return name
}

func (w *auditWords) orNone(ctx context.Context, key string, value any) string {
	if text := w.value(ctx, key, value); text != "" {
		return text
	}
	return "—"
}
