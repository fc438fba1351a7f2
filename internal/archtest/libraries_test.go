package archtest_test

import (
	"path"
	"strings"
	"testing"
)

// library says which files may import a library; tests may import any. An
// entry is a file, a folder with everything in it ("server/"), or a pattern of
// path.Match ("surveys/store*.go").
type library struct {
	prefix string // of the import path
	files  []string
}

var libraries = []library{
	{"github.com/labstack/", []string{"server/", "bench/bare.go"}},
	{"html/template", []string{"server/"}},
	{"github.com/alexedwards/scs", []string{"server/web/"}},
	{"net/http", []string{"server/", "static/", "notify/", "bench/"}},

	// The driver: where SQL is written, and where PostgreSQL's own dialect is needed.
	{"github.com/lib/pq", []string{"internal/pg/", "internal/pgembed/", "internal/pgtest/", "internal/audit/", "internal/vault/",
		"migrations/", "server/live/", "bench/",
		"*/store*.go", "complaints/publish/store*.go", "surveys/panel/store*.go", "offices/calendar/store.go", "surveys/write.go"}},
	// sqlx.DB and sqlx.Tx are what a service is given and pg.InTx hands to it, so
	// domains may name them anywhere. Beyond, only who opens the pool or keeps sessions in it.
	{"github.com/jmoiron/sqlx", []string{"internal/pg/", "internal/pgtest/", "internal/jobs/", "internal/audit/", "internal/settings/", "internal/vault/",
		"accounts/", "offices/", "surveys/", "complaints/", "indices/", "brand/", "notify/", "privacy/", "appraisal/",
		"server/database.go", "server/store_trail.go", "server/keys.go", "server/vault.go", "server/privacy.go", "server/callback.go", "server/web/site.go", "server/web/session.go", "bench/"}},

	{"github.com/riverqueue/", []string{"internal/jobs/", "migrations/"}},
	{"github.com/pressly/goose", []string{"migrations/"}},
	{"github.com/fergusstrange/embedded-postgres", []string{"internal/pgembed/"}},
	{"github.com/go-ego/gse", []string{"internal/words/"}},
	{"github.com/caarlos0/env", []string{"server/config/"}},
	{"github.com/alexedwards/argon2id", []string{"accounts/"}},
	{"github.com/go-webauthn/", []string{"accounts/passkey*.go"}},
	{"github.com/coreos/go-oidc", []string{"server/sso/"}},
	{"golang.org/x/oauth2", []string{"server/sso/"}},
	{"gocloud.dev/", []string{"internal/blobs/"}},
	{"github.com/aws/", nil}, // only through gocloud.dev
	{"golang.org/x/image/", []string{"internal/media/"}},
	{"github.com/jackc/", nil}, // lib/pq is the driver; a second one would have other types and errors
}

func TestLibrariesStayInTheirFiles(t *testing.T) {
	t.Parallel()
	for _, f := range goSources(t) {
		if f.test {
			continue
		}
		for _, i := range f.imports() {
			for _, l := range libraries {
				if strings.HasPrefix(i, l.prefix) && !among(l.files, f.path) {
					t.Errorf("%s imports %s", f.path, i)
				}
			}
		}
	}
}

func among(places []string, file string) bool {
	for _, p := range places {
		if ok, _ := path.Match(p, file); ok || strings.HasSuffix(p, "/") && strings.HasPrefix(file, p) {
			return true
		}
	}
	return false
}
