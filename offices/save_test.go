package offices

import (
	"slices"
	"strings"
	"testing"

	"minping/internal/actor"
	"minping/internal/fault"
)

// fields lists a fault's complaints as "name key".
func fields(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return ""
	}
	var all []string
	for _, c := range f.Fields {
		all = append(all, c.Name+" "+strings.TrimPrefix(c.Key, "offices.fault."))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func TestSaveFields(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	mustApply(t, s, city())
	o1, o2, d1, h1 := id(t, s, Office, "O1"), id(t, s, Office, "O2"), id(t, s, Division, "D1"), id(t, s, Hall, "H1")
	for _, c := range []struct {
		in   UnitInput
		want string
	}{
		{UnitInput{}, "kind bad_kind"},
		{UnitInput{Kind: City, Code: "x", Name: "x"}, "kind bad_kind"},
		{UnitInput{Kind: Window}, "code required, name required, office_id required"},
		{UnitInput{Kind: Office, Code: strings.Repeat("码", 65), Name: strings.Repeat("名", 201), NameEn: "a\x00"}, "code too_long, name too_long, name_en unprintable"},
		{UnitInput{Kind: Hall, Code: "H1", Name: "重复"}, "code code_taken"},
		{UnitInput{Kind: Hall, Code: "H9", Name: "甲", OpenedOn: "昨天", ClosedOn: "2026-01-01"}, "opened_on bad_day"},
		{UnitInput{Kind: Hall, Code: "H9", Name: "甲", OpenedOn: "2026-01-02", ClosedOn: "2026-01-01"}, "closed_on period"},
		{UnitInput{Kind: Window, Code: "W9", Name: "甲", OfficeID: d1, DivisionID: h1, HallID: o1}, "division_id unknown_unit, hall_id unknown_unit, office_id unknown_unit"},
		{UnitInput{Kind: Window, Code: "W9", Name: "甲", OfficeID: o2, DivisionID: d1}, "division_id division_elsewhere"},
		{UnitInput{Kind: Division, ID: d1, Code: "D1", Name: "办公室", OfficeID: o2}, "office_id division_in_use"},
	} {
		_, err := s.Save(t.Context(), root, c.in)
		wantKind(t, c.want, err, fault.Invalid)
		if got := fields(err); got != c.want {
			t.Errorf("%+v: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestSaveStores(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	mustApply(t, s, city())
	o1, d1, h1 := id(t, s, Office, "O1"), id(t, s, Division, "D1"), id(t, s, Hall, "H1")
	in := UnitInput{Kind: Window, Code: " Ｗ９ ", Name: "新窗口", Number: "A9", OfficeID: o1, DivisionID: d1, HallID: h1,
		OpenedOn: "2026/11/1", BrandName: "窗口没有品牌"}
	w, err := s.Save(t.Context(), root, in)
	if err != nil {
		t.Fatal(err)
	}
	want := Unit{ID: w.ID, Kind: Window, Code: "W9", Name: "新窗口", Number: "A9", OfficeID: o1, DivisionID: d1, HallID: h1,
		OpenedOn: "2026-11-01", UpdatedAt: w.UpdatedAt, OfficeName: "教育局", DivisionName: "办公室", HallName: "市民中心"}
	if w != want || !w.UpdatedAt.Equal(s.now()) {
		t.Errorf("stored %+v", w)
	}
	in.ID, in.Kind, in.Name, in.UpdatedAt = w.ID, "", "改名窗口", w.UpdatedAt
	if w, err = s.Save(t.Context(), root, in); err != nil || w.Name != "改名窗口" || w.Kind != Window {
		t.Errorf("renamed %+v %v", w, err)
	}
	in.UpdatedAt = w.UpdatedAt.AddDate(0, 0, -1)
	_, err = s.Save(t.Context(), root, in)
	wantKind(t, "stale form", err, fault.Conflict)
	_, err = s.Save(t.Context(), root, UnitInput{ID: 1 << 40, Code: "x", Name: "x"})
	wantKind(t, "no such unit", err, fault.NotFound)
}

func TestSaveScopes(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	mustApply(t, s, city())
	o1, o2, h1 := id(t, s, Office, "O1"), id(t, s, Office, "O2"), id(t, s, Hall, "H1")
	w1, w2 := id(t, s, Window, "W1"), id(t, s, Window, "W2")
	office := holder(o1, 0, PermRead, PermWrite)
	hall := holder(0, h1, PermRead, PermWrite)
	for _, c := range []struct {
		name string
		by   actor.Actor
		in   UnitInput
		want fault.Kind
	}{
		{"reader", holder(0, 0, PermRead), UnitInput{ID: w1, Code: "W1", Name: "甲", OfficeID: o1}, fault.Forbidden},
		{"own window", office, UnitInput{ID: w1, Code: "W1", Name: "甲", OfficeID: o1}, fault.Internal},
		{"other's window", office, UnitInput{ID: w2, Code: "W2", Name: "甲", OfficeID: o2}, fault.NotFound},
		{"give away", office, UnitInput{ID: w1, Code: "W1", Name: "甲", OfficeID: o2}, fault.Invalid},
		{"new window elsewhere", office, UnitInput{Kind: Window, Code: "W8", Name: "甲", OfficeID: o2}, fault.Invalid},
		{"new office", office, UnitInput{Kind: Office, Code: "O8", Name: "甲"}, fault.Forbidden},
		{"new hall", hall, UnitInput{Kind: Hall, Code: "H8", Name: "甲"}, fault.Forbidden},
		{"own hall", hall, UnitInput{ID: h1, Code: "H1", Name: "新市民中心"}, fault.Internal},
		{"hall's window", hall, UnitInput{ID: w2, Code: "W2", Name: "甲", OfficeID: o2, HallID: h1}, fault.Internal},
	} {
		_, err := s.Save(t.Context(), c.by, c.in)
		if c.want == fault.Internal {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		wantKind(t, c.name, err, c.want)
	}
	mixed := holder(0, 0, PermRead)
	mixed.Grants = append(mixed.Grants, office.Grants...)
	_, err := s.Save(t.Context(), mixed, UnitInput{ID: w2, Code: "W2", Name: "甲", OfficeID: o2})
	wantKind(t, "may read, not write", err, fault.Forbidden)
}

func TestRenameCity(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	c, err := s.RenameCity(t.Context(), root, " 青岛市 ", "Qingdao")
	if err != nil || c.Name != "青岛市" || c.NameEn != "Qingdao" || c.Kind != City {
		t.Errorf("%+v %v", c, err)
	}
	_, err = s.RenameCity(t.Context(), root, "", "")
	wantKind(t, "no name", err, fault.Invalid)
	_, err = s.RenameCity(t.Context(), holder(1, 0, PermWrite), "甲", "")
	wantKind(t, "an office", err, fault.Forbidden)
}
