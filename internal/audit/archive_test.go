package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
)

var longAgo = time.Date(2025, 3, 2, 0, 0, 0, 0, time.UTC)

func TestArchiveRoundTrip(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	for day := range 4 {
		for range 3 {
			record(t, db, grantAt(longAgo.AddDate(0, 0, day)))
		}
	}
	var first, again, second bytes.Buffer
	a, err := s.Archive(t.Context(), auditor, longAgo.AddDate(0, 0, 2), &first)
	if err != nil || a.Entries != 6 || a.FirstDay.Format(time.DateOnly) != "2025-03-02" || a.LastDay.Format(time.DateOnly) != "2025-03-03" {
		t.Fatalf("%+v, %v", a, err)
	}
	if _, err := s.Archive(t.Context(), auditor, longAgo.AddDate(0, 0, 2), &again); err != nil || !bytes.Equal(first.Bytes(), again.Bytes()) {
		t.Errorf("written again it is another file, %v", err)
	}
	kept := whole(t, s).Head
	if got, err := s.Remove(t.Context(), auditor, bytes.NewReader(first.Bytes())); err != nil || got.Entries != 6 {
		t.Fatalf("%+v, %v", got, err)
	}
	// 6 archived, 6 of 2025 left, 2 audit.archive, 1 audit.remove
	if r := whole(t, s, kept, Head{longAgo.AddDate(0, 0, 1), 3, a.Last}); r.Archived != 6 || r.Entries != 9 || count(t, db) != 9 {
		t.Errorf("%+v of %d", r, count(t, db))
	}
	_, err = s.Remove(t.Context(), auditor, bytes.NewReader(first.Bytes()))
	wantKind(t, err, fault.Invalid)
	if b, err := s.Archive(t.Context(), auditor, longAgo.AddDate(0, 0, 9), &second); err != nil || b.Entries != 6 || !bytes.Equal(b.Prev, a.Last) {
		t.Fatalf("%+v, %v", b, err)
	}
	if _, err := s.Remove(t.Context(), auditor, &second); err != nil {
		t.Fatal(err)
	}
	record(t, db, grantAt(start.AddDate(1, 0, 0)))
	if r := whole(t, s, kept); r.Archived != 12 || r.Entries != 6 {
		t.Errorf("%+v", r)
	}
	var none bytes.Buffer
	if a, err := s.Archive(t.Context(), auditor, longAgo.AddDate(0, 0, 9), &none); err != nil || a.Entries != 0 || none.Len() != 0 {
		t.Errorf("nothing to archive: %+v, %v", a, err)
	}
	tamper(t, db, `DELETE FROM audit_entries WHERE day = '2027-03-02'`)
	wantBroken(t, s, "2027-03-02 number 1: truncated", kept)
}

// TestForgedArchives: what a superuser may try with the rows of archives.
func TestForgedArchives(t *testing.T) {
	t.Parallel()
	const forged = `ALTER TABLE audit_archives DISABLE TRIGGER ALL;
		INSERT INTO audit_archives (first_day, last_day, entries, prev, last, file_digest, at, removed_at)
		SELECT min(day), max(day), 3, %prev, (SELECT digest FROM audit_heads WHERE day = '2026-03-04'), '', now(), now()
		FROM audit_entries WHERE day %days;`
	const zero = `decode(repeat('00', 32), 'hex')`
	with := func(prev, days string) string {
		return strings.NewReplacer("%prev", prev, "%days", days).Replace(forged)
	}
	for name, c := range map[string]struct{ do, want string }{
		"still online":  {with(zero, "<= '2026-03-04'"), "2026-03-02 number 1: leftover"},
		"from nowhere":  {with(`decode(repeat('01', 32), 'hex')`, "<= '2026-03-04'"), "2026-03-02 number 1: disjoint"},
		"another end":   {with(zero, "<= '2026-03-02'") + `DELETE FROM audit_entries WHERE day = '2026-03-02'`, "2026-03-02 number 4: headless"},
		"no such file":  {`DELETE FROM audit_entries WHERE day <= '2026-03-04'; DELETE FROM audit_heads WHERE day <= '2026-03-04'`, "2026-03-06 number 1: unanchored"},
		"a later chain": {with(zero, "<= '2026-03-04'") + `DELETE FROM audit_entries WHERE day <= '2026-03-04'; UPDATE audit_entries SET prev = ` + zero + ` WHERE seq = 1`, "2026-03-06 number 1: altered"},
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

func TestArchiveWants(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	record(t, db, grantAt(longAgo))
	record(t, db, grantAt(longAgo.AddDate(0, 0, 1)))
	_, err := s.Archive(t.Context(), auditor, s.now(), &bytes.Buffer{})
	wantKind(t, err, fault.Invalid)
	reader := actor.Actor{Account: 8, Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{mayRead: true}}}}
	_, err = s.Archive(t.Context(), reader, longAgo.AddDate(0, 0, 9), &bytes.Buffer{})
	wantKind(t, err, fault.Forbidden)
	_, err = s.Remove(t.Context(), reader, &bytes.Buffer{})
	wantKind(t, err, fault.Forbidden)

	var file bytes.Buffer
	if _, err := s.Archive(t.Context(), auditor, longAgo.AddDate(0, 0, 9), &file); err != nil {
		t.Fatal(err)
	}
	// An archive noted, one row may still not go alone, nor the archive be called removed.
	for _, q := range []string{`DELETE FROM audit_entries WHERE day = '2025-03-02'`, `UPDATE audit_archives SET entries = 1`, `DELETE FROM audit_archives`} {
		tx := db.MustBegin()
		tx.MustExec(`SET LOCAL minping.audit_removing = '1'`)
		if _, err := tx.Exec(q); err == nil {
			t.Errorf("%s: done", q)
		}
		_ = tx.Rollback()
	}
	tamper(t, db, `UPDATE audit_entries SET actor_name = 'x' WHERE day = '2025-03-03'`)
	var link *Link
	if _, err := s.Archive(t.Context(), auditor, longAgo.AddDate(0, 0, 9), &bytes.Buffer{}); !errors.As(err, &link) || link.Why != Altered {
		t.Errorf("a broken chain: %v", err)
	}
}

func TestSpoiltArchiveIsRefused(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	for range 3 {
		record(t, db, grantAt(longAgo))
	}
	var file bytes.Buffer
	if _, err := s.Archive(t.Context(), auditor, longAgo.AddDate(0, 0, 1), &file); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadArchive(strings.NewReader(file.String()), s.PublicKey()); err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(file.String(), "\n")
	other, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		key  ed25519.PublicKey
	}{
		"another's key":   {file.String(), other},
		"no key":          {file.String(), nil},
		"nothing":         {"", s.PublicKey()},
		"cut":             {strings.Join(lines[:3], ""), s.PublicKey()},
		"a line less":     {strings.Join(append(append([]string{}, lines[:3]...), lines[4]), ""), s.PublicKey()},
		"changed":         {strings.Replace(file.String(), "王敏", "李敏", 1), s.PublicKey()},
		"a space more":    {strings.Replace(file.String(), "\n", " \n", 1), s.PublicKey()},
		"something after": {file.String() + lines[1], s.PublicKey()},
	} {
		if _, err := ReadArchive(strings.NewReader(c.text), c.key); !errors.Is(err, ErrArchive) {
			t.Errorf("%s: %v, want ErrArchive", name, err)
		}
	}
	if _, err := s.Remove(t.Context(), auditor, strings.NewReader(lines[0])); !errors.Is(err, ErrArchive) || count(t, db) != 4 {
		t.Errorf("%d entries, %v", count(t, db), err)
	}
}

func TestExport(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	e := grantAt(start)
	e.By.Name, e.Object.ID = "=cmd|' /C calc'!A0", " ＋1"
	record(t, db, e)
	var out bytes.Buffer
	if err := s.Export(t.Context(), auditor, Filter{Action: "role.", Query: "13812345678"}, CSV, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Export(t.Context(), auditor, Filter{}, CSV, &out); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 4 { // heading, the two exports, the grant
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if rows[1][6] != "audit.export" || rows[2][12] != `{"query": "***", "action": "role."}` {
		t.Errorf("the exports' own entries: %q, %q", rows[1], rows[2])
	}
	if rows[3][4] != "'=cmd|' /C calc'!A0" || rows[3][8] != "' ＋1" {
		t.Errorf("formulas: %q", rows[3])
	}
	wantKind(t, s.Export(t.Context(), actor.Actor{Account: 1}, Filter{}, CSV, &out), fault.Forbidden)
	whole(t, s)
}

func TestPseudonyms(t *testing.T) {
	t.Parallel()
	s, err := New(Config{Key: bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	a := s.Pseudonym("10.1.2.3")
	if !strings.HasPrefix(a, "net:") || len(a) != 20 || a != s.Pseudonym("::ffff:10.1.2.3") || a == s.Pseudonym("10.1.2.4") {
		t.Errorf("pseudonym %s", a)
	}
	if s.Pseudonym("2001:db8::1") != s.Pseudonym("2001:db8::2:3:4:5") || s.Pseudonym("2001:db8::1") == s.Pseudonym("2001:db8:0:1::1") {
		t.Error("IPv6 counts by its /64")
	}
	if s.Pseudonym("") != "" || s.Pseudonym("unix") != "" {
		t.Error("what is no address has a pseudonym")
	}
	if _, err := New(Config{Key: []byte("short")}); err == nil {
		t.Error("a short key is taken")
	}
}
