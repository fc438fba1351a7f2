package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"minping/server/live"
	"minping/server/web"
)

const (
	wallBeat  = 15 * time.Second // something is sent at least so often
	wallPatch = 10 * time.Second // who takes longer to read is cut off
	wallLife  = 10 * time.Minute // then the browser comes back and its rights are looked at anew
)

// wallStream sends the monitor into an open page whenever it changes: "wall" with
// the page's body and its number, "at" with the time of the figures, "bye" when the session is over.
func (h *Handler) wallStream(c echo.Context) error {
	s, err := openStream(c)
	if err != nil {
		return err
	}
	entry, by := h.site.EntryOf(c), web.ActorOf(c)
	shell := h.wallShell(c)
	watcher := h.watch.Watch(wallKey(shell.Lang, by), live.Holder{Account: entry.Account, Session: entry.Session, Stamp: entry.Stamp},
		func(ctx context.Context) (live.Picture, error) {
			p := shell
			if err := h.fillWall(ctx, by, &p); err != nil {
				return live.Picture{}, err
			}
			return h.wallPicture(p)
		})
	defer watcher.Leave()
	have := c.Request().Header.Get("Last-Event-ID")
	if have == "" {
		have = c.QueryParam("have")
	}
	beat, life := time.NewTicker(wallBeat), time.NewTimer(wallLife)
	defer beat.Stop()
	defer life.Stop()
	for {
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-life.C:
			return nil
		case <-watcher.Gone():
			if watcher.Over() {
				_ = s.send("bye", "", nil)
			}
			return nil
		case <-beat.C:
			err = s.comment()
		case p := <-watcher.Pictures():
			if p.ID != have {
				err, have = s.send("wall", p.ID, p.Data), p.ID
			}
			if err == nil {
				err = s.send("at", "", []byte(shell.Clock(p.At)))
			}
		}
		if err != nil {
			return nil
		}
	}
}

// stream writes server-sent events.
type stream struct {
	to   http.ResponseWriter
	ctrl *http.ResponseController
}

// openStream begins the answer and lifts the limits that an ordinary one has.
func openStream(c echo.Context) (*stream, error) {
	s := &stream{to: c.Response(), ctrl: http.NewResponseController(c.Response())}
	if err := s.ctrl.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, fmt.Errorf("open stream: %w", err)
	}
	head := c.Response().Header()
	head.Set(echo.HeaderContentType, "text/event-stream; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no") // nginx would wait for more
	c.Response().WriteHeader(http.StatusOK)
	return s, s.write([]byte("retry: 3000\n\n"))
}

func (s *stream) comment() error { return s.write([]byte(": still here\n\n")) }

func (s *stream) send(event, id string, data []byte) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "event: %s\n", event)
	if id != "" {
		fmt.Fprintf(&out, "id: %s\n", id)
	}
	for line := range bytes.Lines(data) {
		fmt.Fprintf(&out, "data: %s\n", bytes.TrimRight(line, "\r\n"))
	}
	if len(data) == 0 {
		out.WriteString("data:\n")
	}
	out.WriteByte('\n')
	return s.write(out.Bytes())
}

func (s *stream) write(data []byte) error {
	if err := s.ctrl.SetWriteDeadline(time.Now().Add(wallPatch)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := s.to.Write(data); err != nil {
		return err
	}
	return s.ctrl.Flush()
}
