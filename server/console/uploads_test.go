package console

import (
	"os"
	"strings"
	"testing"
	"time"

	"minping/internal/fault"
)

func TestUploadsArePrivateAndExpire(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	u := newUploads(t.TempDir(), func() time.Time { return now })
	up, err := u.put(7, "名录.xlsx", strings.NewReader("data"))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(up.path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	if _, _, err := u.open(8, up.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another account: %v, want NotFound", err)
	}
	if _, _, err := u.open(7, "../"+up.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a path for an id: %v, want NotFound", err)
	}
	_, f, err := u.open(7, up.ID)
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	now = now.Add(uploadKeep + time.Second)
	if _, _, err := u.open(7, up.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after half an hour: %v, want NotFound", err)
	}
	if _, err := os.Stat(up.path); !os.IsNotExist(err) {
		t.Errorf("the expired file is still there: %v", err)
	}
	for range uploadsMost {
		if _, err := u.put(7, "n", strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := u.put(7, "n", strings.NewReader("x")); fault.KindOf(err) != fault.Busy {
		t.Errorf("one upload too many: %v, want Busy", err)
	}
	if err := u.close(); err != nil {
		t.Error(err)
	}
}
