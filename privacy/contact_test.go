package privacy_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"minping/internal/fault"
	"minping/privacy"
)

func TestLeaveChangeEraseAgain(t *testing.T) {
	h := newHouse(t)
	r := h.rate(h.offices[0], 1)
	if st := h.state(r); st.Left || !st.Open {
		t.Errorf("before: %+v", st)
	}
	h.leave(r, " 张三 ", "138 0000 1234")
	if st := h.state(r); !st.Left || st.Contact.Phone != "138****1234" || st.Contact.Name != "张*" || st.Contact.Email != "" {
		t.Errorf("left: %+v", st.Contact)
	}
	h.leave(r, "", "Zhang.San@example.com")
	if st := h.state(r); st.Contact.Phone != "" || st.Contact.Name != "" || st.Contact.Email != "Z***@example.com" {
		t.Errorf("changed: %+v", st.Contact)
	}
	if n := h.count(`SELECT count(*) FROM vault_records`); n != 1 {
		t.Errorf("%d records", n)
	}
	for range 2 { // erasing twice is no error
		if err := h.s.Erase(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if st := h.state(r); st.Left || !st.Open {
		t.Errorf("erased: %+v", st)
	}
	if n := h.count(`SELECT count(*) FROM vault_index`) + h.count(`SELECT count(*) FROM vault_records WHERE ciphertext IS NOT NULL`); n != 0 {
		t.Errorf("%d pieces are left", n)
	}
	h.leave(r, "张三", "13800001234")
	if st := h.state(r); !st.Left || h.count(`SELECT count(*) FROM rating_contacts`) != 1 {
		t.Errorf("left again: %+v", st)
	}
	if n := h.count(`SELECT count(*) FROM audit_entries WHERE action IN ('contact.leave', 'contact.change', 'contact.erase')`); n != 4 {
		t.Errorf("%d audit entries, want 4", n)
	}
}

func TestLeaveRefuses(t *testing.T) {
	h := newHouse(t)
	bad, good := h.rate(h.offices[0], 2), h.rate(h.offices[0], 4)
	for _, c := range []struct{ name, reach, field string }{
		{"张三", "", "reach"}, {"张三", "  ", "reach"}, {"张三", "12345", "reach"}, {"张三", "找我", "reach"},
		{strings.Repeat("长", 51), "13800001234", "name"}, {"张\x00三", "13800001234", "name"}, {"张三", "a@b", "reach"},
	} {
		h.wrong(h.s.Leave(t.Context(), bad, left(c.name, c.reach)), fault.Invalid, c.field)
	}
	h.wrong(h.s.Leave(t.Context(), good, left("", "13800001234")), fault.Conflict, "")
	h.wrong(h.s.Leave(t.Context(), "nobody", left("", "13800001234")), fault.NotFound, "")
	h.leave(bad, "", "13800001234")
	h.now = day.AddDays(8).Start()
	h.wrong(h.s.Leave(t.Context(), bad, left("", "13900001234")), fault.Gone, "")
	if st := h.state(bad); !st.Left || st.Open {
		t.Errorf("after the window: %+v", st)
	}
	if err := h.s.Erase(t.Context(), bad); err != nil {
		t.Errorf("erasing after the window: %v", err)
	}
}

// TestManyLeaveAtOnce: one rating has one contact, and no record is left without its rating.
func TestManyLeaveAtOnce(t *testing.T) {
	h := newHouse(t)
	r := h.rate(h.offices[0], 1)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := h.s.Leave(t.Context(), r, left("张三", "13800001234")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if records, links := h.count(`SELECT count(*) FROM vault_records`), h.count(`SELECT count(*) FROM rating_contacts`); records != 1 || links != 1 {
		t.Errorf("%d records, %d links", records, links)
	}
}

func TestWhoSeesContacts(t *testing.T) {
	h := newHouse(t)
	mine, other := h.rate(h.offices[0], 1), h.rate(h.offices[1], 2)
	h.leave(mine, "张三", "13800001234")
	h.leave(other, "李四", "13900001234")
	list := h.contacts(caller())
	if len(list) != 2 || list[0].Unit != "市税务局" || !strings.Contains(list[0].Contact.Phone, "****") {
		t.Fatalf("%+v", list)
	}
	handler := person(9, h.offices[0], "rating:read", "index:read")
	if _, err := h.s.Contacts(t.Context(), handler, privacy.ContactFilter{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the office lists contacts: %v", err)
	}
	both := caller()
	both.Grants = append(both.Grants, handler.Grants...)
	if list := h.contacts(both); len(list) != 1 || list[0].Contact.Name != "李*" {
		t.Errorf("who also works for an office sees its raters: %+v", list)
	}
	for _, l := range h.contacts(caller()) {
		_, err := h.s.Open(t.Context(), both, l.Record, "callback", "核实差评情况")
		if own := l.Contact.Name == "张*"; own && fault.KindOf(err) != fault.NotFound || !own && err != nil {
			t.Errorf("%s: %v", l.Contact.Name, err)
		}
		for _, by := range []struct {
			who  string
			kind fault.Kind
			err  error
		}{
			{"handler", fault.Forbidden, func() error {
				_, err := h.s.Open(t.Context(), handler, l.Record, "callback", "核实差评情况")
				return err
			}()},
			{"officer", fault.Forbidden, func() error {
				_, err := h.s.Open(t.Context(), officer(), l.Record, "callback", "核实差评情况")
				return err
			}()},
			{"reader without vault:open", fault.Forbidden, func() error {
				_, err := h.s.Open(t.Context(), person(10, 0, privacy.PermContactRead), l.Record, "callback", "核实差评情况")
				return err
			}()},
		} {
			if fault.KindOf(by.err) != by.kind {
				t.Errorf("%s opens: %v", by.who, by.err)
			}
		}
	}
}

func TestOpenTwoAtOnceAreTwoOpenings(t *testing.T) {
	h := newHouse(t)
	r := h.rate(h.offices[0], 1)
	h.leave(r, "张三", "13800001234")
	record := h.contacts(caller())[0].Record
	var all sync.WaitGroup
	for account := range int64(2) {
		all.Go(func() {
			by := caller()
			by.Account += account
			shown, err := h.s.Open(t.Context(), by, record, "callback", "核实差评情况")
			if err != nil || shown.Phone.Reveal() != "13800001234" || shown.Name.Reveal() != "张三" {
				t.Errorf("%v", err)
			}
		})
	}
	all.Wait()
	auditor := person(11, 0, privacy.PermAudit)
	list, err := h.s.Openings(t.Context(), auditor, 0, 10)
	if err != nil || len(list) != 2 || list[0].Purpose != "callback" {
		t.Errorf("%+v, %v", list, err)
	}
	if l := h.contacts(caller())[0]; l.Openings != 2 || l.OpenedAt == nil {
		t.Errorf("the list counts %d", l.Openings)
	}
	if n := h.count(`SELECT count(*) FROM audit_entries WHERE action = 'vault.open'`); n != 2 {
		t.Errorf("%d in the chain", n)
	}
	months, err := h.s.OpeningsPerMonth(t.Context(), person(12, 0, privacy.PermCount))
	if err != nil || len(months) != 2 || months[0].Month != "2026-11" {
		t.Errorf("%+v, %v", months, err)
	}
	for _, c := range []struct{ purpose, reason, field string }{
		{"", "核实差评情况", "purpose"}, {"sms", "核实差评情况", "purpose"}, {"callback", "看", "reason"}, {"callback", "打13800001234", "reason"},
	} {
		_, err := h.s.Open(t.Context(), caller(), record, c.purpose, c.reason)
		h.wrong(err, fault.Invalid, c.field)
	}
	if err := h.s.Erase(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	_, err = h.s.Open(t.Context(), caller(), record, "callback", "核实差评情况")
	h.wrong(err, fault.Gone, "")
}

func TestPagesOfContacts(t *testing.T) {
	h := newHouse(t)
	for range 7 {
		h.leave(h.rate(h.offices[0], 1), "", "13800001234")
	}
	var seen []string
	for f := (privacy.ContactFilter{Limit: 3}); ; {
		list, err := h.s.Contacts(t.Context(), caller(), f)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		for _, l := range list {
			seen = append(seen, l.Record.String())
		}
		f.BeforeDay, f.Before = list[len(list)-1].VisitedOn, list[len(list)-1].Record
	}
	slices.Sort(seen)
	if len(slices.Compact(seen)) != 7 {
		t.Errorf("%d on all pages", len(seen))
	}
}
