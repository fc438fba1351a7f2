package audit

import (
	"testing"

	"github.com/jmoiron/sqlx"
)

// tamper does what a superuser can: with the triggers off.
func tamper(t *testing.T, db *sqlx.DB, q string) {
	t.Helper()
	for _, q := range []string{`ALTER TABLE audit_entries DISABLE TRIGGER ALL`, `ALTER TABLE audit_heads DISABLE TRIGGER ALL`, q} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTamperingIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ do, want string }{
		"changed": {`UPDATE audit_entries SET detail = '{"role": "committee", "unit": 4}' WHERE day = '2026-03-04' AND seq = 2`,
			"2026-03-04 number 2: altered"},
		"a fraction": {`UPDATE audit_entries SET detail = '{"role": "brand", "unit": 4.0}' WHERE day = '2026-03-04' AND seq = 2`,
			"2026-03-04 number 2: altered"},
		"changed time": {`UPDATE audit_entries SET at = at + interval '1 microsecond' WHERE day = '2026-03-02' AND seq = 1`,
			"2026-03-02 number 1: altered"},
		"taken out of the middle": {`DELETE FROM audit_entries WHERE day = '2026-03-04' AND seq = 2`, "2026-03-04 number 2: missing"},
		"the first taken out":     {`DELETE FROM audit_entries WHERE day = '2026-03-02' AND seq = 1`, "2026-03-02 number 1: missing"},
		"taken out and closed up": {`DELETE FROM audit_entries WHERE day = '2026-03-04' AND seq = 2;
			UPDATE audit_entries SET seq = 2 WHERE day = '2026-03-04' AND seq = 3`, "2026-03-04 number 2: altered"},
		"swapped": {`UPDATE audit_entries SET seq = 99 WHERE day = '2026-03-02' AND seq = 2;
			UPDATE audit_entries SET seq = 2 WHERE day = '2026-03-02' AND seq = 3;
			UPDATE audit_entries SET seq = 3 WHERE day = '2026-03-02' AND seq = 99`, "2026-03-02 number 2: altered"},
		"moved to another day": {`UPDATE audit_entries SET day = '2026-03-06', seq = 3 WHERE day = '2026-03-04' AND seq = 3`,
			"2026-03-04 number 3: truncated"},
		"a day renamed":      {`UPDATE audit_entries SET day = '2026-03-03' WHERE day = '2026-03-04'`, "2026-03-03 number 1: altered"},
		"a day taken out":    {`DELETE FROM audit_entries WHERE day = '2026-03-04'`, "2026-03-04 number 1: truncated"},
		"with its head":      {`DELETE FROM audit_entries WHERE day = '2026-03-04'; DELETE FROM audit_heads WHERE day = '2026-03-04'`, "2026-03-06 number 1: unanchored"},
		"the newest taken":   {`DELETE FROM audit_entries WHERE day = '2026-03-06' AND seq = 2`, "2026-03-06 number 2: truncated"},
		"a head taken":       {`DELETE FROM audit_heads WHERE day = '2026-03-04'`, "2026-03-04 number 3: headless"},
		"a head turned back": {`UPDATE audit_heads SET entries = 1 WHERE day = '2026-03-06'`, "2026-03-06 number 2: headless"},
		"everything":         {`DELETE FROM audit_entries`, "2026-03-02 number 1: truncated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, db := open(t)
			threeDays(t, db)
			tamper(t, db, c.do)
			wantBroken(t, s, c.want)
		})
	}
}

// TestRecomputedEntry: whoever also computes the changed entry's digest breaks the next link.
func TestRecomputedEntry(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	threeDays(t, db)
	p, err := s.Search(t.Context(), root, Filter{}, Cursor{Day: start.AddDate(0, 0, 1), Seq: 1}, 3)
	if err != nil || len(p.Entries) != 3 || p.Entries[2].Seq != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	e := p.Entries[2]
	e.ActorName = "别人"
	sum, err := e.digest()
	if err != nil {
		t.Fatal(err)
	}
	tamper(t, db, `SELECT 1`)
	db.MustExec(`UPDATE audit_entries SET actor_name = $1, digest = $2 WHERE day = '2026-03-02' AND seq = 2`, e.ActorName, sum)
	wantBroken(t, s, "2026-03-02 number 3: unlinked")
}

// TestKeptHeads: what the database alone cannot show.
func TestKeptHeads(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	record(t, db, grantAt(start))
	early, err := Latest(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	threeDays(t, db)
	kept := whole(t, s, early).Head
	latest, err := Latest(t.Context(), db)
	if err != nil || latest.String() != kept.String() || kept.Seq != 2 {
		t.Fatalf("head %v and %v, %v", latest, kept, err)
	}
	record(t, db, grantAt(start.AddDate(0, 1, 0)))
	if r := whole(t, s, kept, early); r.Entries != 11 {
		t.Errorf("%+v", r)
	}
	tamper(t, db, `DELETE FROM audit_entries WHERE day >= '2026-03-06'; DELETE FROM audit_heads WHERE day >= '2026-03-06'`)
	whole(t, s, early) // the cut is not to be seen from inside
	wantBroken(t, s, "2026-03-06 number 2: truncated", early, kept)
	early.Digest = genesis()
	wantBroken(t, s, "2026-03-02 number 1: rewritten", early)
}

func TestEmptyChainIsWhole(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	if r := whole(t, s); r.Entries != 0 || r.Head.Seq != 0 {
		t.Errorf("%+v", r)
	}
	h, err := Latest(t.Context(), db)
	if err != nil || h.Seq != 0 {
		t.Errorf("%v, %v", h, err)
	}
	wantBroken(t, s, "2026-03-02 number 1: truncated", Head{Day: dayOf(start), Seq: 1, Digest: genesis()})
}

// BenchmarkRecordIn measures an entry alone, in a transaction that is there anyway.
func BenchmarkRecordIn(b *testing.B) {
	tx := benchDB(b).MustBegin()
	defer func() { _ = tx.Rollback() }()
	for b.Loop() {
		if err := Record(b.Context(), tx, grantAt(start)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRecord measures one entry in a transaction that does nothing else.
func BenchmarkRecord(b *testing.B) {
	db := benchDB(b)
	for b.Loop() {
		if err := RecordNow(b.Context(), db, grantAt(start)); err != nil {
			b.Fatal(err)
		}
	}
}
