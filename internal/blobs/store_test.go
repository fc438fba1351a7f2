package blobs_test

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/emmansun/gmsm/sm4"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"minping/internal/blobs"
	"minping/internal/fault"
)

func key(t testing.TB) blobs.Key {
	t.Helper()
	block, err := sm4.NewCipher([]byte(rand.Text()[:16]))
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	return aead
}

func open(t testing.TB, address string) *blobs.Store {
	t.Helper()
	s, err := blobs.Open(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// s3 is a program that speaks S3, on this machine.
func s3(t *testing.T) string {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "x")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "y")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	backend := s3mem.New()
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	if err := backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	return "s3://files?region=cn-north-1&use_path_style=true&endpoint=" + server.URL
}

// TestWhatIsPutIsGot in a folder, in memory, and over S3.
func TestWhatIsPutIsGot(t *testing.T) {
	for what, address := range map[string]string{"folder": "file://" + filepath.Join(t.TempDir(), "a/b"), "memory": "mem://", "S3": s3(t)} {
		s := open(t, address)
		for _, size := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 3 * 64 << 10, 6 << 20} {
			name, k, body := blobs.Name(time.Now()), key(t), make([]byte, size)
			_, _ = rand.Read(body)
			if err := s.Put(t.Context(), name, k, iotest.HalfReader(bytes.NewReader(body))); err != nil {
				t.Fatalf("%s, %d bytes: %v", what, size, err)
			}
			r, err := s.Get(t.Context(), name, k)
			if err != nil {
				t.Fatalf("%s, %d bytes: %v", what, size, err)
			}
			got, err := io.ReadAll(iotest.HalfReader(r))
			if err != nil || !bytes.Equal(got, body) {
				t.Errorf("%s, %d bytes: %d came back, %v", what, size, len(got), err)
			}
			_ = r.Close()
			if err := s.Delete(t.Context(), name); err != nil {
				t.Errorf("%s: %v", what, err)
			}
			if there, err := s.Exists(t.Context(), name); there || err != nil {
				t.Errorf("%s: still there, %v", what, err)
			}
			if _, err := s.Get(t.Context(), name, k); !errors.Is(err, blobs.ErrNotThere) {
				t.Errorf("%s: %v", what, err)
			}
			if err := s.Delete(t.Context(), name); err != nil {
				t.Errorf("%s, twice: %v", what, err)
			}
		}
	}
}

func kept(t *testing.T, folder string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestNobodyReadsOrChangesWhatLiesThere(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s, k := open(t, "file://"+folder), key(t)
	words := strings.Repeat("窗口的照片 13800138000 ", 9000) // several pieces
	name, other := "2026/11/25/aaaaaaaa", "2026/11/25/bbbbbbbb"
	for _, n := range []string{name, other} {
		if err := s.Put(t.Context(), n, k, strings.NewReader(words)); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, name)
	whole, err := os.ReadFile(path)
	if err != nil || bytes.Contains(whole, []byte("13800138000")) || bytes.Contains(whole, []byte("窗口")) {
		t.Fatalf("readable where it lies: %v", err)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder %v, %v", info.Mode(), err)
	}
	const sealed = 64<<10 + 16
	swapped := bytes.Join([][]byte{whole[:4], whole[4+sealed : 4+2*sealed], whole[4 : 4+sealed], whole[4+2*sealed:]}, nil)
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-20] ^= 1
	theOther, err := os.ReadFile(filepath.Join(folder, other))
	if err != nil {
		t.Fatal(err)
	}
	for what, bytes := range map[string][]byte{"cut off between pieces": whole[:4+2*sealed], "cut off within one": whole[:len(whole)-7], "empty": {}, "only its beginning": whole[:4],
		"two pieces swapped": swapped, "one bit": flipped, "another file's": theOther, "with more behind": append(append([]byte{}, whole...), 0)} {
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := s.Get(t.Context(), name, k)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		_ = r.Close()
		if !errors.Is(err, blobs.ErrChanged) || !strings.HasPrefix(words, string(got)) {
			t.Errorf("%s: %d bytes, %v", what, len(got), err)
		}
	}
	if r, err := s.Get(t.Context(), other, key(t)); err != nil {
		t.Error(err)
	} else if got, err := io.ReadAll(r); len(got) > 0 || !errors.Is(err, blobs.ErrChanged) {
		t.Errorf("another key: %d bytes, %v", len(got), err)
	}
}

func TestWhatFailsHalfWayLeavesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, "file://"+folder)
	broken := errors.New("the connection broke")
	err := s.Put(t.Context(), "2026/11/25/cccccccc", key(t), io.MultiReader(bytes.NewReader(make([]byte, 1<<20)), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if left := kept(t, folder); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestNoRoom fills a disk of 256 KB.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("a small disk needs the right to mount one: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	s, k := open(t, "file://"+folder), key(t)
	if err := s.Put(t.Context(), "2026/11/25/dddddddd", k, bytes.NewReader(make([]byte, 100<<10))); err != nil {
		t.Fatal(err)
	}
	err := s.Put(t.Context(), "2026/11/25/eeeeeeee", k, bytes.NewReader(make([]byte, 1<<20)))
	if f, ok := fault.As(err); !ok || f.Kind != fault.Busy || f.Key != "attach.full" || f.RetryAfter == 0 {
		t.Errorf("got %v", err)
	}
	if left := kept(t, folder); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, "file://"+t.TempDir())
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			name, k, body := blobs.Name(time.Now()), key(t), bytes.Repeat([]byte(rand.Text()), 9000)
			if err := s.Put(t.Context(), name, k, bytes.NewReader(body)); err != nil {
				t.Error(err)
				return
			}
			r, err := s.Get(t.Context(), name, k)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = r.Close() }()
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, body) {
				t.Error("another's bytes", err)
			}
		})
	}
	all.Wait()
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "ftp://x", "://", "s3://"} {
		if _, err := blobs.Open(t.Context(), address, nil); err == nil {
			t.Errorf("%q was opened", address)
		}
	}
}
