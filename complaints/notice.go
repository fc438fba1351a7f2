package complaints

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/pg"
)

// Addressee is whom a notice is for: a part that people play, and where.
type Addressee struct {
	Audience               string
	Office, Division, Hall int64
	Account                int64 // the one who handles it; 0: nobody yet
}

// DeliverNotices puts every notice that may be sent now into the lists of those it is
// for, once for each person however many nodes do it and however one of them ends. A
// job calls it every minute. Who is accused or barred is not told, and of a sealed case
// nobody but the discipline role.
func (s *Service) DeliverNotices(ctx context.Context) (int, error) {
	done := 0
	for {
		n := 0
		err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
			list, err := takeNotices(ctx, tx, s.now(), batch)
			if err != nil {
				return err
			}
			for _, notice := range list {
				if err := s.deliver(ctx, tx, notice); err != nil {
					return err
				}
			}
			n = len(list)
			return nil
		})
		if err != nil {
			return done, err
		}
		if done += n; n < batch {
			return done, nil
		}
	}
}

func (s *Service) deliver(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	if s.cfg.Recipients == nil {
		return nil
	}
	c, err := selectCase(ctx, tx, n.Case)
	if err != nil {
		return err
	}
	if c.Sealed && n.Audience != "discipline" {
		return nil // sealed since: who had it is told no more of it
	}
	to := Addressee{Audience: n.Audience, Office: n.Office, Hall: c.Hall, Account: n.Account}
	if c.Parent == n.Office {
		to.Division = c.Division
	}
	accounts, err := s.cfg.Recipients(ctx, tx, to)
	if err != nil {
		return err
	}
	return insertStaffNotices(ctx, tx, n, accounts, s.now())
}

// StaffNotice is a reminder as its reader sees it.
type StaffNotice struct {
	ID       int64      `db:"notice_id"`
	Case     ID         `db:"case_id"`
	Title    string     `db:"title"`
	Kind     Kind       `db:"kind"`
	State    State      `db:"state"`
	Sealed   bool       `db:"sealed"`
	Office   int64      `db:"office_id"`
	Audience string     `db:"audience"`
	Clock    ClockName  `db:"clock"`
	Percent  int        `db:"percent"`
	DueAt    *time.Time `db:"due_at"`
	SendAt   time.Time  `db:"send_at"`
	ReadAt   *time.Time `db:"read_at"`
}

// NoticeFilter narrows a list of reminders.
type NoticeFilter struct {
	Unread bool
	Before int64 // the last row's ID of the page before
	Limit  int   // 1–200; 0 = 50
}

// Notices lists one's own reminders, newest first, of cases that by may read now.
// Forbidden where by may read none at all.
func (s *Service) Notices(ctx context.Context, by actor.Actor, f NoticeFilter) ([]StaffNotice, error) {
	r, err := reachOf(by)
	if err != nil {
		return nil, err
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, 200)
	return selectStaffNotices(ctx, s.cfg.DB, r, f, s.now())
}

// UnreadMost is where counting of unread reminders ends.
const UnreadMost = 99

// Unread counts one's own reminders that are not read, at most UnreadMost; what by may
// not read any more is not counted. 0 where by reads no cases.
func (s *Service) Unread(ctx context.Context, by actor.Actor) (int, error) {
	if !by.Anywhere(PermRead) && !by.Citywide(PermDiscipline) {
		return 0, nil
	}
	r, err := reachOf(by)
	if err != nil {
		return 0, err
	}
	return countUnread(ctx, s.cfg.DB, r, s.now())
}

// ReadNotices notes that by has read one reminder, or all of them up to one (upTo).
// What is not by's own is left alone. Forbidden as Notices.
func (s *Service) ReadNotices(ctx context.Context, by actor.Actor, id int64, upTo bool) error {
	if _, err := reachOf(by); err != nil {
		return err
	}
	return markRead(ctx, s.cfg.DB, by.Account, id, upTo, s.now())
}

// CountNotices and EndNotices keep the lists short: reminders made before a moment go.
func (s *Service) CountNotices(ctx context.Context, before time.Time) (int, error) {
	return countOldNotices(ctx, s.cfg.DB, before)
}

// EndNotices removes at most so many of them.
func (s *Service) EndNotices(ctx context.Context, before time.Time, batch int) (int, error) {
	return removeOldNotices(ctx, s.cfg.DB, before, batch)
}
