package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// line is a connection that speaks just enough HTTP/1.1 to read answers with a
// Content-Length, so that the generator costs little beside what it measures.
type line struct {
	target string
	from   net.Addr // nil: the kernel chooses
	conn   net.Conn
	read   *bufio.Reader
	device []byte // the device cookie that was set last
}

var (
	contentLength = []byte("content-length:")
	chunked       = []byte("transfer-encoding:")
	setDevice     = []byte("set-cookie: mp_device=")
	errAnswer     = errors.New("not an answer this generator reads")
)

// ask sends a request and gives the answer's status. A broken connection is
// closed; the next ask opens another.
func (l *line) ask(request []byte) (status int, err error) {
	if l.conn == nil {
		if err := l.open(); err != nil {
			return 0, err
		}
	}
	if _, err = l.conn.Write(request); err == nil {
		status, err = l.answer()
	}
	if err != nil {
		l.close()
	}
	return status, err
}

func (l *line) open() error {
	d := net.Dialer{Timeout: 5 * time.Second, LocalAddr: l.from, KeepAlive: -1}
	conn, err := d.Dial("tcp", l.target)
	if err != nil {
		return err
	}
	l.conn = conn
	if l.read == nil {
		l.read = bufio.NewReaderSize(conn, 16<<10)
	} else {
		l.read.Reset(conn)
	}
	return conn.SetDeadline(time.Now().Add(2 * time.Minute)) // longer than any round
}

func (l *line) close() {
	if l.conn != nil {
		_ = l.conn.Close() // nothing is lost: every answer was read
		l.conn = nil
	}
}

func (l *line) answer() (int, error) {
	first, err := l.read.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(first) < 12 || !bytes.HasPrefix(first, []byte("HTTP/1.1 ")) {
		return 0, fmt.Errorf("%w: %q", errAnswer, first)
	}
	status, err := strconv.Atoi(string(first[9:12]))
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errAnswer, err)
	}
	length, err := l.head()
	if err != nil {
		return 0, err
	}
	_, err = l.read.Discard(length)
	return status, err
}

// head reads to the empty line and gives the length of the body.
func (l *line) head() (length int, err error) {
	for {
		h, err := l.read.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		h = bytes.TrimRight(h, "\r\n")
		switch {
		case len(h) == 0:
			return length, nil
		case named(h, contentLength):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(h[len(contentLength):]))); err != nil {
				return 0, fmt.Errorf("%w: %w", errAnswer, err)
			}
		case named(h, setDevice):
			value, _, _ := bytes.Cut(h[len(setDevice):], []byte(";"))
			l.device = append(l.device[:0], value...)
		case named(h, chunked):
			return 0, fmt.Errorf("%w: %s", errAnswer, h)
		}
	}
}

func named(header, name []byte) bool {
	return len(header) > len(name) && bytes.EqualFold(header[:len(name)], name)
}
