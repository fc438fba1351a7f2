package accounts

import (
	"context"
	"fmt"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Session is somebody being signed in somewhere.
type Session struct {
	ID        string    `db:"id"`
	Agent     string    `db:"agent"` // browser and system in words; "": not recognised
	Source    string    `db:"source"`
	StartedAt time.Time `db:"started_at"`
	SeenAt    time.Time `db:"seen_at"`
}

// Attempt is one sign-in, or one that was refused.
type Attempt struct {
	At        time.Time `db:"at"`
	Outcome   string    `db:"outcome"` // "done", or what was wrong: "password", "code", "passkey", "sso"
	Agent     string    `db:"agent"`
	Source    string    `db:"source"`
	NewDevice bool      `db:"new_device"`
}

// The outcomes of attempts.
const (
	outcomeDone     = "done"
	outcomePassword = "password"
	outcomeCode     = "code"
	outcomePasskey  = "passkey"
	outcomeSSO      = "sso"
)

// Notice tells a holder what somebody else did to the account.
type Notice struct {
	At     time.Time  `db:"at"`
	Kind   NoticeKind `db:"kind"`
	Reason string     `db:"reason"`
}

// NoticeKind says what was done.
type NoticeKind string

// The notices.
const (
	NoticeFactorReset    NoticeKind = "factor_reset"
	NoticePasswordReset  NoticeKind = "password_reset"
	NoticePasskeyAdded   NoticeKind = "passkey_added"   // by the holder, or whoever sat at the screen
	NoticeLinked         NoticeKind = "identity_linked" // likewise
	NoticeResetAsked     NoticeKind = "reset_asked"
	NoticeResetConfirmed NoticeKind = "reset_confirmed"
	NoticeTOTPRemoved    NoticeKind = "totp_removed"
)

// Visit is a browser whose holder has passed every gate.
type Visit struct {
	Account int64
	Agent   string // browser and system in words
	Source  string // pseudonym of the network address
	Device  string // random mark that this browser keeps; "": it has none yet
	Method  string // for the audit: "password", "totp", …
}

// Welcome is what somebody is told who has just signed in.
type Welcome struct {
	Session   string     // id of the session
	Last      *time.Time // the sign-in before; nil: this is the first
	Failures  int        // refused attempts since then
	NewDevice bool       // never on the first sign-in
	Notices   []Notice   // not shown before
}

// Open begins a session once every gate is passed, and gives what the holder
// should know. The caller has to have seen GateOpen as Next.
func (s *Service) Open(ctx context.Context, v Visit) (Welcome, error) {
	w := Welcome{Session: randomText(32)}
	now := s.now()
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		// One after the other: two sign-ins at once would each call the other's device known.
		if _, err := lockAccount(ctx, tx, v.Account); err != nil {
			return fmt.Errorf("open session: %w", err)
		}
		if err := lastSignIn(ctx, tx, v.Account, &w); err != nil {
			return fmt.Errorf("open session: %w", err)
		}
		known, err := seeDevice(ctx, tx, v.Account, deviceDigest(v.Device), now)
		if err != nil {
			return fmt.Errorf("open session: %w", err)
		}
		w.NewDevice = !known && w.Last != nil
		row := signInRow{v.Account, now, outcomeDone, v.Agent, v.Source, w.NewDevice}
		if err := insertSignIn(ctx, tx, row); err != nil {
			return fmt.Errorf("open session: %w", err)
		}
		if err := insertSession(ctx, tx, w.Session, row); err != nil {
			return fmt.Errorf("open session: %w", err)
		}
		if w.Notices, err = takeNotices(ctx, tx, v.Account, now); err != nil {
			return fmt.Errorf("open session: %w", err)
		}
		return s.audit(ctx, tx, AuditEvent{Action: "signin.done", Account: v.Account, Detail: map[string]string{"method": v.Method}})
	})
	return w, err
}

func deviceDigest(mark string) []byte {
	sum := sm3.Sum([]byte("device/" + mark))
	return sum[:]
}

// Alive tells whether a session goes on, and notes that it was seen. Unauthorized
// where it was ended, stood idle or is too old.
func (s *Service) Alive(ctx context.Context, account int64, session string) error {
	seen, err := aliveSession(ctx, s.db, account, session, s.limits())
	if pg.None(err) {
		return fault.New(fault.Unauthorized, "fault.session.ended")
	}
	if err == nil && s.now().Sub(seen) >= time.Minute { // a write a minute is exact enough
		err = touchSession(ctx, s.db, session, s.now())
	}
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return nil
}

type sessionLimits struct{ idleSince, startedAfter time.Time }

func (s *Service) limits() sessionLimits {
	now := s.now()
	return sessionLimits{now.Add(-s.set.idle.At(now)), now.Add(-s.set.absolute.At(now))}
}

// EndSession ends one of the caller's sessions with its next request. NotFound
// where it is not theirs or has ended.
func (s *Service) EndSession(ctx context.Context, by actor.Actor, session string) error {
	return s.end(ctx, by, "session.end", func(tx *sqlx.Tx) error {
		n, err := endSession(ctx, tx, by.Account, session, s.now())
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "accounts.session.unknown")
		}
		return err
	})
}

// EndOtherSessions ends all of the caller's sessions but the one to keep. Unauthorized for nobody.
func (s *Service) EndOtherSessions(ctx context.Context, by actor.Actor, keep string) error {
	return s.end(ctx, by, "session.end", func(tx *sqlx.Tx) error {
		return endSessionsBut(ctx, tx, by.Account, keep, s.now())
	})
}

// SignedOut ends the session that its holder leaves; one that has ended is fine. Unauthorized for nobody.
func (s *Service) SignedOut(ctx context.Context, by actor.Actor, session string) error {
	return s.end(ctx, by, "signout.done", func(tx *sqlx.Tx) error {
		_, err := endSession(ctx, tx, by.Account, session, s.now())
		return err
	})
}

func (s *Service) end(ctx context.Context, by actor.Actor, action string, how func(*sqlx.Tx) error) error {
	if err := signedIn(by); err != nil {
		return err
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := how(tx); err != nil {
			return fmt.Errorf("end session: %w", err)
		}
		return s.audit(ctx, tx, AuditEvent{Action: action, Account: by.Account})
	})
}
