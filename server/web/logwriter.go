package web

import (
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"
)

const (
	logFlushEvery = 200 * time.Millisecond
	logFlushSize  = 64 << 10
	logFullSize   = 1 << 20
)

// LogWriter gathers lines and writes them together, so that a request never
// waits for the terminal or the disk. Nothing is dropped: when the reader of the
// log is slower than the server, writers wait; Close writes what is left.
type LogWriter struct {
	to    io.Writer
	wake  chan struct{}
	stop  chan struct{}
	ended chan struct{}

	mu      sync.Mutex // guards pending
	pending []byte
	writing sync.Mutex // one writer at a time, in order; guards spare
	spare   []byte
	once    sync.Once
	err     error
}

// NewLogWriter starts gathering lines for w.
func NewLogWriter(w io.Writer) *LogWriter {
	l := &LogWriter{to: w, wake: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{})}
	go l.run()
	return l
}

// NewAccessLog is a JSON logger over a LogWriter; close the writer on stop.
func NewAccessLog(w io.Writer) (*slog.Logger, *LogWriter) {
	l := NewLogWriter(w)
	return slog.New(slog.NewJSONHandler(l, nil)), l
}

// Write takes one line.
func (l *LogWriter) Write(line []byte) (int, error) {
	l.mu.Lock()
	l.pending = append(l.pending, line...)
	size := len(l.pending)
	l.mu.Unlock()
	switch {
	case size >= logFullSize:
		return len(line), l.Flush()
	case size >= logFlushSize:
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
	return len(line), nil
}

// Flush writes what has been gathered.
func (l *LogWriter) Flush() error {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	out := l.pending
	l.pending = l.spare[:0]
	l.mu.Unlock()
	l.spare = out
	if len(out) == 0 {
		return nil
	}
	_, err := l.to.Write(out)
	return err
}

// Close writes the rest and stops gathering.
func (l *LogWriter) Close() error {
	l.once.Do(func() {
		close(l.stop)
		<-l.ended
		l.err = errors.Join(l.err, l.Flush())
	})
	return l.err
}

func (l *LogWriter) run() {
	defer close(l.ended)
	tick := time.NewTicker(logFlushEvery)
	defer tick.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-tick.C:
		case <-l.wake:
		}
		_ = l.Flush() // a log that cannot be written must not stop the service
	}
}
