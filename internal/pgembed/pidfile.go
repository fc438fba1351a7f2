package pgembed

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// pidFile is what the postmaster says of itself in postmaster.pid
// (PostgreSQL source, src/include/utils/pidfile.h: lines 1 pid, 4 port, 8 status).
type pidFile struct {
	pid    int
	port   int
	status string // starting, stopping, ready, standby; empty while it is being written
}

func pidPath(dir string) string { return filepath.Join(dir, "postmaster.pid") }

func readPIDFile(dir string) (pidFile, error) {
	text, err := os.ReadFile(pidPath(dir))
	if err != nil {
		return pidFile{}, err
	}
	return parsePIDFile(string(text))
}

// parsePIDFile reads as many lines as there are; the pid must be among them.
func parsePIDFile(text string) (pidFile, error) {
	line := strings.Split(text, "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line[0]))
	if err != nil || pid <= 0 {
		return pidFile{}, fmt.Errorf("postmaster.pid does not begin with a process id: %.40q", line[0])
	}
	pf := pidFile{pid: pid}
	if len(line) > 3 {
		pf.port, _ = strconv.Atoi(strings.TrimSpace(line[3])) // 0 while the line is incomplete
	}
	if len(line) > 7 {
		pf.status = strings.TrimSpace(line[7])
	}
	return pf, nil
}
