package complaints

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/code"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/vault"
)

// Filing is what somebody has to say.
type Filing struct {
	Submission   uuid.UUID // printed by the form: the same one is filed once
	Channel      Channel
	Kind         Kind
	Urgency      Urgency // "": ordinary
	Category     int     // 0: none
	Unit         int64   // the place it is about; 0: not said
	AccusedUnit  int64   // reports: whose conduct; 0: Unit's
	AccusedStaff int64   // reports: who; 0: not known by number
	Title        string  // "": the beginning of Body
	Body         string
	Identity     Identity
	Contact      vault.Contact // goes to the vault and nowhere else
	Language     string
}

// ContactOf hides a name and a telephone number from the first moment on.
func ContactOf(name, phone string) vault.Contact {
	return vault.Contact{Name: vault.Hide(name), Phone: vault.Hide(phone)}
}

// Filed is what the citizen is given. PIN is shown once and stored nowhere. A repeat
// is told it again for ten minutes, but never at a kiosk; after that it is empty.
type Filed struct {
	ID      ID
	Receipt string
	PIN     string
	Repeat  bool
	DueAt   *time.Time
}

// receiptLength is without the check symbol.
const receiptLength = 11

// File takes a case. Citizens, by being the zero Actor, file over web, code and
// kiosk; staff file for a caller, a visitor or a letter and need case:file at the
// place's office. A repeat of the same submission changes nothing and gives the first receipt.
// A report is sealed from the start: no office is told of it, and the offices in
// conflict with it are barred.
//
// Forbidden; Invalid with fields kind, urgency, category, unit, title, body, identity, contact.
func (s *Service) File(ctx context.Context, by actor.Actor, in Filing) (Filed, error) {
	who := Citizen
	if slices.Contains([]Channel{ByPhone, ByVisit, ByLetter}, in.Channel) {
		who = Staff
	} else if !slices.Contains([]Channel{ByWeb, ByCode, ByKiosk}, in.Channel) {
		return Filed{}, wrongChoice("channel")
	}
	if err := in.check(); err != nil {
		return Filed{}, err
	}
	if in.Identity != Anonymous && s.cfg.PutContact == nil {
		return Filed{}, fault.Fielded(fault.Field{Name: "identity", Key: "complaints.contact_closed"})
	}
	return s.file(ctx, by, opening{Filing: in, who: who, at: s.now()})
}

// opening is a filing with what only the program itself says of it.
type opening struct {
	Filing
	who       Who
	at        time.Time
	receipt   string
	pin       string
	salt      []byte
	pinDigest []byte
	contact   *uuid.UUID
	rating    *RatingRef
	splitFrom ID
	place     unitRow
}

// Wrong lists what File would complain about without looking anything up, so that
// a form can say everything at once.
func (in Filing) Wrong() []fault.Field {
	if f, ok := fault.As(in.check()); ok {
		return f.Fields
	}
	return nil
}

func (in *Filing) check() error {
	var wrong []fault.Field
	choice := func(field string, ok bool) {
		if !ok {
			wrong = append(wrong, fault.Field{Name: field, Key: "fault.field.choice"})
		}
	}
	if in.Urgency == "" {
		in.Urgency = Ordinary
	}
	if in.Identity == "" {
		in.Identity = Anonymous
	}
	if in.Language == "" {
		in.Language = "zh-CN"
	}
	choice("kind", in.Kind.Known() && in.Kind != BadRating)
	choice("urgency", in.Urgency.Known())
	choice("identity", slices.Contains(Identities(), in.Identity))
	choice("submission_id", in.Submission != uuid.Nil)
	var err error
	if in.Body, err = words("body", in.Body, MaxBody); err != nil {
		f, _ := fault.As(err)
		wrong = append(wrong, f.Fields...)
	}
	if in.Title = strings.Join(strings.Fields(clean(in.Title)), " "); in.Title == "" {
		in.Title = beginning(in.Body)
	} else if length(in.Title) > MaxTitle || len([]rune(in.Title)) > 2*MaxTitle {
		wrong = append(wrong, fault.Field{Name: "title", Key: "fault.field.max", Args: map[string]any{"Max": MaxTitle}})
	}
	if in.Identity != Anonymous && in.Contact.Phone.Empty() && in.Contact.Email.Empty() && in.Contact.Address.Empty() {
		wrong = append(wrong, fault.Field{Name: "contact", Key: "complaints.contact_missing"})
	}
	if in.Identity == Named && in.Contact.Name.Empty() {
		wrong = append(wrong, fault.Field{Name: "name", Key: "fault.field.required"})
	}
	if len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	return nil
}

// beginning of a text, for a title.
func beginning(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	runes := []rune(strings.Join(strings.Fields(first), " "))
	if len(runes) > 30 {
		return string(runes[:30]) + "…"
	}
	if len(runes) == 0 {
		return "…"
	}
	return string(runes)
}

func (s *Service) file(ctx context.Context, by actor.Actor, o opening) (Filed, error) {
	var filed Filed
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) (err error) {
		var c Case
		if filed, c, err = s.fileIn(ctx, tx, by, o); err != nil || filed.Repeat {
			return err
		}
		if o.who == Citizen {
			by = actor.Actor{Name: string(Citizen)}
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: audit.CaseFile, Place: c.Place(),
			Object: audit.Object{Kind: "case", ID: strconv.FormatInt(c.ID, 10)},
			Detail: audit.Detail{"kind": string(c.Kind), "channel": string(o.Channel), "identity": string(o.Identity), "sealed": c.Sealed}})
	})
	return filed, err
}

// fileIn stores a case with its first event.
func (s *Service) fileIn(ctx context.Context, tx *sqlx.Tx, by actor.Actor, o opening) (Filed, Case, error) {
	var c Case
	if known, ok, err := selectSubmission(ctx, tx, o.Submission); err != nil || ok {
		return s.repeated(known, o.Submission), c, err
	}
	if err := s.locate(ctx, tx, by, &o); err != nil {
		return Filed{}, c, err
	}
	if err := s.ready(ctx, tx, &o); err != nil {
		return Filed{}, c, err
	}
	c = Case{Channel: o.Channel, Identity: o.Identity, Title: o.Title, Body: o.Body, Kind: o.Kind, Urgency: o.Urgency, Category: o.Category,
		Unit: o.Unit, Hall: o.place.Hall, Division: o.place.Division, SplitFrom: o.splitFrom}
	f, w := new(Flow), s.cfg.Clock()
	e := o.event(by)
	if err := s.startClocks(ctx, f, &c, &e, w); err != nil {
		return Filed{}, c, err
	}
	if err := f.Apply(e); err != nil {
		return Filed{}, c, err
	}
	c.settle(f, w)
	inserted, err := insertCase(ctx, tx, &c, &o)
	if err != nil {
		return Filed{}, c, err
	}
	if !inserted { // somebody else filed it in this moment
		known, _, err := selectSubmission(ctx, tx, o.Submission)
		return s.repeated(known, o.Submission), c, err
	}
	if err := insertEvent(ctx, tx, c.ID, e); err != nil {
		return Filed{}, c, err
	}
	if err := s.attachFiled(ctx, tx, by, attaching{c: &c, e: e, o: &o}); err != nil {
		return Filed{}, c, err
	}
	if err := s.index(ctx, tx, c.ID, Public, c.Title, c.Body); err != nil {
		return Filed{}, c, err
	}
	if c.Sealed {
		if o.AccusedUnit == 0 {
			o.AccusedUnit = o.Unit
		}
		err = barOffices(ctx, tx, c.ID, accusedOf{o.AccusedUnit, o.AccusedStaff}, o.at, workday.Of(o.at).String())
	}
	return Filed{ID: c.ID, Receipt: o.receipt, PIN: o.pin, DueAt: c.DueAt}, c, err
}

// event is the first one of the case.
func (o *opening) event(by actor.Actor) Event {
	e := Event{Seq: 1, At: o.at, Action: ActFile, From: unfiled, To: Received, Who: o.who,
		Detail: Detail{Kind: o.Kind, Urgency: o.Urgency, Sealed: o.Kind == Report, Category: o.Category}}
	switch {
	case o.Channel == ByImport:
		e.Detail.Code = string(ByImport)
	case o.Identity == Anonymous:
		e.Detail.Code = string(Anonymous)
	}
	if o.rating != nil {
		e.Detail.Signals = o.rating.Signals
	}
	if o.who == Staff {
		e.Account, e.Name = by.Account, by.Name
	}
	if !e.Detail.Sealed {
		e.Detail.Office = o.place.Office
	}
	return e
}

// locate finds the place that a case is about, and whether staff may file there.
func (s *Service) locate(ctx context.Context, q pg.Querier, by actor.Actor, o *opening) error {
	if o.Category != 0 {
		if ok, err := knownCategory(ctx, q, o.Category); err != nil {
			return err
		} else if !ok {
			return wrongChoice("category")
		}
	}
	for _, id := range []int64{o.Unit, o.AccusedUnit} {
		if id == 0 {
			continue
		}
		u, err := selectUnit(ctx, q, id, workday.Of(o.at).String())
		if pg.None(err) {
			return wrongChoice("unit")
		}
		if err != nil {
			return err
		}
		if id == o.Unit {
			o.place = u
		}
	}
	if o.who == Staff && !by.Can(PermFile, actor.Place{Office: o.place.Office, Hall: o.place.Hall}) && !by.Anywhere(PermFile) {
		return forbidden()
	}
	return nil
}

// ready draws receipt and PIN and stores the contact.
func (s *Service) ready(ctx context.Context, q pg.Querier, o *opening) (err error) {
	if o.receipt, err = code.New(rand.Reader, receiptLength); err != nil {
		return err
	}
	if o.Channel != ByImport && o.Channel != ByRating {
		o.pin = s.pinFor(o.Submission)
		o.salt = make([]byte, 16)
		_, _ = rand.Read(o.salt)
		o.pinDigest = s.digest(o.salt, o.pin)
	}
	if o.Identity == Anonymous || o.Contact.Empty() {
		return nil
	}
	id, err := s.cfg.PutContact(ctx, q, o.Submission.String(), o.Contact)
	o.contact = &id
	return err
}
