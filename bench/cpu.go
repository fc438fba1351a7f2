package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The kernel counts processor time of processes in ticks of a hundredth of a
// second (USER_HZ, the same on every Linux we run on; see proc(5)).
const tick = 10 * time.Millisecond

// spent is processor time, user and system together, since the start.
type spent struct{ program, database, generator time.Duration }

func (a spent) since(b spent) spent {
	return spent{a.program - b.program, a.database - b.database, a.generator - b.generator}
}

// spending reads what a program, PostgreSQL and this process have used.
func spending(program, postmaster int) spent {
	var own syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &own) // fails for bad arguments only
	s := spent{generator: time.Duration(own.Utime.Nano() + own.Stime.Nano())}
	if program != 0 {
		s.program = stat(program).own
	}
	main := stat(postmaster)
	s.database = main.own + main.reaped
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return s
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if p := stat(pid); p.parent == postmaster && postmaster != 0 {
				s.database += p.own
			}
		}
	}
	return s
}

type usage struct {
	parent      int
	own, reaped time.Duration // reaped: of children that ended
}

// stat reads /proc/PID/stat; zero where the process is gone.
func stat(pid int) usage {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return usage{}
	}
	_, rest, ok := strings.Cut(string(text), ") ") // the name before it may hold spaces
	f := strings.Fields(rest)
	if !ok || len(f) < 15 {
		return usage{}
	}
	number := func(i int) int64 { n, _ := strconv.ParseInt(f[i], 10, 64); return n }
	return usage{parent: int(number(1)), own: time.Duration(number(11)+number(12)) * tick,
		reaped: time.Duration(number(13)+number(14)) * tick}
}
