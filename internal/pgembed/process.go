package pgembed

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// runningPostmaster returns the live postmaster of a cluster. A stale file, also one whose pid
// now belongs to another process, is no postmaster.
func runningPostmaster(dir string) (pidFile, bool) {
	pf, err := readPIDFile(dir)
	return pf, err == nil && isPostmaster(pf.pid, dir)
}

// isPostmaster says whether pid is a live postmaster that works in dir.
func isPostmaster(pid int, dir string) bool {
	if ended(pid) {
		return false
	}
	if _, err := os.Stat("/proc/self/cmdline"); err != nil {
		return isPostmasterByPS(pid, dir)
	}
	proc := "/proc/" + strconv.Itoa(pid)
	text, err := os.ReadFile(proc + "/cmdline")
	if err != nil || len(text) == 0 { // gone, or a zombie
		return false
	}
	argv := strings.Split(string(text), "\x00")
	if base := filepath.Base(argv[0]); base != "postgres" && base != "postmaster" {
		return false // also a backend, which calls itself "postgres: ..."
	}
	// The postmaster's working directory is its cluster. Root without CAP_SYS_PTRACE, as in most containers,
	// cannot read it for another user; then the command line, which is ours, tells.
	if cwd, err := os.Readlink(proc + "/cwd"); err == nil {
		real, err := filepath.EvalSymlinks(dir)
		return err == nil && cwd == real
	}
	return slices.Contains(argv, dir)
}

// isPostmasterByPS is for systems without /proc.
func isPostmasterByPS(pid int, dir string) bool {
	out, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output() //nolint:noctx // ps answers at once
	return err == nil && strings.Contains(string(out), "postgres") && strings.Contains(string(out), dir)
}

// ended says that pid is no more, taking the exit status if it was our child: a zombie would keep its pid file valid.
// It serves also where we are process 1 of a container and inherit orphans. False means it may live.
func ended(pid int) bool {
	var status syscall.WaitStatus
	got, err := syscall.Wait4(pid, &status, syscall.WNOHANG, nil)
	if err == nil {
		return got == pid
	}
	return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// gone says that pid has ended for good. A process on its way out has no command line any more but may still hold its
// port, so that isPostmaster's no is not enough to start a successor; and a zombie of another parent never goes away.
func gone(pid int) bool {
	if ended(pid) {
		return true
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return errors.Is(err, os.ErrNotExist) && ended(pid)
	}
	_, after, _ := strings.Cut(string(stat), ") ") // the state follows the name in parentheses: proc(5)
	return strings.HasPrefix(after, "Z")
}
