package indices

import (
	"strconv"
	"testing"

	"minping/internal/actor"
	"minping/internal/fault"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, c := range []struct {
		by   actor.Actor
		text string
		want int64
		kind fault.Kind
	}{
		{citizen, "office:tax", w.tax, 0},
		{citizen, strconv.FormatInt(w.tax, 10), w.tax, 0},
		{citizen, "city:city", w.city, 0},
		{citizen, "office:nowhere", 0, fault.NotFound},
		{citizen, "9999999", 0, fault.NotFound},
		{citizen, "tax", 0, fault.Invalid},
		{citizen, "village:tax", 0, fault.Invalid},
		{citizen, "office:", 0, fault.Invalid},
		{citizen, "-1", 0, fault.Invalid},
		{citizen, "", 0, fault.Invalid},
		{citizen, "division:tax-1", 0, fault.Unauthorized},
		{citizen, "division:nowhere", 0, fault.Unauthorized},
		{actor.Actor{Account: 1, Name: "handler"}, "division:tax-1", 0, fault.Forbidden},
		{inOffice(w.tax), "division:tax-1", w.taxD, 0},
		{inOffice(w.tax), "division:police-1", 0, fault.NotFound},
		{inOffice(w.tax), strconv.FormatInt(w.policeD, 10), 0, fault.NotFound},
	} {
		u, err := w.s.Resolve(t.Context(), c.by, c.text)
		if u.ID != c.want || err != nil && fault.KindOf(err) != c.kind || err == nil && c.kind != 0 {
			t.Errorf("%q by %q: %v, %v", c.text, c.by.Name, u, err)
		}
	}
}
