package privacy

import (
	"strconv"
	"time"

	"minping/internal/settings"
)

// retentionKey is followed by a rule's kind.
const retentionKey = "retention."

// Settings lists what may be set: how long each kind of thing is kept, within what
// the law leaves free, and how requests are answered and proved. What is shortened
// ends at the next run, so this is the security administrator's.
func Settings() []settings.Definition {
	var list []settings.Definition
	for _, r := range rules {
		list = append(list, settings.Definition{Key: retentionKey + r.Kind, Group: "retention", Type: settings.Int, Unit: settings.UnitDay,
			Default: strconv.Itoa(r.Days), Min: float64(r.least), Max: float64(r.most), Floor: r.floor, Propose: settings.PermSecure})
	}
	count := func(key string, unit settings.Unit, standard string, least, most float64) settings.Definition {
		return settings.Definition{Key: "privacy." + key, Group: "privacy", Type: settings.Int, Unit: unit, Default: standard, Min: least, Max: most, Propose: settings.PermSecure}
	}
	return append(list, count("answer_days", settings.UnitWorkday, "15", 1, 15), count("codes_phone", settings.UnitPerHour, "3", 1, 10),
		count("codes_city", settings.UnitPerHour, "600", 20, 20000))
}

// dials read the settings.
type dials struct {
	kept                                map[string]settings.IntOf
	answerDays, codesPhone, codesOfCity settings.IntOf
}

func dialsOf(set *settings.Set) (dials, error) {
	set, err := settings.Or(set, Settings())
	if err != nil {
		return dials{}, err
	}
	h := set.Handles()
	d := dials{kept: map[string]settings.IntOf{}, answerDays: h.Int("privacy.answer_days"), codesPhone: h.Int("privacy.codes_phone"), codesOfCity: h.Int("privacy.codes_city")}
	for _, r := range rules {
		d.kept[r.Kind] = h.Int(retentionKey + r.Kind)
	}
	return d, h.Err()
}

// Rules gives the table with the days that hold now.
func (s *Service) Rules() []Rule {
	list := Rules()
	for i := range list {
		list[i].Days = s.set.kept[list[i].Kind].At(s.Now())
	}
	return list
}

// Kept is for how many days a kind of thing is kept, as it is set now; 0 where no rule
// speaks of it.
func (s *Service) Kept(kind string) int {
	if d, ok := s.set.kept[kind]; ok {
		return d.At(s.Now())
	}
	return 0
}

// AnswerDays is within how many working days a request is answered. PIPL art. 50 asks
// for an answer in time 及时; 15 is what 网络数据安全管理条例 and common practice take for it.
func (s *Service) AnswerDays(at time.Time) int { return s.set.answerDays.At(at) }
