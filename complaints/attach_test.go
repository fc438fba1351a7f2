package complaints

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"minping/internal/actor"
	"minping/internal/blobs"
	"minping/internal/fault"
	"minping/internal/media"
	"minping/internal/pg"
	"minping/internal/vault"
)

// album is a town whose cases take files into a folder.
type album struct {
	*town
	folder string
	vault  *vault.Vault
}

func newAlbum(t *testing.T) *album {
	t.Helper()
	a := &album{town: newTown(t), folder: t.TempDir()}
	store, err := blobs.Open(t.Context(), "file://"+a.folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	keys, err := vault.ParseKeyring("2026a:0123456789abcdeffedcba9876543210")
	if err != nil {
		t.Fatal(err)
	}
	if a.vault, err = vault.Open(t.Context(), vault.Config{DB: a.db, Keys: keys, Now: a.now}); err != nil {
		t.Fatal(err)
	}
	if a.s, err = New(Config{DB: a.db, Now: a.now, PINKey: []byte("0123456789abcdef"), Files: store, Vault: func() *vault.Vault { return a.vault },
		PutContact: func(context.Context, pg.Querier, string, vault.Contact) (uuid.UUID, error) { return uuid.New(), nil }}); err != nil {
		t.Fatal(err)
	}
	return a
}

// photo is a picture like no other.
func photo(n int) Upload {
	m := image.NewGray(image.Rect(0, 0, 64, 48))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * (n + 3))
	}
	m.SetGray(n%64, 0, color.Gray{255})
	var b bytes.Buffer
	_ = jpeg.Encode(&b, m, nil)
	return Upload{Name: fmt.Sprintf("IMG_%04d.JPG", n), From: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}
}

func (a *album) stage(t *testing.T, by actor.Actor, form Form, n int) Staged {
	t.Helper()
	s, err := a.s.Stage(t.Context(), by, form, photo(n))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// lying counts what is in the folder.
func (a *album) lying(t *testing.T) (n int) {
	t.Helper()
	if err := filepath.WalkDir(a.folder, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func bodyOf(t *testing.T, c Content, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Body.Close() }()
	b, err := io.ReadAll(c.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func fieldKey(err error) string {
	f, ok := fault.As(err)
	if !ok || len(f.Fields) == 0 {
		return fmt.Sprint(err)
	}
	return f.Fields[0].Name + " " + f.Fields[0].Key
}

func TestFilesComeWithTheirCase(t *testing.T) {
	t.Parallel()
	a := newAlbum(t)
	in := filing(a.window)
	form := Form{in.Submission, FormFile}
	first := a.stage(t, actor.Actor{}, form, 1)
	a.stage(t, actor.Actor{}, form, 2)
	if again := a.stage(t, actor.Actor{}, form, 1); again.ID != first.ID {
		t.Error("the same photo was kept twice")
	}
	if list, err := a.s.StagedFiles(t.Context(), actor.Actor{}, form); err != nil || len(list) != 2 || len(list[0].Thumb) == 0 || list[0].Name != "IMG_0001.jpg" {
		t.Fatalf("waiting: %+v, %v", list, err)
	}
	for what, other := range map[string]Form{"another form": {uuid.New(), FormFile}, "another button": {in.Submission, "note"}} {
		if list, err := a.s.StagedFiles(t.Context(), actor.Actor{}, other); err != nil || len(list) > 0 {
			t.Errorf("%s sees %d files, %v", what, len(list), err)
		}
	}
	if list, _ := a.s.StagedFiles(t.Context(), a.handler, form); len(list) > 0 {
		t.Error("an account sees a citizen's files")
	}
	filed, err := a.s.File(t.Context(), actor.Actor{}, in)
	if err != nil {
		t.Fatal(err)
	}
	d, err := a.s.Get(t.Context(), a.handler, filed.ID)
	if err != nil || len(d.Files) != 2 || d.Files[0].Seq != 1 || d.Files[0].Side != Citizen || d.Files[0].Audience != Public {
		t.Fatalf("%+v, %v", d.Files, err)
	}
	c, err := a.s.OpenFile(t.Context(), a.handler, filed.ID, d.Files[0].ID, false)
	if m, err := jpeg.Decode(bytes.NewReader(bodyOf(t, c, err))); err != nil || m.Bounds().Dx() != 64 {
		t.Errorf("the photo: %v", err)
	}
	tracked := Ticket{Receipt: filed.Receipt, PIN: filed.PIN}
	c, err = a.s.TrackedFile(t.Context(), tracked, d.Files[1].ID, true)
	if _, err := jpeg.Decode(bytes.NewReader(bodyOf(t, c, err))); err != nil {
		t.Errorf("the thumbnail: %v", err)
	}
	if again, err := a.s.File(t.Context(), actor.Actor{}, in); err != nil || !again.Repeat {
		t.Errorf("sent twice: %+v, %v", again, err)
	}
	if n := a.count(t, `SELECT count(*) FROM case_files`); n != 2 {
		t.Errorf("%d files after a repeat", n)
	}
	if n := a.count(t, `SELECT count(*) FROM audit_entries WHERE action = 'case.attach' AND object_id = $1`, fmt.Sprint(filed.ID)); n != 1 {
		t.Errorf("the chain was told %d times", n)
	}
	for _, table := range []string{"case_files", "case_uploads", "audit_entries", "vault_records"} {
		if n := a.count(t, `SELECT count(*) FROM `+table+` x WHERE x::text LIKE '%'||$1||'%'`, in.Submission.String()); n > 0 {
			t.Errorf("%s holds the number of the form", table)
		}
	}
}

func TestPrivateFilesStayInside(t *testing.T) {
	t.Parallel()
	a := newAlbum(t)
	id, ticket := a.taken(t)
	note := Form{uuid.New(), "note"}
	a.stage(t, a.handler, note, 10)
	ok(t)(a.s.Note(t.Context(), a.handler, id, "现场情况", note))
	reply := Form{uuid.New(), "reply"}
	a.stage(t, a.handler, reply, 20)
	ok(t)(a.s.Reply(t.Context(), a.handler, id, Replying{Body: "已整改，见照片", Form: reply.ID}))
	d, err := a.s.Get(t.Context(), a.handler, id)
	if err != nil || len(d.Files) != 2 {
		t.Fatalf("%+v, %v", d.Files, err)
	}
	private, evidence := d.Files[0], d.Files[1]
	if private.Audience != Private || evidence.Audience != Public || evidence.Message == 0 || evidence.Side != Staff {
		t.Fatalf("%+v", d.Files)
	}
	seen, err := a.s.Track(t.Context(), ticket)
	if err != nil || len(seen.Files) != 1 || seen.Files[0].ID != evidence.ID {
		t.Errorf("the citizen sees %+v, %v", seen.Files, err)
	}
	if _, err := a.s.TrackedFile(t.Context(), ticket, private.ID, false); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a private file on /track: %v", err)
	}
	if _, err := a.s.TrackedFile(t.Context(), Ticket{Receipt: ticket.Receipt, PIN: "000000"}, evidence.ID, false); err == nil {
		t.Error("a wrong PIN opened a file")
	}
	if _, err := a.s.OpenFile(t.Context(), a.reviewer, id, private.ID, false); fault.KindOf(err) != fault.NotFound {
		t.Errorf("who reads no notes: %v", err)
	}
	if _, err := a.s.OpenFile(t.Context(), a.reviewer, id, evidence.ID, false); err != nil {
		t.Errorf("who reads the case: %v", err)
	}
	if _, err := a.s.OpenFile(t.Context(), a.other, id, evidence.ID, false); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another office: %v", err)
	}
	second, _ := a.file(t, filing(a.window))
	if _, err := a.s.OpenFile(t.Context(), a.handler, second, evidence.ID, false); fault.KindOf(err) != fault.NotFound {
		t.Errorf("through another case: %v", err)
	}
}

func TestSealedFilesAreTheDisciplineRoles(t *testing.T) {
	t.Parallel()
	a := newAlbum(t)
	in := filing(a.window)
	in.Kind = Report
	a.stage(t, actor.Actor{}, Form{in.Submission, FormFile}, 1)
	filed, err := a.s.File(t.Context(), actor.Actor{}, in)
	if err != nil {
		t.Fatal(err)
	}
	d, err := a.s.Get(t.Context(), a.discipline, filed.ID)
	if err != nil || len(d.Files) != 1 {
		t.Fatalf("%+v, %v", d.Files, err)
	}
	officer := privacyOfficer()
	for name, by := range map[string]actor.Actor{"desk": a.desk, "handler": a.handler, "committee": a.committee, "officer": officer} {
		if _, err := a.s.OpenFile(t.Context(), by, filed.ID, d.Files[0].ID, false); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := a.s.EraseFile(t.Context(), officer, filed.ID, d.Files[0].ID, "按本人申请删除"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the officer erases in a sealed case: %v", err)
	}
	c, err := a.s.OpenFile(t.Context(), a.discipline, filed.ID, d.Files[0].ID, false)
	bodyOf(t, c, err)
	if err := a.s.EraseFile(t.Context(), a.discipline, filed.ID, d.Files[0].ID, "按本人申请删除"); err != nil {
		t.Error(err)
	}
}

func privacyOfficer() actor.Actor {
	return actor.Actor{Account: 999, Name: "officer", Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{permPrivacy: true}}}}
}

func TestErasedFilesLeaveTheirRow(t *testing.T) {
	t.Parallel()
	a := newAlbum(t)
	in := filing(a.window)
	a.stage(t, actor.Actor{}, Form{in.Submission, FormFile}, 1)
	filed, err := a.s.File(t.Context(), actor.Actor{}, in)
	if err != nil {
		t.Fatal(err)
	}
	file := int64(a.count(t, `SELECT id FROM case_files`))
	if err := a.s.EraseFile(t.Context(), a.handler, filed.ID, file, "按本人申请删除"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a handler erases evidence: %v", err)
	}
	if err := a.s.EraseFile(t.Context(), privacyOfficer(), filed.ID, file, "x"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	if err := a.s.EraseFile(t.Context(), privacyOfficer(), filed.ID, file, "照片里有他人面部，按申请删除"); err != nil {
		t.Fatal(err)
	}
	if err := a.s.EraseFile(t.Context(), privacyOfficer(), filed.ID, file, "照片里有他人面部，按申请删除"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("twice: %v", err)
	}
	d, err := a.s.Get(t.Context(), a.handler, filed.ID)
	if err != nil || len(d.Files) != 1 || d.Files[0].ErasedAt == nil || d.Files[0].Name != "" || d.Files[0].Why == "" {
		t.Errorf("%+v, %v", d.Files, err)
	}
	if _, err := a.s.OpenFile(t.Context(), a.handler, filed.ID, file, true); fault.KindOf(err) != fault.Gone {
		t.Errorf("got %v", err)
	}
	if n := a.lying(t); n > 0 {
		t.Errorf("%d files still lie in the store", n)
	}
	if n := a.count(t, `SELECT count(*) FROM vault_records WHERE kind = 'file_key' AND ciphertext IS NOT NULL`); n > 0 {
		t.Error("the key is still there")
	}
}

func TestRetentionOfFiles(t *testing.T) {
	t.Parallel()
	a := newAlbum(t)
	in := filing(a.window)
	a.stage(t, actor.Actor{}, Form{in.Submission, FormFile}, 1)
	filed, err := a.s.File(t.Context(), actor.Actor{}, in)
	if err != nil {
		t.Fatal(err)
	}
	later := a.now().Add(time.Hour)
	if n, err := a.s.CountOldFiles(t.Context(), later); n != 0 || err != nil {
		t.Errorf("of a live case: %d, %v", n, err)
	}
	if _, err := a.s.Withdraw(t.Context(), Ticket{Receipt: filed.Receipt, PIN: filed.PIN}, ""); err != nil {
		t.Fatal(err)
	}
	if n, err := a.s.CountOldFiles(t.Context(), later); n != 1 || err != nil {
		t.Errorf("of one that ended: %d, %v", n, err)
	}
	if n, err := a.s.EndOldFiles(t.Context(), later, 10); n != 1 || err != nil || a.lying(t) > 0 {
		t.Errorf("ended %d, %v", n, err)
	}
	if n, err := a.s.EndOldFiles(t.Context(), later, 10); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
}

func TestSevenFiles(t *testing.T) {
	t.Parallel()
	a := newAlbum(t)
	form := Form{uuid.New(), FormFile}
	var all sync.WaitGroup
	var mu sync.Mutex
	var many int
	for n := range 7 {
		all.Go(func() {
			_, err := a.s.Stage(t.Context(), actor.Actor{}, form, photo(n))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
			case fieldKey(err) == "file attach.many":
				many++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	list, err := a.s.StagedFiles(t.Context(), actor.Actor{}, form)
	if err != nil || len(list) != MaxFiles || many != 1 || a.lying(t) != 2*MaxFiles {
		t.Errorf("%d kept, %d refused, %d lying, %v", len(list), many, a.lying(t), err)
	}
	if err := a.s.Unstage(t.Context(), actor.Actor{}, Form{uuid.New(), FormFile}, list[0].ID); err != nil || a.lying(t) != 2*MaxFiles {
		t.Errorf("another form took one away: %v", err)
	}
	if err := a.s.Unstage(t.Context(), actor.Actor{}, form, list[0].ID); err != nil || a.lying(t) != 2*MaxFiles-2 {
		t.Errorf("taken away: %v", err)
	}
	a.stage(t, actor.Actor{}, form, 99)
}

func TestTheSweepTakesWhatWasNeverSent(t *testing.T) {
	t.Parallel()
	a := newAlbum(t)
	form := Form{uuid.New(), FormFile}
	a.stage(t, actor.Actor{}, form, 1)
	broken := photo(2)
	broken.From = &cutOff{ReaderAt: broken.From, after: 2}
	if _, err := a.s.Stage(t.Context(), actor.Actor{}, form, broken); err == nil {
		t.Error("a broken reading was kept")
	}
	// As if the program had ended between the row and the bytes.
	if _, err := a.db.Exec(`UPDATE case_uploads SET ready = false, expires_at = at + interval '15 minutes'`); err != nil {
		t.Fatal(err)
	}
	if list, err := a.s.StagedFiles(t.Context(), actor.Actor{}, form); err != nil || len(list) > 0 {
		t.Errorf("half a file is shown: %v", err)
	}
	if n, err := a.s.SweepFiles(t.Context()); n != 0 || err != nil {
		t.Errorf("too early: %d, %v", n, err)
	}
	a.at(t, "2026-11-02 10:16")
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if _, err := a.s.SweepFiles(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := a.count(t, `SELECT count(*) FROM case_uploads`); n != 0 || a.lying(t) != 0 {
		t.Errorf("%d rows, %d files left", n, a.lying(t))
	}
}

// cutOff fails from the n-th reading on.
type cutOff struct {
	io.ReaderAt
	after int
}

func (c *cutOff) ReadAt(p []byte, off int64) (int, error) {
	if c.after--; c.after < 0 {
		return 0, errors.New("the disk is gone")
	}
	return c.ReaderAt.ReadAt(p, off)
}

// TestSweepAndSendingMeet: whichever is first, a case never has a row without bytes.
func TestSweepAndSendingMeet(t *testing.T) {
	t.Parallel()
	a := newAlbum(t)
	for n := range 8 {
		in := filing(a.window)
		a.stage(t, actor.Actor{}, Form{in.Submission, FormFile}, n)
		if _, err := a.db.Exec(`UPDATE case_uploads SET expires_at = at - interval '1 second'`); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := a.s.SweepFiles(t.Context()); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			if _, err := a.s.File(t.Context(), actor.Actor{}, in); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
	}
	missing, checked, err := a.s.MissingFiles(t.Context())
	if err != nil || len(missing) > 0 || a.lying(t) != 2*checked {
		t.Errorf("%d of %d files are missing, %d lie there, %v", len(missing), checked, a.lying(t), err)
	}
}

func TestFilesWithoutAVault(t *testing.T) {
	t.Parallel()
	a := newAlbum(t)
	a.vault = nil
	if a.s.TakesFiles() {
		t.Error("files are offered without a vault")
	}
	if _, err := a.s.Stage(t.Context(), actor.Actor{}, Form{uuid.New(), FormFile}, photo(1)); fieldKey(err) != "file attach.closed" {
		t.Errorf("got %v", err)
	}
	if _, err := a.s.File(t.Context(), actor.Actor{}, filing(a.window)); err != nil {
		t.Errorf("a case without files: %v", err)
	}
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", 2000) + ".jpg"
	for typed, want := range map[string]string{
		"IMG_0001.JPG": "IMG_0001.jpg", "": "附件.jpg", "../../etc/passwd": "passwd.jpg", `C:\Users\张三\照片.png`: "照片.jpg", "a.jpg.exe": "a.jpg",
		"evil\u202egpj.exe": "evilgpj.jpg", "a\x00b\r\nc.jpg": "ab c.jpg", "  . .jpg": "附件.jpg", `<script>"x".jpg`: "scriptx.jpg", "合影👨‍👩‍👧.jpeg": "合影👨‍👩‍👧.jpg",
		long: strings.Repeat("长", maxFileName) + ".jpg", "\xff\xfe.jpg": "附件.jpg", "报告.v2": "报告.v2.jpg",
	} {
		if got := fileName(typed, media.Picture); got != want {
			t.Errorf("%.40q became %q, wanted %q", typed, got, want)
		}
	}
}
