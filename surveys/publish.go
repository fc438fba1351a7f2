package surveys

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

const (
	maxLateWorkdays = 60
	maxTitle        = 200
)

// PublishInput says which version is asked where, over which channels, and when.
type PublishInput struct {
	VersionID    int
	Title        string
	Channels     []Channel // one publication each
	StartsAt     time.Time // zero: now
	EndsAt       time.Time // zero: until it is closed
	LateWorkdays int       // 0–60: working days after a visit on which a ticket is still taken

	UnitIDs []int64 // offices, divisions, halls, windows
	// Besides UnitIDs: all windows in service of the office, of the hall or,
	// with both, of the office in the hall.
	Office, Hall int64

	// Codes to use instead of drawn ones, by unit. Only the program itself may
	// choose codes (a demonstration has codes that can be typed by heart), and
	// only for one channel.
	Codes map[int64]string
}

// permChooseCodes is held by no role: only the program itself passes.
const permChooseCodes actor.Permission = "code:choose"

// Publish puts a version to units and makes the codes that they lack; units that
// were published before keep their codes, so posters on the wall stay valid. It
// gives one publication per channel, in the order of the channels.
//
// Invalid with fields (version, title, channels, starts_at, ends_at,
// late_workdays, units); NotFound where a unit is unknown or out of by's reach;
// Forbidden without publication:write; Conflict where a chosen code is taken.
func (s *Service) Publish(ctx context.Context, by actor.Actor, in PublishInput) ([]Publication, error) {
	if !by.Anywhere(PermPublicationWrite) || in.Codes != nil && !by.Can(permChooseCodes, actor.Place{}) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	now := s.now()
	in = in.tidy(now)
	if faults := in.faults(now); len(faults) > 0 {
		return nil, fault.Fielded(faults...)
	}
	var published []Publication
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if published, err = publish(ctx, tx, by, in, now); err != nil {
			return err
		}
		for _, p := range published {
			told := doing{by: by, at: now, action: audit.PublicationPublish, kind: "publication", id: p.ID,
				detail: audit.Detail{"version": p.VersionID, "channel": string(p.Channel), "units": p.Units}}
			if err := told.record(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	s.changed(ctx, err)
	return published, err
}

func publish(ctx context.Context, q pg.Querier, by actor.Actor, in PublishInput, now time.Time) ([]Publication, error) {
	if known, err := versionExists(ctx, q, in.VersionID); err != nil {
		return nil, err
	} else if !known {
		return nil, fault.Fielded(fault.Field{Name: "version", Key: "surveys.publish.version"})
	}
	units, err := chosenUnits(ctx, q, by, in, now)
	if err != nil {
		return nil, err
	}
	published := make([]Publication, 0, len(in.Channels))
	for _, channel := range in.Channels {
		id, err := insertPublication(ctx, q, in, newPublication{channel, units, by.Name, now})
		if err != nil {
			return nil, err
		}
		if err := chooseCodes(ctx, q, codeOrder{units, channel, now}, in.Codes); err != nil {
			return nil, err
		}
		if err := issueCodes(ctx, q, codeOrder{units, channel, now}); err != nil {
			return nil, err
		}
		p, err := selectPublication(ctx, q, reach{all: true}, id)
		if err != nil {
			return nil, err
		}
		published = append(published, p)
	}
	return published, nil
}

// chosenUnits gives the ids of the units that a publication is to reach, each of
// them checked.
func chosenUnits(ctx context.Context, q pg.Querier, by actor.Actor, in PublishInput, now time.Time) ([]int64, error) {
	units, err := selectChosenUnits(ctx, q, in, now)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, 0, len(units))
	for _, u := range units {
		if !by.Can(PermPublicationWrite, u.Place()) {
			return nil, fault.New(fault.NotFound, "surveys.unit.not_found")
		}
		ids = append(ids, u.ID)
	}
	for _, id := range in.UnitIDs {
		if _, found := slices.BinarySearch(ids, id); !found {
			return nil, fault.New(fault.NotFound, "surveys.unit.not_found")
		}
	}
	if len(ids) == 0 {
		return nil, fault.Fielded(fault.Field{Name: "units", Key: "surveys.publish.no_units"})
	}
	for _, u := range units {
		switch {
		case u.Kind == "city":
			return nil, fault.Fielded(fault.Field{Name: "units", Key: "surveys.publish.city"})
		case u.Closed:
			return nil, fault.Fielded(fault.Field{Name: "units", Key: "surveys.publish.unit_closed", Args: map[string]any{"Name": u.Name}})
		}
	}
	return ids, nil
}

// tidy cleans words and orders lists. Instants are cut to what the database keeps.
func (in PublishInput) tidy(now time.Time) PublishInput {
	in.Title = strings.Join(strings.Fields(Clean(in.Title)), " ")
	in.StartsAt, in.EndsAt = in.StartsAt.Truncate(time.Microsecond), in.EndsAt.Truncate(time.Microsecond)
	if in.StartsAt.IsZero() {
		in.StartsAt = now.Truncate(time.Microsecond)
	}
	in.UnitIDs = slices.Compact(slices.Sorted(slices.Values(in.UnitIDs)))
	var channels []Channel
	for _, c := range in.Channels {
		if !slices.Contains(channels, c) {
			channels = append(channels, c)
		}
	}
	in.Channels = channels
	return in
}

func (in PublishInput) faults(now time.Time) []fault.Field {
	var faults []fault.Field
	wrong := func(when bool, name, key string) {
		if when {
			faults = append(faults, fault.Field{Name: name, Key: key, Args: map[string]any{"Max": maxOf(name)}})
		}
	}
	known := Channels()
	unknown := func(c Channel) bool { return !slices.Contains(known, c) }
	wrong(!strings.ContainsFunc(in.Title, unicode.IsGraphic), "title", "surveys.publish.title")
	wrong(tooLong(in.Title, maxTitle), "title", "surveys.publish.title_long")
	wrong(len(in.Channels) == 0, "channels", "surveys.publish.channels")
	wrong(slices.ContainsFunc(in.Channels, unknown), "channels", "surveys.publish.channel")
	wrong(in.Codes != nil && len(in.Channels) > 1, "channels", "surveys.publish.channel")
	wrong(in.LateWorkdays < 0 || in.LateWorkdays > maxLateWorkdays, "late_workdays", "surveys.publish.late_workdays")
	if !in.EndsAt.IsZero() {
		wrong(!in.EndsAt.After(in.StartsAt), "ends_at", "surveys.publish.ends_before_start")
		wrong(in.EndsAt.After(in.StartsAt) && !in.EndsAt.After(now), "ends_at", "surveys.publish.ends_in_past")
	}
	wrong(len(in.UnitIDs) == 0 && in.Office == 0 && in.Hall == 0, "units", "surveys.publish.no_units")
	return faults
}

// maxOf gives the limit that a field's message names.
func maxOf(field string) int {
	if field == "late_workdays" {
		return maxLateWorkdays
	}
	return maxTitle
}
