package pgembed

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// helperDir makes the test program act as another user of the cluster: it acquires, says so, and releases when its input ends.
const helperDir = "PGEMBED_TEST_HELPER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperDir); dir != "" {
		os.Exit(help(dir))
	}
	os.Exit(m.Run())
}

func help(dir string) int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := Acquire(ctx, testConfig(dir))
	if err != nil {
		fmt.Println("error:", err)
		return 1
	}
	fmt.Println("ready", c.PID())
	io.Copy(io.Discard, os.Stdin)
	if err := c.Release(ctx); err != nil {
		fmt.Println("error:", err)
		return 1
	}
	fmt.Println("released")
	return 0
}

// helper is such a process.
type helper struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func startHelper(t *testing.T, dir string) *helper {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperDir+"="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return &helper{cmd: cmd, in: in, out: bufio.NewScanner(out)}
}

// expect reads the helper's next line.
func (h *helper) expect(t *testing.T, prefix string) {
	t.Helper()
	if !h.out.Scan() || !strings.HasPrefix(h.out.Text(), prefix) {
		t.Fatalf("helper said %q, want %q", h.out.Text(), prefix)
	}
}

// kill ends the helper without giving it a chance to release.
func (h *helper) kill(t *testing.T) {
	t.Helper()
	if err := h.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	h.cmd.Wait()
}

func testConfig(dir string) Config {
	return Config{Dir: dir, Params: map[string]string{"shared_buffers": "16MB", "fsync": "off"}}
}
