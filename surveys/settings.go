package surveys

import (
	"time"

	"minping/complaints/workday"
	"minping/internal/settings"
)

// Settings lists what may be set about rating. What decides whether a rating counts as
// clear moves figures, and so ranks: two persons.
func Settings() []settings.Definition {
	return []settings.Definition{
		{Key: "rating.late_days", Group: "rating", Type: settings.Int, Unit: settings.UnitWorkday, Default: "5", Min: 0, Max: maxLateWorkdays,
			Rank: true, Propose: settings.PermPropose},
		{Key: "rating.cool_down", Group: "rating", Type: settings.Duration, Unit: settings.UnitMinute, Default: "600s", Min: 1, Max: 1440,
			Rank: true, Propose: settings.PermPropose},
		{Key: "rating.hasty", Group: "rating", Type: settings.Duration, Unit: settings.UnitSecond, Default: "3s", Min: 0, Max: 60,
			Rank: true, Propose: settings.PermPropose},
		{Key: "rating.silent_days", Group: "rating", Type: settings.Int, Unit: settings.UnitWorkday, Default: "5", Min: 1, Max: 60,
			Propose: settings.PermPropose},
		{Key: "probe.share", Group: "rating", Type: settings.Int, Unit: settings.UnitPercent, Default: "100", Min: 0, Max: 100,
			Rank: true, Propose: settings.PermPropose},
		{Key: "probe.same_hall", Group: "rating", Type: settings.Bool, Default: "false", Rank: true, Propose: settings.PermPropose},
		{Key: "ticket.batch_most", Group: "ticket", Type: settings.Int, Unit: settings.UnitTickets, Default: "5000", Min: 1, Max: MaxTickets,
			Propose: settings.PermOperate},
		{Key: "ticket.days_back", Group: "ticket", Type: settings.Int, Unit: settings.UnitDay, Default: "90", Min: 0, Max: 366,
			Propose: settings.PermOperate},
		{Key: "ticket.days_ahead", Group: "ticket", Type: settings.Int, Unit: settings.UnitDay, Default: "366", Min: 0, Max: 731,
			Propose: settings.PermOperate},
	}
}

// handles read the settings.
type handles struct {
	late, silent, ticketMost, ticketBack, ticketAhead settings.IntOf
	coolDown, hasty                                   settings.DurationOf
	probeShare                                        settings.IntOf
	probeHall                                         settings.BoolOf
}

func handlesOf(set *settings.Set) (handles, error) {
	set, err := settings.Or(set, Settings())
	if err != nil {
		return handles{}, err
	}
	h := set.Handles()
	return handles{late: h.Int("rating.late_days"), silent: h.Int("rating.silent_days"), coolDown: h.Duration("rating.cool_down"), hasty: h.Duration("rating.hasty"),
		probeShare: h.Int("probe.share"), probeHall: h.Bool("probe.same_hall"),
		ticketMost: h.Int("ticket.batch_most"), ticketBack: h.Int("ticket.days_back"), ticketAhead: h.Int("ticket.days_ahead")}, h.Err()
}

// LateDays is how many working days after a visit a rating is taken, as a new
// publication begins with at an instant; it may say otherwise.
func (s *Service) LateDays(at time.Time) int { return s.set.late.At(at) }

// TicketsMost is the size of one batch at an instant.
func (s *Service) TicketsMost(at time.Time) int { return s.set.ticketMost.At(at) }

// ticketRules are the limits of an order as they are now.
type ticketRules struct {
	today             workday.Day
	most, back, ahead int
}

func (s *Service) ticketRules(at time.Time) ticketRules {
	return ticketRules{workday.Of(at), s.set.ticketMost.At(at), s.set.ticketBack.At(at), s.set.ticketAhead.At(at)}
}
