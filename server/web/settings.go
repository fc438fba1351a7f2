package web

import (
	"time"

	"minping/internal/settings"
)

// Settings lists the budgets of the rating forms that a city may set; the others
// are bound to the challenge, see limit.go.
func Settings() []settings.Definition {
	times := func(key string, unit settings.Unit, standard string, least, most float64) settings.Definition {
		return settings.Definition{Key: key, Group: "limit", Type: settings.Int, Unit: unit, Default: standard, Min: least, Max: most,
			Propose: settings.PermOperate}
	}
	return []settings.Definition{
		times("limit.device_burst", settings.UnitTimes, "10", 3, 100),
		times("limit.device_rate", settings.UnitPerHour, "20", 5, 600),
		times("limit.nameless_burst", settings.UnitTimes, "60", 10, 1000),
		times("limit.nameless_rate", settings.UnitPerMin, "30", 5, 1000),
		times("limit.kiosk_burst", settings.UnitTimes, "30", 5, 1000),
		times("limit.kiosk_rate", settings.UnitPerMin, "20", 2, 1000),
		times("limit.code_burst", settings.UnitTimes, "120", 20, 10000),
		times("limit.code_rate", settings.UnitPerMin, "60", 10, 10000),
		times("limit.source_burst", settings.UnitTimes, "600", 100, 100000),
		times("limit.source_rate", settings.UnitPerMin, "300", 50, 100000),
		times("limit.reader_burst", settings.UnitTimes, "1200", 200, 100000),
		times("limit.reader_rate", settings.UnitPerMin, "1200", 200, 100000),
	}
}

// rates reads the settings of a budget; without them a budget stands as it is.
type rates struct {
	fixed       budget
	burst, rate settings.IntOf
	per         float64 // what a rate counts by, in minutes; 0: fixed
}

func (r rates) at(t time.Time) budget {
	if r.per == 0 {
		return r.fixed
	}
	return budget{float64(r.burst.At(t)), float64(r.rate.At(t)) / r.per}
}

// ratesOf reads budgets from settings, by their names in the keys.
func ratesOf(set *settings.Set) (func(name string, per float64) rates, *settings.Handles, error) {
	set, err := settings.Or(set, Settings())
	if err != nil {
		return nil, nil, err
	}
	h := set.Handles()
	return func(name string, per float64) rates {
		return rates{burst: h.Int("limit." + name + "_burst"), rate: h.Int("limit." + name + "_rate"), per: per}
	}, h, nil
}
