package complaints

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// PermTemplate writes templates for replies, at an office or for the whole city.
const PermTemplate actor.Permission = "template:write"

// Template is a beginning of a reply that serves again 答复模板.
type Template struct {
	ID        int64      `db:"id"`
	Office    int64      `db:"office_id"`   // 0: for the whole city
	Kind      Kind       `db:"kind"`        // "": for every kind
	Category  int        `db:"category_id"` // and what is below it; 0: for all
	Title     string     `db:"title"`
	Body      string     `db:"body"` // with fill-ins, see fillIns
	Version   int        `db:"version"`
	Retired   bool       `db:"retired"`
	ChangedAt time.Time  `db:"changed_at"`
	ChangedBy string     `db:"changed_by"`
	Uses      int        `db:"uses"` // replies sent that began with it
	UsedAt    *time.Time `db:"used_at"`
	MayWrite  bool       `db:"-"` // by may change it
}

// TemplateVersion is a template as it was.
type TemplateVersion struct {
	Version int       `db:"version"`
	Title   string    `db:"title"`
	Body    string    `db:"body"`
	Retired bool      `db:"retired"`
	At      time.Time `db:"at"`
	Name    string    `db:"account_name"`
}

// WritesTemplates tells whether by may change templates of an office; 0: of the city.
func WritesTemplates(by actor.Actor, office int64) bool {
	return by.Can(PermTemplate, actor.Place{Office: office}) || office != 0 && slices.ContainsFunc(by.Grants, func(g actor.Grant) bool {
		return g.Permissions[PermTemplate] && g.Office == office // a chief of one of its divisions
	})
}

// readsTemplates tells whose templates by may see: the city's always, and those of the
// offices where it reads cases or writes templates.
func readsTemplates(by actor.Actor) (offices []int64, all bool, err error) {
	if !by.Anywhere(PermRead) && !by.Anywhere(PermTemplate) {
		return nil, false, forbidden()
	}
	for _, g := range by.Grants {
		if (g.Permissions[PermRead] || g.Permissions[PermTemplate]) && g.Office != 0 {
			offices = append(offices, g.Office)
		}
	}
	return offices, by.Citywide(PermRead) || by.Citywide(PermTemplate), nil
}

// Templates lists the templates that by may see, those in use first, by office and
// title. Forbidden for whoever neither reads cases nor writes templates.
func (s *Service) Templates(ctx context.Context, by actor.Actor) ([]Template, error) {
	offices, all, err := readsTemplates(by)
	if err != nil {
		return nil, err
	}
	list, err := selectTemplates(ctx, s.cfg.DB, offices, all)
	for i := range list {
		list[i].MayWrite = WritesTemplates(by, list[i].Office)
	}
	return list, err
}

// Template reads one template with its history, the newest version first. NotFound.
func (s *Service) Template(ctx context.Context, by actor.Actor, id int64) (Template, []TemplateVersion, error) {
	list, err := s.Templates(ctx, by)
	if err != nil {
		return Template{}, nil, err
	}
	i := slices.IndexFunc(list, func(t Template) bool { return t.ID == id })
	if i < 0 {
		return Template{}, nil, fault.New(fault.NotFound, "complaints.template_unknown")
	}
	versions, err := selectTemplateVersions(ctx, s.cfg.DB, id)
	return list[i], versions, err
}

// Templating is a template as somebody writes it.
type Templating struct {
	ID       int64 // 0: a new one
	Seen     int   // the version that was shown
	Office   int64
	Kind     Kind
	Category int
	Title    string
	Body     string
}

// SaveTemplate writes a template; each change is a version that stays. Needs
// template:write at its office, for the whole city where it has none, and where it was before. NotFound, Forbidden, Conflict where
// somebody changed it meanwhile, Invalid with fields office, kind, category, title, body: an unknown
// fill-in is refused.
func (s *Service) SaveTemplate(ctx context.Context, by actor.Actor, in Templating) (Template, error) {
	if !by.Anywhere(PermTemplate) || !WritesTemplates(by, in.Office) {
		return Template{}, forbidden()
	}
	if err := in.check(); err != nil {
		return Template{}, err
	}
	now := s.now()
	t := Template{ID: in.ID, Office: in.Office, Kind: in.Kind, Category: in.Category, Title: in.Title, Body: in.Body, Version: 1, ChangedAt: now, ChangedBy: by.Name}
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		if in.Category != 0 {
			if ok, err := knownCategory(ctx, tx, in.Category); err != nil {
				return err
			} else if !ok {
				return wrongChoice("category")
			}
		}
		if in.ID != 0 {
			old, err := s.lockOwn(ctx, tx, by, in.ID, in.Seen)
			if err != nil {
				return err
			}
			t.Version, t.Retired = old.Version+1, old.Retired
		}
		if err := putTemplate(ctx, tx, &t, by.Account); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, By: by, Action: audit.TemplateSave, Place: actor.Place{Office: t.Office}, Object: templateObject(t.ID),
			Detail: audit.Detail{"version": t.Version, "kind": string(t.Kind), "category": t.Category}})
	})
	t.MayWrite = true
	return t, err
}

func (in *Templating) check() error {
	var wrong []fault.Field
	if in.Kind != "" && (!in.Kind.Known() || in.Kind == Report) {
		wrong = append(wrong, fault.Field{Name: "kind", Key: "fault.field.choice"})
	}
	var err error
	in.Title = strings.Join(strings.Fields(in.Title), " ")
	if in.Title, err = words("title", in.Title, MaxTitle); err != nil {
		f, _ := fault.As(err)
		wrong = append(wrong, f.Fields...)
	}
	if in.Body, err = words("body", in.Body, MaxWords); err != nil {
		f, _ := fault.As(err)
		wrong = append(wrong, f.Fields...)
	} else if name := unknownFillIn(in.Body); name != "" {
		wrong = append(wrong, fault.Field{Name: "body", Key: "complaints.fill_in_unknown", Args: map[string]any{"Name": name}})
	}
	if len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	return nil
}

// lockOwn locks a template that by may change. NotFound, Forbidden; Conflict where it is not as it was shown.
func (s *Service) lockOwn(ctx context.Context, tx *sqlx.Tx, by actor.Actor, id int64, seen int) (Template, error) {
	old, err := lockTemplate(ctx, tx, id)
	if err != nil {
		return old, err
	}
	offices, all, err := readsTemplates(by)
	if err != nil {
		return old, err
	}
	switch {
	case old.Office != 0 && !all && !slices.Contains(offices, old.Office):
		return old, fault.New(fault.NotFound, "complaints.template_unknown")
	case !WritesTemplates(by, old.Office):
		return old, forbidden()
	case seen != old.Version:
		return old, fault.New(fault.Conflict, "complaints.template_changed")
	}
	return old, nil
}

// RetireTemplate takes a template out of use, or back into it; replies that began with it
// stay. Needs template:write at its office. NotFound, Forbidden, Conflict.
func (s *Service) RetireTemplate(ctx context.Context, by actor.Actor, id int64, seen int, retired bool) error {
	if !by.Anywhere(PermTemplate) {
		return forbidden()
	}
	now := s.now()
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		t, err := s.lockOwn(ctx, tx, by, id, seen)
		if err != nil || t.Retired == retired {
			return err
		}
		t.Version, t.Retired, t.ChangedAt, t.ChangedBy = t.Version+1, retired, now, by.Name
		if err := putTemplate(ctx, tx, &t, by.Account); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, By: by, Action: audit.TemplateRetire, Place: actor.Place{Office: t.Office}, Object: templateObject(id),
			Detail: audit.Detail{"version": t.Version}})
	})
}

func templateObject(id int64) audit.Object {
	return audit.Object{Kind: "template", ID: strconv.FormatInt(id, 10)}
}
