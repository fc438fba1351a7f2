package complaints

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/blobs"
	"minping/internal/fault"
	"minping/internal/media"
	"minping/internal/pg"
	"minping/internal/vault"
)

// Attached is a file of a case.
type Attached struct {
	ID       int64      `db:"id"`
	Case     ID         `db:"case_id"`
	Seq      int        `db:"seq"` // the event that brought it; 1 is the filing
	Message  int64      `db:"message_id"`
	At       time.Time  `db:"at"`
	Audience Audience   `db:"audience"`
	Side     Who        `db:"side"`
	Kind     media.Kind `db:"kind"`
	Name     string     `db:"name"` // as its sender called it, made harmless; "" once erased
	Bytes    int64      `db:"bytes"`
	Width    int        `db:"width"`
	Height   int        `db:"height"`
	ErasedAt *time.Time `db:"erased_at"`
	Why      string     `db:"erased_why"`

	Object string    `db:"object"`
	Key    uuid.UUID `db:"key_id"`
}

// attaching is what comes with one event.
type attaching struct {
	c    *Case
	e    Event
	form Form
	say  *Message // nil: the filing
	o    *opening // the filing
}

// attaches tells whether files can come with this filing: not at a kiosk, which has
// no camera of one's own, and not with what the program files by itself.
func (o *opening) attaches() bool {
	return o.splitFrom == 0 && (o.who == Citizen && o.Channel != ByKiosk || o.who == Staff)
}

func (s *Service) attachFiled(ctx context.Context, tx *sqlx.Tx, by actor.Actor, a attaching) error {
	if !a.o.attaches() {
		return nil
	}
	a.form = Form{a.o.Submission, FormFile}
	return s.attach(ctx, tx, by, a)
}

// attach gives the files of a form to a case, in the transaction of the event that
// brings them: they are there with it or not at all.
func (s *Service) attach(ctx context.Context, tx *sqlx.Tx, by actor.Actor, a attaching) error {
	if a.form.ID == uuid.Nil || !s.TakesFiles() {
		return nil
	}
	rows, err := takeUploads(ctx, tx, s.formDigest(by, a.form))
	if err != nil || len(rows) == 0 {
		return err
	}
	if len(rows) > MaxFiles {
		return fileFault("attach.many")
	}
	to := Attached{Case: a.c.ID, Seq: a.e.Seq, Message: a.e.Detail.Message, At: a.e.At, Audience: Public, Side: Staff}
	if a.e.Who == Citizen {
		to.Side = Citizen
	}
	if a.say != nil {
		to.Audience = a.say.Audience
	}
	for _, row := range rows {
		if err := insertFile(ctx, tx, to, row); err != nil {
			return err
		}
	}
	if a.e.Who != Staff {
		by = actor.Actor{Name: string(a.e.Who)}
	}
	return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: audit.CaseAttach, Place: a.c.Place(),
		Object: audit.Object{Kind: "case", ID: strconv.FormatInt(a.c.ID, 10)},
		Detail: audit.Detail{"files": len(rows), "seq": a.e.Seq, "audience": string(to.Audience)}})
}

// Content is a file to be handed out. Body must be closed.
type Content struct {
	Attached
	Thumb bool
	Body  io.ReadCloser
}

// OpenFile hands out a file of a case, or the thumbnail of a picture, to whoever
// may read the case; a private one to whoever may read its private notes. NotFound
// also for everything else that by may not know of; Gone where it is erased.
func (s *Service) OpenFile(ctx context.Context, by actor.Actor, id ID, file int64, thumb bool) (Content, error) {
	var a Attached
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := selectCase(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := see(ctx, tx, by, &c); err != nil {
			return err
		}
		if a, err = selectFile(ctx, tx, id, file); err != nil || a.Audience == Public {
			return err
		}
		tied, err := hasTie(ctx, tx, id, officesOf(by))
		if err == nil && !tied && may(by, PermHandle, &c) != nil && may(by, PermSupervise, &c) != nil {
			err = unknown()
		}
		return err
	})
	if err != nil {
		return Content{}, err
	}
	return s.content(ctx, a, thumb)
}

// TrackedFile hands out a file to the citizen whose case it is: their own and the
// office's public ones. Faults as Track; NotFound for everything else.
func (s *Service) TrackedFile(ctx context.Context, t Ticket, file int64, thumb bool) (Content, error) {
	id, err := s.open(ctx, t)
	if err != nil {
		return Content{}, err
	}
	a, err := selectFile(ctx, s.cfg.DB, id, file)
	if err == nil && a.Audience != Public {
		err = unknown()
	}
	if err != nil {
		return Content{}, err
	}
	return s.content(ctx, a, thumb)
}

func (s *Service) content(ctx context.Context, a Attached, thumb bool) (Content, error) {
	if a.ErasedAt != nil {
		return Content{}, fault.New(fault.Gone, "attach.erased")
	}
	if !s.TakesFiles() || thumb && a.Kind != media.Picture {
		return Content{}, unknown()
	}
	key, err := s.cfg.Vault().FileKey(ctx, s.cfg.DB, a.Key)
	if err != nil {
		return Content{}, err
	}
	name := a.Object
	if thumb {
		name = thumbOf(name)
	}
	body, err := s.cfg.Files.Get(ctx, name, key)
	if errors.Is(err, blobs.ErrNotThere) {
		return Content{}, fmt.Errorf("file %d of case %d is not in the file store: %w", a.ID, a.Case, err)
	}
	return Content{Attached: a, Thumb: thumb, Body: body}, err
}

// EraseFile takes the bytes and the name of a file away for good; that there was
// one stays, with the reason. Needs privacy:handle citywide; of a sealed case, and only there, the
// discipline role. Forbidden; NotFound; Invalid (reason); Conflict where it is gone already.
func (s *Service) EraseFile(ctx context.Context, by actor.Actor, id ID, file int64, reason string) error {
	if !by.Citywide(permPrivacy) && !by.Citywide(PermDiscipline) {
		return forbidden()
	}
	reason, err := vault.CheckReason(reason)
	if err != nil {
		return err
	}
	err = pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := lockCase(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.Sealed != by.Citywide(PermDiscipline) {
			return unknown()
		}
		a, err := selectFile(ctx, tx, id, file)
		if err != nil {
			return err
		}
		if a.ErasedAt != nil {
			return fault.New(fault.Conflict, "attach.erased")
		}
		if err := s.eraseIn(ctx, tx, a, reason); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: audit.CaseFileErase, Place: c.Place(),
			Object: audit.Object{Kind: "case", ID: strconv.FormatInt(id, 10)}, Detail: audit.Detail{"file": a.ID, "reason": reason}})
	})
	if err != nil {
		return err
	}
	s.sweepLater(ctx)
	return nil
}

// eraseIn ends a file in the transaction: without its key the bytes are noise, and
// the sweep takes them out of the store.
func (s *Service) eraseIn(ctx context.Context, tx *sqlx.Tx, a Attached, why string) error {
	if err := s.cfg.Vault().Erase(ctx, tx, a.Key); err != nil {
		return err
	}
	return eraseFile(ctx, tx, a.ID, why, s.now())
}

func thumbOf(object string) string { return object + "-s" }

func readerOf(b []byte) io.Reader { return bytes.NewReader(b) }

func (s *Service) readAll(ctx context.Context, object string, id uuid.UUID) ([]byte, error) {
	key, err := s.cfg.Vault().FileKey(ctx, s.cfg.DB, id)
	if err != nil {
		return nil, err
	}
	r, err := s.cfg.Files.Get(ctx, object, key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(r)
}
