// Command server is Minping 民评: citizens rate and complain, offices answer,
// and both become numbers fit for an appraisal.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // Asia/Shanghai also where the system has no zone files

	"minping/server/config"
)

// version is set by the linker: -ldflags "-X main.version=…".
var version = "dev"

// command is one sub-command: it prints its result on out and its faults come back as error.
type command struct {
	name, about string
	run         func(ctx context.Context, p program, args []string) error
}

// program is what every sub-command gets.
type program struct {
	config   config.Config
	out, err io.Writer
}

func commands() []command {
	return []command{
		{"serve", "serve the platform (default)", runServe},
		{"demo", "fill an empty database with a demonstration city and serve it", runDemo},
		{"migrate", "bring the database schema to this program's version", runMigrate},
		{"import", "import offices|ratings|complaints|categories|holidays FILE", runImport},
		{"export", "export ledger FILE: the cases of a period for a spreadsheet", runExport},
		{"indices", "print indices as table, JSON or CSV", runIndices},
		{"settings", "print the settings with their history: list, get KEY, history KEY", runSettings},
		{"vault", "status, new-key ID or rotate: the keys of what citizens leave", runVault},
		{"retention", "end personal data whose time is over; --dry-run only counts", runRetention},
		{"verify", "recount every rollup and recompute every case; exit 1 if any differs", runVerify},
		{"backup", "write everything but the keys into one FILE; --check proves one", runBackup},
		{"restore", "put a backup into an empty database and verify it", runRestore},
		{"audit", "prove, archive and trim the audit chain", runAudit},
		{"apikey", "create, list or revoke API keys", runAPIKey},
		{"account", "create the first administrators; reset a password", runAccount},
		{"healthcheck", "ask the server of this machine whether it lives; for containers", runHealthcheck},
		{"version", "print the program's version", runVersion},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run executes a command line and gives the exit code: 0 only on success, 2 for a wrong command line.
func run(ctx context.Context, args []string, out, stderr io.Writer) int {
	name := "serve"
	if len(args) > 0 && (args[0] == "help" || args[0] == "-h" || args[0] == "--help") {
		usage(out)
		return 0
	}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	for _, c := range commands() {
		if c.name != name {
			continue
		}
		cfg, err := config.Load()
		if err != nil {
			_, _ = fmt.Fprintf(stderr, "minping: configuration:\n%v\n", err)
			return 1
		}
		return exitCode(c.run(ctx, program{config: cfg, out: out, err: stderr}, args), stderr)
	}
	_, _ = fmt.Fprintf(stderr, "minping: unknown command %q\n\n", name)
	usage(stderr)
	return 2
}

// errUsage says that the command line was wrong and the reason is printed already.
var errUsage = errors.New("usage")

func exitCode(err error, stderr io.Writer) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	}
	_, _ = fmt.Fprintf(stderr, "minping: %v\n", explain(err))
	return 1
}

func usage(w io.Writer) {
	_, _ = fmt.Fprintln(w, "Minping 民评\n\nusage: server [command] [flags]; `server COMMAND --help` tells more")
	for _, c := range commands() {
		_, _ = fmt.Fprintf(w, "  %-11s %s\n", c.name, c.about)
	}
	_, _ = fmt.Fprintln(w, "\nConfiguration comes from the environment (MINPING_ADDR, MINPING_DATA_DIR, MINPING_DATABASE_URL, …); see the README.")
}

// flags makes a flag set that prints its usage and errors to the program's streams.
func (p program) flags(name, synopsis string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(p.err)
	fs.Usage = func() {
		_, _ = fmt.Fprintf(fs.Output(), "usage: server %s\n", synopsis)
		fs.PrintDefaults()
	}
	return fs
}

// parse reads flags that may stand before and after the plain arguments. Help
// that was asked for is a result and goes to the output, not among the faults.
func (p program) parse(fs *flag.FlagSet, args []string) ([]string, error) {
	if slices.ContainsFunc(args, func(a string) bool { return a == "-h" || a == "-help" || a == "--help" }) {
		fs.SetOutput(p.out)
	}
	var plain []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, errUsage
		}
		if fs.NArg() == 0 {
			return plain, nil
		}
		plain, args = append(plain, fs.Arg(0)), fs.Args()[1:]
	}
}

// wrong reports a wrong command line.
func (p program) wrong(fs *flag.FlagSet, format string, args ...any) error {
	_, _ = fmt.Fprintf(p.err, "minping: "+format+"\n", args...)
	fs.Usage()
	return errUsage
}

func runVersion(_ context.Context, p program, args []string) error {
	if _, err := p.parse(p.flags("version", "version"), args); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.out, "minping "+programVersion())
	return err
}
