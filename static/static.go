// Package static owns the files that browsers load as they are: style sheets,
// scripts, images, vendored libraries. A page links them by a name that carries
// the content's hash, so they may be cached for ever.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// Prefix is where Handler is mounted.
const Prefix = "/static/"

//go:embed css js img vendor
var files embed.FS

type asset struct {
	body        []byte
	contentType string
	etag        string
	hashed      string // name with the hash in it
	zipped      func() []byte
}

// assets is the table of files, made at first use; the embedded files never change.
var assets = sync.OnceValue(readAssets)

// FS gives the embedded files, e.g. for a page that inlines a style sheet.
func FS() fs.FS { return files }

// Path gives the address of a file, e.g. "css/app.css" → "/static/css/app.1f3a….css".
// A name that is not there keeps its plain address, which answers 404.
func Path(name string) string {
	if a, ok := assets()[name]; ok {
		return Prefix + a.hashed
	}
	return Prefix + name
}

// Handler serves the files: hashed names with a year of caching, plain names
// (as modules import one another) with revalidation.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	a, ok := assets()[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Etag", a.etag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if name == a.hashed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if strings.Contains(r.Header.Get("If-None-Match"), a.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if z := a.zipped(); z != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = z
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func readAssets() map[string]*asset {
	all := map[string]*asset{}
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		a := newAsset(name, body)
		all[name], all[a.hashed] = a, a
		return nil
	})
	return all
}

func newAsset(name string, body []byte) *asset {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	return &asset{
		body:        body,
		contentType: contentType(ext),
		etag:        `"` + hash + `"`,
		hashed:      strings.TrimSuffix(name, ext) + "." + hash + ext,
		zipped:      sync.OnceValue(func() []byte { return compress(ext, body) }),
	}
}

// contentType does not ask the operating system's tables where it matters:
// they differ between machines, and nosniff makes a wrong one fatal.
func contentType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".md", "", ".txt":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}

// compress gives the gzipped body, or nil where that does not pay.
func compress(ext string, body []byte) []byte {
	if ext == ".png" || ext == ".woff2" || len(body) < 1024 {
		return nil
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := z.Write(body); err != nil || z.Close() != nil || b.Len() >= len(body) {
		return nil
	}
	return b.Bytes()
}
