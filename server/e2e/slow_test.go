package e2e

import (
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestSlowHeaders: who sends headers drop by drop is cut off, and nobody waits for him.
func TestSlowHeaders(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	s := in.start()
	began := time.Now()
	var slow []net.Conn
	for range 200 {
		c, err := net.Dial("tcp", in.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nX-Drop: "); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, c)
	}
	answer, err := http.Get(in.url("/healthz"))
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("beside them: %v", err)
	}
	_ = answer.Body.Close()
	for _, c := range slow {
		if err := c.SetReadDeadline(began.Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, c); err != nil { // a timeout says that it is still open
			t.Fatalf("after %s: %v", time.Since(began), err)
		}
	}
	if took := time.Since(began); took < 5*time.Second {
		t.Errorf("cut off after %s already", took)
	}
	if code, _ := s.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}
