package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	seconds float64
	rounds  int
	ratings int
	rows    bool
	only    string
	keep    bool
	strict  bool
	limit   time.Duration
}

// wants tells whether a part of the run was asked for.
func (o options) wants(part string) bool {
	return o.only == "" || slices.Contains(strings.Split(o.only, ","), part)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	code := 0
	if len(os.Args) > 1 && os.Args[1] == "bare" {
		if err := runBare(ctx, os.Args[2:]); err != nil {
			code = fail(err)
		}
	} else if missed, err := run(ctx, read(os.Args[1:])); err != nil {
		code = fail(err)
	} else if missed {
		code = 1
	}
	stop()
	os.Exit(code)
}

func fail(err error) int {
	_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
	return 1
}

func read(args []string) options {
	var o options
	fs := flag.NewFlagSet("bench", flag.ExitOnError)
	fs.Float64Var(&o.seconds, "seconds", 4, "measured seconds of each round")
	fs.IntVar(&o.rounds, "rounds", 3, "rounds of the compared series; medians are reported")
	fs.IntVar(&o.ratings, "ratings", 10_000_000, "ratings of the city whose indices are timed")
	fs.BoolVar(&o.rows, "rows", false, "indices: store every rating as a row and let the program rebuild the rollups (slow)")
	fs.StringVar(&o.only, "only", "", "comma-separated parts: post,single,visits,get,ready,indices (default all)")
	fs.BoolVar(&o.keep, "keep", false, "keep the temporary directory")
	fs.BoolVar(&o.strict, "strict", false, "exit 1 when a target is missed")
	fs.DurationVar(&o.limit, "limit", 8*time.Minute, "end the run after this time")
	_ = fs.Parse(args) // ExitOnError
	return o
}

// run measures and reports; missed says that a target was missed and -strict given.
func run(ctx context.Context, o options) (missed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	began := time.Now()
	s, err := openStage(ctx, o)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	r := newReport()
	r.set("cores", float64(runtime.NumCPU()))
	for _, part := range []func(context.Context, *stage, *report) error{measureLoad, measureIndices, measureReady} {
		if err := part(ctx, s, r); errors.Is(ctx.Err(), context.DeadlineExceeded) {
			r.is(fmt.Sprintf("the run ended within %s", o.limit), false)
			break
		} else if err != nil {
			return false, err
		}
	}
	r.set("run_seconds", time.Since(began).Seconds())
	r.print(os.Stdout)
	line, err := json.Marshal(r)
	if err != nil {
		return false, fmt.Errorf("write figures: %w", err)
	}
	fmt.Println(string(line))
	return o.strict && r.missed(), nil
}

// say tells on the error stream what is being done, so that the output stays a report.
func say(format string, args ...any) {
	_, _ = fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}
