package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"minping/internal/pgembed"
)

// instance is one data directory with the address that its server listens on.
type instance struct {
	t       *testing.T
	dir     string
	addr    string
	host    string   // what browsers call it; "": addr
	env     []string // besides the ones every instance has
	limited bool     // this machine's forms are counted against limits, as everybody's
	phones  map[string]*authenticator
	dsn     string // of a database that the test looks after; "": the private one
}

// newInstance makes a directory that PostgreSQL's own user can enter: in one
// below a 0700 parent the database would be placed elsewhere.
func newInstance(t *testing.T) *instance {
	t.Helper()
	top, err := os.MkdirTemp("", "minping-e2e-")
	if err == nil {
		err = os.Chmod(top, 0o711)
	}
	if err != nil {
		t.Fatal(err)
	}
	in := &instance{t: t, dir: filepath.Join(top, "data"), addr: freeAddress(t)}
	if err := os.Mkdir(in.temp(), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.endDatabase()
		if err := os.RemoveAll(top); err != nil {
			t.Error(err)
		}
	})
	return in
}

// freeAddress takes a port below the ones the system gives to outgoing
// connections: a client that dials a stopped server in that range can end up
// connected to itself and so keep the port.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 50 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10240+rand.IntN(5000)))
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return l.Addr().String()
	}
	t.Fatal("no free port")
	return ""
}

// temp is where the program keeps what it needs for a while.
func (in *instance) temp() string { return filepath.Join(filepath.Dir(in.dir), "tmp") }

func (in *instance) url(path string) string {
	if in.host != "" {
		return "http://" + in.host + path
	}
	return "http://" + in.addr + path
}

// command prepares the program with an environment of its own.
func (in *instance) command(args ...string) *exec.Cmd {
	cmd := exec.Command(binary, args...)
	cmd.Dir = filepath.Dir(in.dir)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + in.temp(),
		"MINPING_ADDR=" + in.addr, "MINPING_DATA_DIR=" + in.dir}, in.env...)
	if !in.limited {
		cmd.Env = append(cmd.Env, "MINPING_UNLIMITED_SOURCES=127.0.0.0/8")
	}
	return cmd
}

// result is what a finished command left.
type result struct {
	code     int
	out, err string
}

// last is the last line of the standard output: a command's result.
func (r result) last() string {
	lines := strings.Split(strings.TrimRight(r.out, "\n"), "\n")
	return lines[len(lines)-1]
}

// run executes a command line to its end; nothing runs longer than five minutes (proving the demonstration recounts 4 million rollups beside the other tests).
func (in *instance) run(args ...string) result { return in.runWith("", args...) }

func (in *instance) runWith(stdin string, args ...string) result {
	in.t.Helper()
	cmd := in.command(args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	if err := cmd.Start(); err != nil {
		in.t.Fatal(err)
	}
	late := time.AfterFunc(5*time.Minute, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		in.t.Fatal(err)
	}
	return result{code: cmd.ProcessState.ExitCode(), out: out.String(), err: errs.String()}
}

// ok runs a command that must succeed.
func (in *instance) ok(args ...string) result {
	in.t.Helper()
	r := in.run(args...)
	if r.code != 0 {
		in.t.Fatalf("%v: exit %d\n%s%s", args, r.code, r.out, r.err)
	}
	return r
}

// server is a running `serve`.
type server struct {
	t    *testing.T
	cmd  *exec.Cmd
	log  *lockedBuffer
	out  *lockedBuffer
	done chan struct{} // closed when the process has ended
}

// start runs `serve` and waits until it says that it is ready.
func (in *instance) start() *server {
	in.t.Helper()
	s := in.launch("serve")
	in.waitReady(s, time.Minute)
	return s
}

func (in *instance) waitReady(s *server, within time.Duration) {
	in.t.Helper()
	eventually(in.t, within, "the server is ready", func() bool {
		select {
		case <-s.done:
			in.t.Fatalf("the server ended: %s\n%s", s.cmd.ProcessState, s.log.String())
		default:
		}
		return in.ready()
	})
}

// launch starts a command and does not wait for it. The test's end kills it.
func (in *instance) launch(args ...string) *server {
	in.t.Helper()
	s := &server{t: in.t, cmd: in.command(args...), log: &lockedBuffer{}, out: &lockedBuffer{}, done: make(chan struct{})}
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.log
	if err := s.cmd.Start(); err != nil {
		in.t.Fatal(err)
	}
	go func() {
		defer close(s.done)
		_ = s.cmd.Wait() // how it ended is asked of ProcessState
	}()
	in.t.Cleanup(func() {
		s.kill()
		if in.t.Failed() {
			in.t.Logf("server's log, last lines:\n%s", tail(s.log.String(), 12))
		}
	})
	return s
}

// kill is `kill -9`.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended already
	<-s.done
}

// stop is `kill -TERM`; it gives the exit code and how long the end took.
func (s *server) stop() (int, time.Duration) { s.t.Helper(); return s.stopBy(syscall.SIGTERM) }

func (s *server) stopBy(signal syscall.Signal) (int, time.Duration) {
	s.t.Helper()
	begun := time.Now()
	if err := s.cmd.Process.Signal(signal); err != nil {
		s.t.Fatalf("terminate: %v", err)
	}
	return s.wait(30 * time.Second), time.Since(begun)
}

// wait gives the exit code of a process that must end by itself.
func (s *server) wait(within time.Duration) int {
	s.t.Helper()
	late := time.NewTimer(within)
	defer late.Stop()
	select {
	case <-s.done:
	case <-late.C:
		s.t.Fatalf("still running after %s\n%s", within, tail(s.log.String(), 40))
	}
	return s.cmd.ProcessState.ExitCode()
}

func (in *instance) ready() bool {
	client := http.Client{Timeout: 3 * time.Second}
	answer, err := client.Get(in.url("/readyz"))
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// postmaster is the number of this directory's PostgreSQL, 0 when it does not run.
func (in *instance) postmaster() int {
	text, err := os.ReadFile(filepath.Join(in.dir, "pg", "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil || pid <= 1 {
		return 0
	}
	// The number may be stale and another's by now; the command line names the cluster.
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || !strings.Contains(string(line), filepath.Join(in.dir, "pg")) {
		return 0
	}
	return pid
}

// endDatabase stops what a killed server left running.
func (in *instance) endDatabase() {
	pid := in.postmaster()
	if pid == 0 {
		return
	}
	_ = syscall.Kill(pid, syscall.SIGQUIT)
	for deadline := time.Now().Add(20 * time.Second); in.postmaster() == pid && time.Now().Before(deadline); {
		time.Sleep(poll)
	}
}

// join uses the instance's database from the test, and lets go of it at once when f returns.
func (in *instance) join(f func(dsn string)) {
	in.t.Helper()
	if in.dsn != "" {
		f(in.dsn)
		return
	}
	cluster, err := pgembed.Acquire(in.t.Context(), pgembed.Config{Dir: in.dir})
	if err != nil {
		in.t.Fatal(err)
	}
	defer func() {
		if err := cluster.Release(in.t.Context()); err != nil {
			in.t.Error(err)
		}
	}()
	f(cluster.DSN("minping"))
}

// lockedBuffer collects a child's output while the test reads it.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
