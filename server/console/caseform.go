package console

import (
	"context"
	"slices"
	"strings"

	"minping/complaints"
	"minping/internal/actor"
	"minping/server/web"
	"minping/server/web/figures"
)

// deedView is a form of the page of a case, ready to be drawn.
type deedView struct {
	Name, Title, Hint, Button, Tone, Aim, Failure string
	Open, Danger                                  bool
	Fields                                        []deedField
	Seen                                          int
	Submission, CSRF                              string
	At                                            string
	Files                                         filesPart
	Insert                                        *insertView
}

// deedField is one field; Kind says how it is drawn: text, number, area, select, radio.
type deedField struct {
	ID, Name, Kind, Label, Hint, Value string
	Max                                int
	Must                               bool
	Options                            []figures.Choice
	Error                              web.FieldError
}

// formMaker draws the forms of one case for one person.
type formMaker struct {
	page       web.Page
	d          *complaints.Dossier
	account    int64
	city       bool // may dispatch over the whole city
	offices    []figures.Choice
	categories []figures.Choice
	people     []figures.Choice // to whom the case may be given
	submission string
}

func (h *Handler) formMaker(ctx context.Context, p web.Page, d *complaints.Dossier, by actor.Actor, submission string) (formMaker, error) {
	m := formMaker{page: p, d: d, account: by.Account, city: by.Citywide(complaints.PermDispatch), submission: submission}
	offices, err := h.desk.OfficeLabels(ctx)
	if err != nil {
		return m, err
	}
	for _, o := range offices {
		m.offices = append(m.offices, figures.Choice{Value: fmtInt(o.ID), Text: named(p, o.Name, o.NameEn, "")})
	}
	tree, err := h.desk.Categories(ctx)
	if err != nil {
		return m, err
	}
	m.categories = categoryPaths(tree)
	m.people, err = h.peopleFor(ctx, by, d)
	return m, err
}

// categoryChoices lists the categories that are offered, each with its way.
func categoryChoices(tree []complaints.Category) []figures.Choice {
	var list []figures.Choice
	path := map[int]string{}
	for _, c := range tree {
		path[c.ID] = c.Name
		if up := path[c.Parent]; up != "" {
			path[c.ID] = up + " / " + c.Name
		}
		if !c.Retired {
			list = append(list, figures.Choice{Value: fmtInt(int64(c.ID)), Text: path[c.ID]})
		}
	}
	return list
}

// deeds are the forms that are open to this person now. typed is what was sent and
// refused; its form keeps it.
func (m formMaker) deeds(typed *caseRequest, failure string) []deedView {
	var list []deedView
	for _, f := range caseForms {
		if !slices.ContainsFunc(f.actions, func(a complaints.Action) bool { return slices.Contains(m.d.Actions, a) }) {
			continue
		}
		if f.name == "give" && len(m.people) == 0 {
			continue
		}
		if f.name == "take" && (m.d.Handler == m.account || m.d.State == complaints.Dispatched) {
			continue
		}
		mine := typed != nil && typed.Act == f.name
		from := &caseRequest{}
		if mine {
			from = typed
		}
		list = append(list, m.deed(f, from, mine, failure))
	}
	return list
}

func (m formMaker) deed(f caseForm, typed *caseRequest, mine bool, failure string) deedView {
	v := deedView{Name: f.name, Title: m.page.T("desk.do." + f.name), Tone: f.tone, Open: mine || f.open, Danger: f.danger, Seen: m.d.Seq,
		Submission: m.submission, CSRF: m.page.CSRF, At: caseHref(m.d.ID)}
	v.Button = v.Title
	if key := "desk.hint." + f.name; m.page.Known(key) {
		v.Hint = m.page.T(key)
	}
	if f.tone != "" {
		v.Aim = m.page.T("desk.aim." + f.tone)
	}
	if mine {
		v.Failure = failure
	}
	for _, name := range f.fields {
		if field, ok := m.field(f.name, name, typed); ok {
			if mine {
				field.Error = m.page.Err(field.Name)
				field.Error.ID = field.ID + "-error"
			}
			v.Fields = append(v.Fields, field)
		}
	}
	return v
}

// field draws one field. Some words of the table stand for a field of another name
// whose label or choices differ.
func (m formMaker) field(form, name string, r *caseRequest) (deedField, bool) {
	f := deedField{ID: form + "-" + name, Name: name, Kind: "select", Must: true}
	if key := "desk.field." + name; m.page.Known(key) {
		f.Label = m.page.T(key)
	}
	number := func(n int64) string {
		if n == 0 {
			return ""
		}
		return fmtInt(n)
	}
	switch name {
	case "body", "part":
		f.Name, f.Kind, f.Max, f.Value = "body", "area", complaints.MaxWords, r.Body
		if name == "part" {
			f.Max = complaints.MaxBody
		}
	case "title":
		f.Kind, f.Max, f.Value, f.Must = "text", complaints.MaxTitle, r.Title, false
	case "reason":
		f.Kind, f.Max, f.Value = "area", complaints.MaxReason, r.Reason
	case "note", "hint":
		f.Name, f.Kind, f.Max, f.Value, f.Must = "reason", "area", complaints.MaxReason, r.Reason, false
	case "remark":
		f.Kind, f.Max, f.Value, f.Must = "area", complaints.MaxBody, r.Remark, false
	case "days":
		f.Kind, f.Max, f.Value = "number", 0, number(int64(r.Days))
	case "into":
		f.Kind, f.Value = "number", number(r.Into)
	case "kind", "newkind":
		return m.kindField(f, r)
	case "urgency":
		f.Options = pickFrom(m.page, "desk.urgency.", complaints.Urgencies(), firstOf(r.Urgency, string(m.d.Urgency)))
	case "category":
		f.Must = false
		f.Options = current(m.categories, firstOf(number(int64(r.Category)), number(int64(m.d.Category))))
		return f, len(m.categories) > 0
	case "office":
		return m.officeField(form, f, number(r.Office))
	case "assist":
		return m.assistField(f, r.Assist)
	case "account":
		f.Options = current(m.people, r.Account)
		return f, true
	case "disposition":
		f.Kind, f.Options = "radio", pickFrom(m.page, "desk.disposition.", complaints.Dispositions(), r.Disposition)
		return f, m.d.Kind == complaints.BadRating
	case "level":
		for n := m.d.Level + 1; n <= 3; n++ {
			f.Options = append(f.Options, figures.Choice{Value: fmtInt(int64(n)), Text: m.page.T("desk.level." + fmtInt(int64(n))), Current: r.Level == n})
		}
	case "route":
		f.Options = pickFrom(m.page, "desk.route.", complaints.Routes(), r.Route)
	case "refusal":
		f.Name, f.Options = "code", pickFrom(m.page, "desk.refusal.", complaints.Refusals(), r.Code)
	default:
		return m.outcomeField(f, r), true
	}
	return f, true
}

// outcomeField is a field of a callback or a review.
func (m formMaker) outcomeField(f deedField, r *caseRequest) deedField {
	f.Kind = "radio"
	switch f.Name {
	case "missed":
		f.Must, f.Label, f.Options = false, m.page.T("callback.field.missed"), pickFrom(m.page, "callback.missed.", complaints.Misses(), r.Missed)
	case "again":
		f.Must, f.Kind, f.Label, f.Hint, f.Value = false, "datetime-local", m.page.T("callback.field.again"), m.page.T("callback.again.hint"), r.Again
	case "responded":
		f.Must, f.Label, f.Options = false, m.page.T("callback.field.responded"), pickFrom(m.page, "callback.responded.", []string{"yes", "no", "unsure"}, r.Responded)
	case "contacted":
		f.Options = pickFrom(m.page, "desk.contacted.", []string{"yes", "no"}, r.Contacted)
	case "solved":
		f.Must, f.Options = false, pickFrom(m.page, "desk.solved.", []string{"yes", "no"}, r.Solved)
	case "satisfied":
		f.Must, f.Kind = false, "select"
		for n := 5; n >= 1; n-- {
			f.Options = append(f.Options, figures.Choice{Value: fmtInt(int64(n)), Text: m.page.T("desk.satisfied." + fmtInt(int64(n))), Current: r.Satisfied == n})
		}
	case "ruling":
		f.Options = pickFrom(m.page, "desk.ruling.", []string{"uphold", "exclude"}, r.Ruling)
	case "code":
		f.Must, f.Kind, f.Options = false, "select", pickFrom(m.page, "desk.exclusion.", complaints.Exclusions(), r.Code)
	}
	return f
}

func (m formMaker) kindField(f deedField, r *caseRequest) (deedField, bool) {
	kinds := slices.DeleteFunc(complaints.Kinds(), func(k complaints.Kind) bool { return k == complaints.Report || k == complaints.BadRating })
	now := firstOf(r.Kind, string(m.d.Kind))
	part := strings.HasPrefix(f.Name, "new")
	if f.Name = "kind"; part {
		now = r.Kind
	}
	f.Options = pickFrom(m.page, "desk.kind.", kinds, now)
	return f, part || slices.Contains(kinds, m.d.Kind)
}

// officeField offers every office to whoever dispatches over the city, the case's
// own to others, and none where a case stays with the discipline role.
func (m formMaker) officeField(form string, f deedField, typed string) (deedField, bool) {
	own := fmtInt(m.d.Office)
	f.Options = current(slices.Clone(m.offices), typed)
	switch {
	case form == "dispatch" && m.d.Sealed:
		f.Must, f.Hint = false, m.page.T("desk.office.sealed")
	case form == "dispatch" && !m.city:
		f.Options = slices.DeleteFunc(current(f.Options, own), func(c figures.Choice) bool { return c.Value != own })
	case form == "dispatch":
		f.Options = current(f.Options, firstOf(typed, own))
	default:
		f.Options = slices.DeleteFunc(f.Options, func(c figures.Choice) bool { return c.Value == own })
	}
	return f, true
}

func pickFrom[T ~string](p web.Page, prefix string, values []T, now string) []figures.Choice {
	list := make([]figures.Choice, 0, len(values))
	for _, v := range values {
		list = append(list, figures.Choice{Value: string(v), Text: p.T(prefix + string(v)), Current: string(v) == now})
	}
	return list
}

func current(list []figures.Choice, now string) []figures.Choice {
	list = slices.Clone(list)
	for i := range list {
		list[i].Current = list[i].Value == now
	}
	return list
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
