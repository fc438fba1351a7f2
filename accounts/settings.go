package accounts

import (
	"time"

	"minping/internal/fault"
	"minping/internal/settings"
)

// The longest that a session may be let live by a setting; the web edge keeps its
// own record that long, and Alive ends it earlier.
const (
	IdleMost     = time.Hour
	AbsoluteMost = 24 * time.Hour
)

// passwordsMost is how many old passwords are kept at the most.
const passwordsMost = 24

// Settings lists what may be set about signing in. The lower bounds are what an
// assessment of 等级保护 level 3 still lets pass.
func Settings() []settings.Definition {
	secure := func(d settings.Definition) settings.Definition {
		d.Group, d.Propose = "signin", settings.PermSecure
		return d
	}
	return []settings.Definition{
		secure(settings.Definition{Key: "signin.lock_after", Type: settings.Int, Unit: settings.UnitTimes, Default: "5", Min: 3, Max: 10}),
		secure(settings.Definition{Key: "signin.lock_time", Type: settings.Duration, Unit: settings.UnitMinute, Default: "900s", Min: 10, Max: 1440}),
		secure(settings.Definition{Key: "session.idle", Type: settings.Duration, Unit: settings.UnitMinute, Default: "900s", Min: 5, Max: IdleMost.Minutes()}),
		secure(settings.Definition{Key: "session.absolute", Type: settings.Duration, Unit: settings.UnitHour, Default: "28800s", Min: 1, Max: AbsoluteMost.Hours()}),
		secure(settings.Definition{Key: "password.days", Type: settings.Int, Unit: settings.UnitDay, Default: "90", Min: 30, Max: 365}),
		secure(settings.Definition{Key: "invite.days", Type: settings.Int, Unit: settings.UnitDay, Default: "7", Min: 1, Max: 30}),
		secure(settings.Definition{Key: "password.history", Type: settings.Int, Unit: settings.UnitTimes, Default: "5", Min: 3, Max: passwordsMost}),
	}
}

// handles read the settings.
type handles struct {
	lockAfter       settings.IntOf
	lockTime        settings.DurationOf
	idle, absolute  settings.DurationOf
	passwordDays    settings.IntOf
	passwordHistory settings.IntOf
	inviteDays      settings.IntOf
}

func handlesOf(set *settings.Set) (handles, error) {
	set, err := settings.Or(set, Settings())
	if err != nil {
		return handles{}, err
	}
	h := set.Handles()
	return handles{lockAfter: h.Int("signin.lock_after"), lockTime: h.Duration("signin.lock_time"),
		idle: h.Duration("session.idle"), absolute: h.Duration("session.absolute"),
		passwordDays: h.Int("password.days"), passwordHistory: h.Int("password.history"), inviteDays: h.Int("invite.days")}, h.Err()
}

// lock is when an account is locked, and for how long.
type lock struct {
	after int
	time  time.Duration
}

func (s *Service) lock() lock {
	now := s.now()
	return lock{s.set.lockAfter.At(now), s.set.lockTime.At(now)}
}

// locking adds to a complaint after how many wrong tries an account is locked, and
// for how many minutes.
func (s *Service) locking(f fault.Field) fault.Field {
	l := s.lock()
	f.Args = map[string]any{"Tries": l.after, "Minutes": int(l.time.Minutes())}
	return f
}
