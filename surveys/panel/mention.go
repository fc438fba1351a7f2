package panel

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
)

// Mention is one wording of the first answer, however many gave it.
type Mention struct {
	Words   string
	Count   int
	State   string // open, office, none
	Unit    int64  // coded
	Suggest int64  // what the wording is likely to mean; 0: no idea
}

// None codes a wording that names no office.
const None int64 = -1

// Mentions lists the wordings of a wave, the unread first, with a suggestion where a name,
// a brand or a usual short form is contained. Forbidden as Waves; NotFound.
func (s *Service) Mentions(ctx context.Context, by actor.Actor, id int64) ([]Mention, error) {
	if err := admit(by); err != nil {
		return nil, err
	}
	list, err := selectMentions(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	names, err := selectNames(ctx, s.db)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].State == "open" {
			list[i].Suggest = suggest(list[i].Words, names)
		}
	}
	return list, nil
}

// Code says which office each wording means, or None; a person decides, for everybody who
// gave it. Until the wave is closed a decision may be changed. Forbidden as Waves; NotFound;
// Invalid for what is no office; Conflict where the wave is closed.
func (s *Service) Code(ctx context.Context, by actor.Actor, id int64, codes map[string]int64) error {
	if err := admit(by); err != nil {
		return err
	}
	return s.inWave(ctx, id, func(tx *sqlx.Tx, w locked) error {
		if w.State == Closed {
			return fault.New(fault.Conflict, "five.panel.fault.closed")
		}
		known, err := selectOfficeCodes(ctx, tx)
		if err != nil {
			return err
		}
		changed := 0
		for words, unit := range codes {
			if unit != None && !holds(known, unit) {
				return fault.New(fault.Invalid, "five.panel.fault.own")
			}
			n, err := updateMentions(ctx, tx, id, words, unit)
			if err != nil {
				return err
			}
			changed += n
		}
		if changed == 0 {
			return nil
		}
		return s.note(ctx, tx, by, did{audit.PanelCode, id, audit.Detail{"count": changed}})
	})
}

func holds(known map[string]int64, unit int64) bool {
	for _, id := range known {
		if id == unit {
			return true
		}
	}
	return false
}

// name is what an office is called.
type name struct {
	Unit  int64  `db:"id"`
	Name  string `db:"name"`
	Brand string `db:"brand_name"`
}

// suggest takes a wording for the office whose name it is or contains, the longest first;
// else for the one whose name contains it, where only one does.
func suggest(words string, names []name) int64 {
	text := plain(words)
	var whole []struct {
		unit int64
		text string
	}
	holds := map[int64]bool{}
	for _, n := range names {
		for _, form := range forms(n) {
			if form == "" {
				continue
			}
			if strings.Contains(text, form) {
				whole = append(whole, struct {
					unit int64
					text string
				}{n.Unit, form})
			}
			if len([]rune(text)) >= 2 && subsequence(text, form) {
				holds[n.Unit] = true
			}
		}
	}
	if len(whole) > 0 {
		slices.SortFunc(whole, func(a, b struct {
			unit int64
			text string
		}) int {
			return cmp.Or(cmp.Compare(len(b.text), len(a.text)), cmp.Compare(a.unit, b.unit))
		})
		return whole[0].unit
	}
	if len(holds) == 1 {
		for unit := range holds {
			return unit
		}
	}
	return 0
}

// forms are the ways an office is called: its name, without the city before it, its brand.
func forms(n name) []string {
	full := plain(n.Name)
	list := []string{full, plain(n.Brand)}
	if at := strings.IndexRune(full, '市'); at >= 0 && len([]rune(full[at+len("市"):])) >= 3 {
		list = append(list, full[at+len("市"):])
	}
	return list
}

// plain drops what people write differently.
func plain(text string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" 　“”\"'‘’《》「」、，。.,·-（）()", r) {
			return -1
		}
		return r
	}, text))
}

// subsequence tells whether the characters of short stand in long in their order, the first
// and the last at its ends: 人社局 in 人力资源和社会保障局.
func subsequence(short, long string) bool {
	a, b := []rune(short), []rune(long)
	if len(a) > len(b) || a[0] != b[0] || a[len(a)-1] != b[len(b)-1] {
		return false
	}
	i := 0
	for _, r := range b {
		if i < len(a) && a[i] == r {
			i++
		}
	}
	return i == len(a)
}
