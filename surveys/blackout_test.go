package surveys

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

func TestBlackedOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, after string
		ok            bool
		removed       int
	}{
		{"我叫张三，排队两小时", "我叫■■，排队两小时", true, 2},
		{"我叫张三，排队两小时", "我叫■，排队两小时", true, 2},
		{"张三 13800001234 态度差", "■ ■ 态度差", true, 13},
		{"态度差，我是张三", "态度差，我是■■", true, 2},
		{"张三", "■", true, 2},
		{"一行\r\n二行张三", "一行\n二行■", true, 2},
		{"不变", "不变", true, 0},
		{"", "", true, 0},
		{"我叫张三，排队两小时", "我叫张三", false, 0},
		{"我叫张三，排队两小时", "", false, 0},
		{"我叫张三，排队两小时", "我叫■■，排队一小时", false, 0},
		{"我叫张三，排队两小时", "他叫■■，排队两小时", false, 0},
		{"我叫张三，排队两小时", "我叫■■，排队两小时，很满意", false, 0},
		{"短", strings.Repeat("■", 60), false, 0},
	} {
		removed, ok := blackedOut(c.before, c.after)
		if ok != c.ok || ok && removed != c.removed {
			t.Errorf("%q → %q: %d, %v", c.before, c.after, removed, ok)
		}
	}
}

// TestBlackedOutTakesWhateverIsBlackedOut: whatever runs are replaced is taken,
// and changing any other character is not.
func TestBlackedOutTakesWhateverIsBlackedOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := []rune(rapid.StringOf(rapid.RuneFrom([]rune("张三李四，差态度0123ab"))).Draw(t, "before"))
		after, run := "", false
		for _, r := range before {
			if rapid.Bool().Draw(t, "black") {
				if !run {
					after += string(Black)
				}
				run = true
				continue
			}
			after, run = after+string(r), false
		}
		if _, ok := blackedOut(string(before), after); !ok {
			t.Fatalf("%q → %q is refused", string(before), after)
		}
		if _, ok := blackedOut(string(before), after+"假"); ok && after+"假" != string(before) {
			t.Fatalf("%q → %q is taken", string(before), after+"假")
		}
	})
}

func TestGivenBlackedOutAndForgotten(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	s := p.service
	sub := Submission{ID: uuid.New(), Code: p.codes[0], Level: 1, Comment: "我叫张三，排队两小时", Stratum: "public", Device: "a browser", Language: "zh-CN"}
	stored, err := s.Rate(t.Context(), sub)
	if err != nil {
		t.Fatal(err)
	}
	g, err := s.GivenWith(t.Context(), " "+strings.ToUpper(stored.Receipt)+" ")
	if err != nil || g.Submission != sub.ID || g.Comment != sub.Comment || g.Level != 1 || g.Unit == nil || g.Place.Office == 0 || g.Place.Hall == 0 ||
		!g.LateUntil.After(g.VisitedOn) {
		t.Fatalf("%+v, %v", g, err)
	}
	if _, err := s.GivenWith(t.Context(), "nobody"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("%v", err)
	}
	if list, err := s.GivenAs(t.Context(), []uuid.UUID{sub.ID, uuid.New()}); err != nil || len(list) != 1 || list[0].Receipt != stored.Receipt {
		t.Errorf("%+v, %v", list, err)
	}
	officer := actor.Actor{Account: 1, Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{PermPrivacy: true}}}}
	black := func(by actor.Actor, comment string) error {
		return pg.InTx(t.Context(), p.db, func(tx *sqlx.Tx) error {
			_, err := s.BlackOut(t.Context(), tx, by, Blackout{Submission: sub.ID, Request: "1", Comment: comment})
			return err
		})
	}
	if err := black(actor.Actor{}, "我叫■■，排队两小时"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("anybody: %v", err)
	}
	if err := black(officer, "很满意"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("other words: %v", err)
	}
	if err := black(officer, "我叫■■，排队两小时"); err != nil {
		t.Fatal(err)
	}
	now := p.clock.Add(time.Hour)
	if n, err := s.CountDevices(t.Context(), now); err != nil || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
	for want := 1; want >= 0; want-- {
		if n, err := s.ForgetDevices(t.Context(), now, 100); err != nil || n != want {
			t.Errorf("%d, want %d, %v", n, want, err)
		}
	}
	g, err = s.GivenWith(t.Context(), stored.Receipt)
	if err != nil || g.Comment != "我叫■■，排队两小时" || g.Level != 1 {
		t.Errorf("%+v, %v", g, err)
	}
	if report, err := s.Verify(t.Context()); err != nil || len(report.Differences) != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}
