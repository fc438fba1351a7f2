package e2e

import (
	"os"
	"strings"
	"testing"
)

func TestHelp(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	for _, args := range [][]string{{"--help"}, {"help"}, {"-h"}, {"serve", "--help"}, {"demo", "--help"}, {"migrate", "--help"},
		{"import", "--help"}, {"import", "offices", "--help"}, {"indices", "--help"}, {"verify", "--help"}, {"settings", "--help"}, {"apikey", "--help"},
		{"account", "--help"}, {"version", "--help"}} {
		r := in.run(args...)
		if r.code != 0 || !strings.Contains(r.out+r.err, "usage: server") {
			t.Errorf("%v: exit %d, %q %q", args, r.code, r.out, r.err)
		}
	}
	for _, args := range [][]string{{"vote"}, {"serve", "--loud"}, {"indices", "--level"}, {"import", "people", "x.csv"}} {
		r := in.run(args...)
		if r.code != 2 || r.out != "" || r.err == "" {
			t.Errorf("%v: exit %d, want 2 and words on the error stream only; %q %q", args, r.code, r.out, r.err)
		}
	}
	if _, err := os.Stat(in.dir); err == nil {
		t.Error("asking for help made the data directory")
	}
}

// TestBadEnvironment: everything that is wrong is said at once, and nothing secret.
func TestBadEnvironment(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.env = []string{"MINPING_ADDR=nowhere", "MINPING_BASE_URL=gopher://x", "MINPING_SECRET_KEY=hush-short", "MINPING_DEMO_PASSWORD=hush",
		"MINPING_DEMO_API_KEY=hush-key", "MINPING_DATABASE_URL=mysql://root:hush-db@db/x", "MINPING_DATABASE_CONNECTIONS=2"}
	r := in.run("serve")
	if r.code != 1 || r.out != "" {
		t.Errorf("exit %d, %q", r.code, r.out)
	}
	for _, name := range []string{"ADDR", "BASE_URL", "SECRET_KEY", "DEMO_PASSWORD", "DEMO_API_KEY", "DATABASE_URL", "DATABASE_CONNECTIONS"} {
		if !strings.Contains(r.err, "MINPING_"+name) {
			t.Errorf("MINPING_%s is not complained of:\n%s", name, r.err)
		}
	}
	if strings.Contains(r.err, "hush") {
		t.Errorf("a secret is printed:\n%s", r.err)
	}
	in.env = []string{"MINPING_DATABASE_CONNECTIONS=hush", "MINPING_LOG_LEVEL=hush", "MINPING_TRUSTED_PROXIES=hush"}
	r = in.run("verify")
	for _, name := range []string{"MINPING_DATABASE_CONNECTIONS", "MINPING_LOG_LEVEL", "MINPING_TRUSTED_PROXIES"} {
		if r.code != 1 || !strings.Contains(r.err, name) || strings.Contains(r.err, "hush") {
			t.Errorf("%s: exit %d\n%s", name, r.code, r.err)
		}
	}
}
