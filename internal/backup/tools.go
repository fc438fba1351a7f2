package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// server is how pg_dump and pg_restore reach the database. The password goes by the
// environment: everybody on the machine may read a command line.
type server struct {
	where, password string
	major           int
}

// keyPassword finds the password of a key=value connection string.
var keyPassword = regexp.MustCompile(`\bpassword\s*=\s*('(?:\\.|[^'\\])*'|\S+)`)

// reach takes the password out of a connection string.
func reach(dsn string, major int) (server, error) {
	s := server{where: dsn, major: major}
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		u, err := url.Parse(dsn)
		if err != nil {
			return s, errors.New("the database's address is not one") // without it: it holds a password
		}
		s.password, _ = u.User.Password()
		u.User = url.User(u.User.Username())
		q := u.Query()
		if p := q.Get("password"); p != "" {
			s.password = p
			q.Del("password")
			u.RawQuery = q.Encode()
		}
		s.where = u.String()
		return s, nil
	}
	if found := keyPassword.FindStringSubmatch(dsn); found != nil {
		s.password = strings.NewReplacer(`\'`, `'`, `\\`, `\`).Replace(strings.Trim(found[1], "'"))
		s.where = keyPassword.ReplaceAllString(dsn, "")
	}
	return s, nil
}

// run runs one of PostgreSQL's programs; what it complains about is in the error.
func (s server) run(ctx context.Context, name string, args ...string) error {
	program, err := tool(ctx, name, s.major)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // one of PostgreSQL's, found by tool
	cmd.Env = append(os.Environ(), "PGCONNECT_TIMEOUT=10", "LC_ALL=C")
	if s.password != "" {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+s.password)
	}
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%s: %w: %s", name, err, lastLines(complaint.String(), 3))
	}
	return nil
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "; ")
}

var toolVersion = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// tool finds a program of the server's major version or the next newer one: an older
// pg_dump refuses a newer server.
func tool(ctx context.Context, name string, major int) (string, error) {
	var candidates []string
	if on, err := exec.LookPath(name); err == nil {
		candidates = append(candidates, on)
	}
	for _, glob := range []string{"/usr/lib/postgresql/*/bin/", "/usr/pgsql-*/bin/"} {
		found, _ := filepath.Glob(glob + name) // the only error is a bad pattern, and the patterns are ours
		candidates = append(candidates, found...)
	}
	best, bestMajor := "", 0
	for _, c := range candidates {
		out, err := exec.CommandContext(ctx, c, "--version").Output() //nolint:gosec // a file of that name in PostgreSQL's own places or on PATH
		if err != nil {
			continue
		}
		m := toolVersion.FindSubmatch(out)
		if m == nil {
			continue
		}
		v, err := strconv.Atoi(string(m[1]))
		if err == nil && v >= major && (best == "" || v < bestMajor) {
			best, bestMajor = c, v
		}
	}
	if best == "" {
		return "", fmt.Errorf("%s of PostgreSQL %d or newer is not on this machine: install the package postgresql-client", name, major)
	}
	return best, nil
}
