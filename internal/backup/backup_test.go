package backup

import (
	"archive/tar"
	"bytes"
	"errors"
	"testing"
)

func TestThePasswordIsNoArgument(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]server{
		"postgres://minping:s%40cret@db:5432/city?sslmode=disable": {where: "postgres://minping@db:5432/city?sslmode=disable", password: "s@cret"},
		"postgresql://u@db/city?password=p&sslmode=disable":        {where: "postgresql://u@db/city?sslmode=disable", password: "p"},
		"host=db password='it\\'s' dbname=city":                    {where: "host=db  dbname=city", password: "it's"},
		"host=db dbname=city password=plain":                       {where: "host=db dbname=city ", password: "plain"},
		"host=/run/postgresql dbname=city":                         {where: "host=/run/postgresql dbname=city"},
	} {
		got, err := reach(dsn, 15)
		want.major = 15
		if err != nil || got != want {
			t.Errorf("reach(%q) = %+v, %v, want %+v", dsn, got, err, want)
		}
	}
	if _, err := reach("postgres://u:p%ZZ@db/city", 15); err == nil || bytes.Contains([]byte(err.Error()), []byte("p%ZZ")) {
		t.Errorf("a broken address: %v", err)
	}
}

func TestWhatIsNoArchiveIsToldSo(t *testing.T) {
	t.Parallel()
	build := func(write func(*tar.Writer)) []byte {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		write(w)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	put := func(w *tar.Writer, name, content string) {
		if err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o600, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	for what, raw := range map[string][]byte{
		"nothing":     nil,
		"no tar":      bytes.Repeat([]byte("x"), 4096),
		"no manifest": build(func(w *tar.Writer) { put(w, dumpName, "dump") }),
		"a link": build(func(w *tar.Writer) {
			_ = w.WriteHeader(&tar.Header{Name: "x", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink})
		}),
		"no JSON":            build(func(w *tar.Writer) { put(w, manifestName, "{") }),
		"no dump":            build(func(w *tar.Writer) { put(w, manifestName, `{"format":1,"members":[]}`) }),
		"more than it tells": build(func(w *tar.Writer) { put(w, dumpName, "dump"); put(w, manifestName, `{"format":1,"members":[]}`) }),
		"a lying digest": build(func(w *tar.Writer) {
			put(w, dumpName, "dump")
			put(w, manifestName, `{"format":1,"members":[{"name":"db.dump","size":4,"sm3":"00"}]}`)
		}),
	} {
		if _, err := Check(t.Context(), bytes.NewReader(raw)); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	newer := build(func(w *tar.Writer) { put(w, manifestName, `{"format":2}`) })
	if _, err := Check(t.Context(), bytes.NewReader(newer)); err == nil || errors.Is(err, ErrDamaged) {
		t.Errorf("a newer format: %v", err)
	}
}
