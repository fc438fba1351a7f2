package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// child is a process that we started and that answers HTTP.
type child struct {
	name  string
	addr  string
	cmd   *exec.Cmd
	log   *os.File
	ended chan error
}

// launch starts a program whose standard error stream goes to a file, as an
// operator's would.
func (s *stage) launch(name, addr string, program []string, env ...string) (*child, error) {
	log, err := os.OpenFile(s.path(name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	c := &child{name: name, addr: addr, log: log, ended: make(chan error, 1)}
	c.cmd = exec.Command(program[0], program[1:]...)
	c.cmd.Env = append(cleanEnv(), env...)
	c.cmd.Stdout, c.cmd.Stderr = log, log
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := c.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", name, err), log.Close())
	}
	go func() { c.ended <- c.cmd.Wait() }()
	s.children = append(s.children, c)
	return c, nil
}

// cleanEnv leaves out the operator's own settings, so that no other database is touched.
func cleanEnv() []string {
	var kept []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "MINPING_") && !strings.HasPrefix(e, "PG") {
			kept = append(kept, e)
		}
	}
	return kept
}

// await polls an address until it answers 200.
func (c *child) await(ctx context.Context, path string) error {
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.addr+path, nil)
		if err != nil {
			return err
		}
		if res, err := client.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-c.ended:
			c.ended <- err
			return fmt.Errorf("%s ended before it was ready (%w): %s", c.name, err, c.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", c.name, ctx.Err())
		case <-time.After(3 * time.Millisecond):
		}
	}
}

func (c *child) lastWords() string {
	text, err := os.ReadFile(c.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}

// stop asks the process to end and waits for it.
func (c *child) stop() error {
	if c.cmd == nil {
		return nil
	}
	_ = c.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	var err error
	select {
	case err = <-c.ended:
	case <-time.After(40 * time.Second):
		err = errors.Join(fmt.Errorf("%s does not stop", c.name), c.cmd.Process.Kill(), <-c.ended)
	}
	c.cmd = nil
	return errors.Join(err, c.log.Close())
}

// freeAddr gives an address that nobody listens on.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// memory gives the resident memory of a process now and at its peak, in MB.
func memory(pid int) (now, peak float64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0
	}
	for line := range bytes.Lines(text) {
		f := strings.Fields(string(line))
		if len(f) < 2 {
			continue
		}
		kb, _ := strconv.ParseFloat(f[1], 64) // 0 where the kernel says something else
		switch f[0] {
		case "VmRSS:":
			now = kb / 1024
		case "VmHWM:":
			peak = kb / 1024
		}
	}
	return now, peak
}
