package privacy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/privacy"
)

func TestCopyByReceiptIsMasked(t *testing.T) {
	h := newHouse(t)
	r := h.rate(h.offices[0], 1)
	h.leave(r, "张三", "13800001234")
	c, err := h.s.Copy(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(c)
	if s := string(text); strings.Contains(s, "13800001234") || strings.Contains(s, "张三") || !strings.Contains(s, "138****1234") || !strings.Contains(s, "排队两小时") {
		t.Error(s)
	}
	if h.count(`SELECT count(*) FROM privacy_requests WHERE kind = 'export' AND outcome = 'done'`) != 1 || h.count(`SELECT count(*) FROM vault_openings`) != 0 {
		t.Error("a masked copy is no opening, but is in the register")
	}
}

// TestKnownAndUnknownNumbersLookAlike: the same answer, the same rows, the same work.
func TestKnownAndUnknownNumbersLookAlike(t *testing.T) {
	h := newHouse(t)
	h.leave(h.rate(h.offices[0], 1), "", "13800001234")
	for _, phone := range []string{"13800001234", "13900009999"} {
		if id, err := h.s.Start(t.Context(), phone); err != nil || id == uuid.Nil {
			t.Fatalf("%s: %v", phone, err)
		}
	}
	if len(h.codes) != 2 || h.codes[0].Unwanted || !h.codes[1].Unwanted {
		t.Errorf("%d codes", len(h.codes))
	}
	for _, phone := range []string{"", "12345", "li@example.com", "010-62345678", "13800001234 13800001235"} {
		_, err := h.s.Start(t.Context(), phone)
		h.wrong(err, fault.Invalid, "phone")
	}
	for range 2 {
		if _, err := h.s.Start(t.Context(), " 139-0000-9999"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := h.s.Start(t.Context(), "+86 13900009999")
	h.wrong(err, fault.TooMany, "")
	h.now = h.now.Add(time.Hour + time.Second)
	if _, err := h.s.Start(t.Context(), "13900009999"); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

// TestMadeUpNumbersUseNothingUp: the city's bound counts messages that are sent.
// However many made-up numbers are asked for, whoever left one still gets a code; and
// where the bound is reached, known and unknown numbers get one answer.
func TestMadeUpNumbersUseNothingUp(t *testing.T) {
	h := newHouse(t)
	h.leave(h.rate(h.offices[0], 1), "", "13800001234")
	fill := func(records string) {
		t.Helper()
		const q = `INSERT INTO phone_proofs (id, phone, code, records, at)
			SELECT gen_random_uuid(), decode(md5(g::text || $1), 'hex'), 'x', $1::uuid[], $2 FROM generate_series(1, 700) g`
		if _, err := h.db.Exec(q, records, h.now); err != nil {
			t.Fatal(err)
		}
	}
	start := func(phone string) privacy.Code {
		t.Helper()
		if _, err := h.s.Start(t.Context(), phone); err != nil {
			t.Fatalf("%s: %v", phone, err)
		}
		return h.codes[len(h.codes)-1]
	}
	fill("{}")
	if c := start("13800001234"); c.Unwanted {
		t.Error("made-up numbers have used the city's codes up")
	}
	fill("{00000000-0000-0000-0000-000000000001}")
	if known, unknown := start("13800001234"), start("13900009999"); !known.Unwanted || !unknown.Unwanted {
		t.Error("the bound does not hold")
	}
	h.now = h.now.Add(time.Hour + time.Second)
	if c := start("13800001234"); c.Unwanted {
		t.Error("an hour later nothing is sent")
	}
}

func TestCodeIsSingleUseShortLivedAndCounted(t *testing.T) {
	h := newHouse(t)
	r := h.rate(h.offices[0], 1)
	h.leave(r, "张三", "13800001234")
	start := func() (uuid.UUID, string) {
		t.Helper()
		id, err := h.s.Start(t.Context(), "13800001234")
		if err != nil {
			t.Fatal(err)
		}
		return id, h.code()
	}
	wrong := func(code string) string { return fmt.Sprintf("%06d", (atoi(code)+1)%1_000_000) }

	id, code := start()
	_, err := h.s.Prove(t.Context(), id, "12 34")
	h.wrong(err, fault.Invalid, "code") // not counted: no six digits
	for range 4 {
		_, err := h.s.Prove(t.Context(), id, wrong(code))
		h.wrong(err, fault.Invalid, "code")
	}
	var tokens atomic.Int64
	var token atomic.Pointer[string]
	var all sync.WaitGroup
	for range 6 { // in six windows at once, on the last try
		all.Go(func() {
			if got, err := h.s.Prove(t.Context(), id, " "+code[:3]+" "+code[3:]); err == nil {
				tokens.Add(1)
				token.Store(&got)
			}
		})
	}
	all.Wait()
	if tokens.Load() != 1 {
		t.Fatalf("%d windows got in", tokens.Load())
	}
	list, err := h.s.Proved(t.Context(), id, *token.Load())
	if err != nil || len(list) != 1 || list[0].Contact.Phone != "138****1234" {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = h.s.Proved(t.Context(), id, "somebody else's")
	h.wrong(err, fault.Gone, "")

	other, code := start()
	for range 5 {
		_, err := h.s.Prove(t.Context(), other, wrong(code))
		h.wrong(err, fault.Invalid, "code")
	}
	_, err = h.s.Prove(t.Context(), other, code)
	h.wrong(err, fault.Invalid, "code") // the sixth
	late, code := start()
	h.now = h.now.Add(privacy.CodeLasts)
	_, err = h.s.Prove(t.Context(), late, code)
	h.wrong(err, fault.Invalid, "code")
	h.now = h.now.Add(privacy.ProofLasts)
	_, err = h.s.Proved(t.Context(), id, *token.Load())
	h.wrong(err, fault.Gone, "")
	_, err = h.s.Prove(t.Context(), uuid.New(), "123456")
	h.wrong(err, fault.Invalid, "code")
}

func atoi(s string) (n int) {
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}

func TestPhoneWayCopiesAndErases(t *testing.T) {
	h := newHouse(t)
	first, second := h.rate(h.offices[0], 1), h.rate(h.offices[1], 2)
	h.leave(first, "张三", "13800001234")
	h.leave(second, "张三", "+86 138-0000-1234")
	id, err := h.s.Start(t.Context(), "13800001234")
	if err != nil {
		t.Fatal(err)
	}
	token, err := h.s.Prove(t.Context(), id, h.code())
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.s.CopyProved(t.Context(), id, token)
	if err != nil || len(c.Ratings) != 2 || c.Ratings[0].Contact == nil || c.Ratings[0].Contact.Name != "张三" || c.Ratings[0].Receipt != "" {
		t.Errorf("%+v, %v", c, err)
	}
	if n := h.count(`SELECT count(*) FROM vault_openings WHERE account_id = 0 AND purpose = 'export'`); n != 2 {
		t.Errorf("%d openings", n)
	}
	if n, err := h.s.EraseProved(t.Context(), id, token); err != nil || n != 2 {
		t.Errorf("%d, %v", n, err)
	}
	if h.state(first).Left || h.state(second).Left {
		t.Error("something is left")
	}
	if n, err := h.s.EraseProved(t.Context(), id, token); err != nil || n != 0 {
		t.Errorf("again: %d, %v", n, err)
	}
}

func TestOfficer(t *testing.T) {
	h := newHouse(t)
	r := h.rate(h.offices[0], 1)
	h.leave(r, "张三", "13800001234")
	found, err := h.s.Find(t.Context(), officer(), "138-0000-1234")
	if err != nil || len(found) != 1 || found[0].Contact.Phone != "138****1234" {
		t.Fatalf("%+v, %v", found, err)
	}
	if none, err := h.s.Find(t.Context(), officer(), "13900001111"); err != nil || len(none) != 0 {
		t.Errorf("%+v, %v", none, err)
	}
	_, err = h.s.Find(t.Context(), officer(), "张三")
	h.wrong(err, fault.Invalid, "reach")
	for _, by := range []actor.Actor{caller(), person(9, h.offices[0], "rating:read"), person(10, 0, "audit:read", "account:write"), {}} {
		if _, err := h.s.Find(t.Context(), by, "13800001234"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s finds: %v", by.Name, err)
		}
		if _, err := h.s.CopyFor(t.Context(), by, []uuid.UUID{found[0].Record}, "已核对身份证"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s copies: %v", by.Name, err)
		}
		if _, err := h.s.EraseFor(t.Context(), by, []uuid.UUID{found[0].Record}, "已核对身份证"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s erases: %v", by.Name, err)
		}
		if _, err := h.s.Requests(t.Context(), by, 10); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s reads the register: %v", by.Name, err)
		}
	}
	_, err = h.s.CopyFor(t.Context(), officer(), []uuid.UUID{found[0].Record}, "看")
	h.wrong(err, fault.Invalid, "reason")
	c, err := h.s.CopyFor(t.Context(), officer(), []uuid.UUID{found[0].Record}, "已核对身份证，本人索取")
	if err != nil || len(c.Ratings) != 1 || c.Ratings[0].Contact.Phone != "13800001234" {
		t.Errorf("%+v, %v", c, err)
	}
	if n := h.count(`SELECT count(*) FROM vault_openings WHERE account_id = 8`); n != 1 {
		t.Errorf("the copy is %d openings", n)
	}
	if n, err := h.s.EraseFor(t.Context(), officer(), []uuid.UUID{found[0].Record}, "已核对身份证，本人删除"); err != nil || n != 1 || h.state(r).Left {
		t.Errorf("%d, %v", n, err)
	}
	_, err = h.s.EraseFor(t.Context(), officer(), []uuid.UUID{found[0].Record}, "已核对身份证，本人删除")
	h.wrong(err, fault.NotFound, "")
}

func TestWordsAreAskedForOnceAndAnswered(t *testing.T) {
	h := newHouse(t)
	r := h.rate(h.offices[0], 1)
	for range 2 {
		if err := h.s.AskWords(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	list, err := h.s.Requests(t.Context(), officer(), 10)
	if err != nil || len(list) != 1 || list[0].DueOn != "2026-12-14" || list[0].Late {
		t.Fatalf("%+v, %v", list, err)
	}
	h.now = day.AddDays(30).Start()
	if list, _ := h.s.Requests(t.Context(), officer(), 10); !list[0].Late {
		t.Error("not told to be late")
	}
	_, words, err := h.s.WordsOf(t.Context(), officer(), list[0].ID)
	if err != nil || words.Comment != "排队两小时" {
		t.Errorf("%+v, %v", words, err)
	}
	if _, _, err := h.s.WordsOf(t.Context(), caller(), list[0].ID); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("another reads the words: %v", err)
	}
	d := privacy.Decision{Request: list[0].ID, Refuse: true, Reason: "文字中没有个人信息"}
	if err := h.s.Answer(t.Context(), officer(), d); err != nil {
		t.Fatal(err)
	}
	h.wrong(h.s.Answer(t.Context(), officer(), d), fault.Conflict, "")
	st, err := h.s.AskedWords(t.Context(), h.ratings[r])
	if err != nil || !st.Refused || st.Answer != "文字中没有个人信息" {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestRetention(t *testing.T) {
	h := newHouse(t)
	keepers := h.s.Keepers()
	for _, r := range privacy.Rules() { // what other domains keep ends elsewhere
		if _, ok := keepers[r.Kind]; !ok {
			keepers[r.Kind] = privacy.Keeper{Count: func(context.Context, time.Time) (int, error) { return 0, nil },
				End: func(context.Context, time.Time, int) (int, error) { return 0, nil }}
		}
	}
	for range 450 {
		h.leave(h.rate(h.offices[0], 1), "张三", "13800001234")
	}
	h.now = h.now.Add(-24 * time.Hour)
	h.orphan()
	h.now = h.now.Add(24 * time.Hour)
	counts := func() map[string]int {
		t.Helper()
		list, err := h.s.Due(t.Context(), keepers)
		if err != nil {
			t.Fatal(err)
		}
		n := map[string]int{}
		for _, o := range list {
			n[o.Rule.Kind] = o.Count
		}
		return n
	}
	h.now = h.now.Add(time.Minute)
	if n := counts(); n["contact"] != 0 || n["orphan"] != 1 {
		t.Errorf("on the first day: %v", n)
	}
	h.now = h.now.AddDate(0, 0, 181)
	fresh := h.rate(h.offices[0], 1)
	r := h.ratings[fresh]
	r.Until = day.AddDays(400)
	h.ratings[fresh] = r
	h.leave(fresh, "李四", "13900001234")
	if n := counts(); n["contact"] != 450 || n["orphan"] != 1 {
		t.Errorf("after half a year: %v", n)
	}
	// Stopped after the first batch, nothing is half ended, and the next run goes on.
	half := map[string]privacy.Keeper{}
	for kind, k := range keepers {
		calls := 0
		half[kind] = privacy.Keeper{Count: k.Count, End: func(ctx context.Context, before time.Time, batch int) (int, error) {
			if calls++; calls > 1 {
				return 0, errHalfway
			}
			return k.End(ctx, before, batch)
		}}
	}
	if _, err := h.s.End(t.Context(), half, func(privacy.Over) {}); err == nil {
		t.Fatal("not stopped")
	}
	if n := counts(); n["contact"] != 250 {
		t.Errorf("after one batch: %v", n)
	}
	if n := h.count(`SELECT count(*) FROM rating_contacts c JOIN vault_records r ON r.id = c.record_id WHERE (c.erased_at IS NULL) <> (r.erased_at IS NULL)`); n != 0 {
		t.Errorf("%d are half ended", n)
	}
	list, err := h.s.End(t.Context(), keepers, func(privacy.Over) {})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, o := range list {
		total += o.Count
	}
	if n := counts(); total != 251 || n["contact"]+n["orphan"] != 0 || !h.state(fresh).Left {
		t.Errorf("ended %d, left %v", total, n)
	}
	if n := h.count(`SELECT count(*) FROM audit_entries WHERE action = 'retention.run'`); n != 3 {
		t.Errorf("%d entries in the chain, want 3", n)
	}
	if n := h.count(`SELECT count(*) FROM rating_contacts WHERE erased_by = 'retention'`); n != 450 {
		t.Errorf("%d", n)
	}
}
