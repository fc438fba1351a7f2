package surveys

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
)

// rated stores ratings straight into the table: one at each window on each of
// three days, level 1 + window number.
func rated(t testing.TB, p *place) {
	t.Helper()
	p.exec(t, `INSERT INTO ratings (visited_on, received_at, submission_id, unit_id, window_id, office_id, hall_id, version_id,
			channel, stratum, level, tags, question_ids, answer_values, texts, comment, standing, signals, device)
		SELECT d, d + time '10:00', gen_random_uuid(), u.id, u.id, u.office_id, u.hall_id, 1, 'desk', 'public', right(u.code, 1)::int,
			'{510}', '{3}', '{4}', '{"9": "话"}', CASE WHEN u.code = 'W1' THEN '等了很久' END,
			CASE WHEN u.code = 'W2' THEN 'suspect' ELSE 'clear' END, '{}', '\x01'
		FROM generate_series(date '2026-11-20', date '2026-11-22', interval '1 day') g, LATERAL (SELECT g::date) x (d), units u
		WHERE u.kind = 'window' ORDER BY d, u.code`)
}

func brief(rows []RatingRow) []string {
	list := []string{}
	for _, r := range rows {
		list = append(list, fmt.Sprintf("%d/%s", r.VisitedOn.Day, r.Unit.Code))
	}
	return list
}

func TestRatings(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rated(t, p)
	all, o1, hall := citywide(PermRatingRead), p.id(t, "O1"), p.id(t, "H1")
	day := func(d int) workday.Day { return workday.Day{Year: 2026, Month: time.November, Day: d} }
	for _, c := range []struct {
		name string
		f    RatingFilter
		want string
	}{
		{"window", RatingFilter{Unit: p.windows[0]}, "22/W1 21/W1 20/W1"},
		{"office", RatingFilter{Unit: o1, From: day(21), To: day(21)}, "21/W2 21/W1"},
		{"hall", RatingFilter{Unit: hall, Levels: []int{4, 1}, From: day(22)}, "22/W4 22/W1"},
		{"city, bad", RatingFilter{BadOnly: true, To: day(20)}, "20/W2 20/W1"},
		{"city's unit", RatingFilter{Unit: p.id(t, "city"), WithComment: true, To: day(20)}, "20/W1"},
		{"suspect", RatingFilter{Suspect: true}, "22/W2 21/W2 20/W2"},
		{"channel", RatingFilter{Channel: ChannelWeb}, ""},
		{"limit", RatingFilter{Unit: o1, Limit: 1}, "22/W2"},
	} {
		got, err := p.service.Ratings(t.Context(), all, c.f)
		if err != nil || strings.Join(brief(got), " ") != c.want {
			t.Errorf("%s: %v, %v", c.name, brief(got), err)
		}
	}
}

func TestRatingsPageByPage(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rated(t, p)
	whole, err := p.service.Ratings(t.Context(), citywide(PermRatingRead), RatingFilter{})
	if err != nil || len(whole) != 12 {
		t.Fatal(len(whole), err)
	}
	var paged []RatingRow
	f := RatingFilter{Limit: 5}
	for {
		page, err := p.service.Ratings(t.Context(), citywide(PermRatingRead), f)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		paged = append(paged, page...)
		last := page[len(page)-1]
		f.BeforeDay, f.BeforeID = last.VisitedOn, last.ID
	}
	if !slices.Equal(brief(paged), brief(whole)) {
		t.Errorf("%v, want %v", brief(paged), brief(whole))
	}
}

func TestRatingRow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rated(t, p)
	rows, err := p.service.Ratings(t.Context(), citywide(PermRatingRead), RatingFilter{Unit: p.windows[0], Limit: 1})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	r := rows[0]
	if r.Comment != "等了很久" || !r.Bad() || !slices.Equal(r.Tags, []int{510}) || !slices.Equal(r.Answers, []Answer{{3, 4}}) ||
		r.Texts[9] != "话" || r.Seconds != -1 || r.Unit.Office.Code != "O1" || r.Standing != StandingClear {
		t.Errorf("%+v", r)
	}
	for _, secret := range []string{"SubmissionID", "Device", "Receipt"} {
		if _, ok := reflect.TypeFor[RatingRow]().FieldByName(secret); ok {
			t.Errorf("staff see %s", secret)
		}
	}
}

func TestRatingsWithinReach(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rated(t, p)
	o1, o2, hall := p.id(t, "O1"), p.id(t, "O2"), p.id(t, "H1")
	for _, c := range []struct {
		name string
		by   actor.Actor
		unit int64
		kind fault.Kind
	}{
		{"own office", officer(o1, 0, PermRatingRead), o1, fault.Internal},
		{"own window", officer(o1, 0, PermRatingRead), p.windows[1], fault.Internal},
		{"window in the hall", officer(0, hall, PermRatingRead), p.windows[3], fault.Internal},
		{"other office", officer(o1, 0, PermRatingRead), o2, fault.NotFound},
		{"other office's window", officer(o1, 0, PermRatingRead), p.windows[2], fault.NotFound},
		{"hall of several offices", officer(o1, 0, PermRatingRead), hall, fault.NotFound},
		{"the city", officer(o1, 0, PermRatingRead), p.id(t, "city"), fault.NotFound},
		{"all", officer(o1, 0, PermRatingRead), 0, fault.Forbidden},
		{"nobody", actor.Actor{}, o1, fault.Forbidden},
		{"another permission", citywide(PermPublicationRead), o1, fault.Forbidden},
		{"no such unit", citywide(PermRatingRead), 1 << 40, fault.NotFound},
	} {
		rows, err := p.service.Ratings(t.Context(), c.by, RatingFilter{Unit: c.unit})
		if c.kind == fault.Internal {
			if err != nil || len(rows) == 0 {
				t.Errorf("%s: %d rows, %v", c.name, len(rows), err)
			}
		} else if fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A window that moved to another office leaves its ratings to the old one.
func TestRatingsStayWhereTheyWereGiven(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rated(t, p)
	p.exec(t, `UPDATE units SET division_id = NULL, office_id = $2 WHERE id = $1`, p.windows[0], p.id(t, "O2"))
	rows, err := p.service.Ratings(t.Context(), officer(p.id(t, "O2"), 0, PermRatingRead), RatingFilter{Unit: p.windows[0]})
	if err != nil || len(rows) != 0 {
		t.Errorf("the new office reads %v, %v", brief(rows), err)
	}
	rows, err = p.service.Ratings(t.Context(), officer(p.id(t, "O1"), 0, PermRatingRead), RatingFilter{Unit: p.id(t, "O1")})
	if err != nil || len(rows) != 6 {
		t.Errorf("the old office reads %v, %v", brief(rows), err)
	}
}

// A window that changed its division within the office leaves its ratings to
// those who hold only the old division; the office reads all.
func TestRatingsStayWithTheirDivision(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rated(t, p)
	p.exec(t, `UPDATE ratings r SET division_id = u.division_id FROM units u WHERE u.id = r.unit_id`)
	p.exec(t, `INSERT INTO units (kind, code, name, office_id) SELECT 'division', 'D-new', '新处', id FROM units WHERE code = 'O1'`)
	p.exec(t, `UPDATE units SET division_id = $2 WHERE id = $1`, p.windows[0], p.id(t, "D-new"))
	chief := func(code string) actor.Actor {
		by := officer(0, 0, PermRatingRead, PermPublicationRead)
		by.Grants[0].Division = p.id(t, code)
		return by
	}
	for _, c := range []struct {
		name string
		by   actor.Actor
		unit int64
		want int
		kind fault.Kind
	}{
		{"the office reads the window", officer(p.id(t, "O1"), 0, PermRatingRead), p.windows[0], 3, 0},
		{"the new division reads nothing of before", chief("D-new"), p.windows[0], 0, 0},
		{"the old division reads what it was given", chief("D-O1"), p.id(t, "D-O1"), 6, 0},
		{"the old division does not read the window", chief("D-O1"), p.windows[0], 0, fault.NotFound},
		{"the old division reads its other window", chief("D-O1"), p.windows[1], 3, 0},
		{"a division does not read its office", chief("D-O1"), p.id(t, "O1"), 0, fault.NotFound},
		{"nor the hall", chief("D-O1"), p.id(t, "H1"), 0, fault.NotFound},
	} {
		rows, err := p.service.Ratings(t.Context(), c.by, RatingFilter{Unit: c.unit})
		if fault.KindOf(err) != c.kind || len(rows) != c.want {
			t.Errorf("%s: %v, %v", c.name, brief(rows), err)
		}
	}
	codes, err := p.service.Codes(t.Context(), chief("D-O1"), CodeFilter{})
	if err != nil || len(codes) != 1 || codes[0].Unit.ID != p.windows[1] {
		t.Errorf("codes of a division: %+v, %v", codes, err)
	}
}

func TestRatingFilterFaults(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	_, err := p.service.Ratings(t.Context(), citywide(PermRatingRead), RatingFilter{Levels: []int{0},
		From: p.today(), To: p.today().AddDays(-1)})
	wantFields(t, err, "from surveys.ratings.period", "levels surveys.ratings.level")
}

// An office's list must walk the office's index and not sort what it finds.
func TestRatingsOfAnOfficeUseItsIndex(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.exec(t, `INSERT INTO ratings (visited_on, received_at, submission_id, unit_id, office_id, version_id, channel, stratum, level, standing)
		SELECT date '2026-10-01' + i % 50, now(), gen_random_uuid(), 1, 1000 + i % 40, 1, 'desk', 'public', 5, 'clear' FROM generate_series(1, 20000) i`)
	p.exec(t, `ANALYZE ratings`)
	f := RatingFilter{Limit: 50, BeforeDay: p.today(), BeforeID: 1}
	var plan []string
	if err := p.db.Select(&plan, `EXPLAIN `+listRatings, f.args(Parents{Office: 1007})...); err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(plan, "\n"); !strings.Contains(text, "office_id") || !strings.Contains(text, "Index Scan Backward") || strings.Contains(text, "Sort") {
		t.Error(text)
	}
}
