package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/fault"
)

// Forms that carry photos and documents. Their files go to the disk as they come, in
// files that have no name any more when the first byte is in them: however the
// program ends, nothing readable is left behind.

// LimitAttach lets the route with this pattern take forms with files of up to n
// bytes in all, over lines that need minutes for them; other bodies keep their limit.
func (s *Site) LimitAttach(pattern string, n int64) { s.attach[pattern] = n }

const (
	patience   = 30 * time.Second // between two pieces of a body
	longest    = 15 * time.Minute // for all of it
	answerTime = 10 * time.Minute // for the answer then: pictures are looked at one by one
)

func isMultipart(r *http.Request) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	return kind == echo.MIMEMultipartForm
}

// patient reads a body whose sender has a slow line: the time for it runs out where
// nothing comes, and not where little does.
type patient struct {
	io.ReadCloser
	control *http.ResponseController
	left    int64 // of the length that was announced
	end     time.Time
	asked   time.Time
}

func newPatient(c echo.Context, body io.ReadCloser) *patient {
	p := &patient{ReadCloser: body, control: http.NewResponseController(c.Response()), left: c.Request().ContentLength, end: time.Now().Add(longest)}
	p.extend()
	return p
}

func (p *patient) extend() {
	now := time.Now()
	if now.Sub(p.asked) < time.Second {
		return
	}
	p.asked = now
	until := now.Add(patience)
	if until.After(p.end) {
		until = p.end
	}
	_ = p.control.SetReadDeadline(until) // not every writer has deadlines; the server's has
	_ = p.control.SetWriteDeadline(until.Add(answerTime))
}

func (p *patient) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if p.left -= int64(n); p.left == 0 || errors.Is(err, io.EOF) {
		_ = p.control.SetReadDeadline(time.Now().Add(answerTime)) // a deadline that passes while the answer is made would break it off
		return n, err
	}
	p.extend()
	return n, err
}

// Piece is one file of a form.
type Piece struct {
	Name string // as its sender says
	File *os.File
	Size int64 // how long it was, also where it is not kept
}

// AttachForm is a posted form that may carry files. Close it.
type AttachForm struct {
	Values url.Values
	Files  []Piece
	Over   int   // files beyond the most, which were not kept
	Err    error // the body broke a limit: the fields before that are here
}

// Close lets go of the files.
func (f *AttachForm) Close() {
	for _, p := range f.Files {
		if p.File != nil {
			_ = p.File.Close()
		}
	}
}

// AttachLimits of a form.
type AttachLimits struct {
	Text  int64  // bytes of all fields
	File  int64  // bytes of a file; a longer one is not kept, and its Size says so
	Files int    // how many
	Dir   string // where files lie meanwhile; "": the system's place
}

// ReadAttachForm reads a multipart form as it comes in. TooLarge where its texts are
// more than a form's; Invalid where it breaks off. Where the whole is too large, Err tells so and the fields that came before are there.
func ReadAttachForm(c echo.Context, l AttachLimits) (form *AttachForm, err error) {
	form = &AttachForm{Values: url.Values{}}
	defer func() {
		if err != nil {
			form.Close()
		}
	}()
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return form, fault.Wrap(fault.Invalid, "fault.body.unreadable", err)
	}
	left := l.Text
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err == nil {
			err = form.take(part, &left, l)
		}
		if n, large := tooLarge(err); large {
			form.Err = fault.Wrap(fault.TooLarge, "attach.all_large", err).With("MB", n>>20)
			return form, nil
		}
		if err != nil {
			if _, ok := fault.As(err); !ok && !isDisk(err) {
				err = fault.Wrap(fault.Invalid, "fault.body.unreadable", err)
			}
			return form, err
		}
	}
}

// errDisk is trouble of ours, not of the sender.
var errDisk = errors.New("keep upload")

func isDisk(err error) bool { return errors.Is(err, errDisk) }

func (f *AttachForm) take(part *multipart.Part, left *int64, l AttachLimits) error {
	name := part.FormName()
	_, params, _ := mime.ParseMediaType(part.Header.Get(echo.HeaderContentDisposition))
	if _, isFile := params["filename"]; !isFile {
		text, err := io.ReadAll(io.LimitReader(part, *left+1))
		if *left -= int64(len(text)); err == nil && *left < 0 {
			err = fault.New(fault.TooLarge, "fault.body.large").With("KB", l.Text>>10)
		}
		f.Values.Add(name, string(text))
		return err
	}
	typed := params["filename"]
	if typed == "" { // a file field that was left empty
		_, err := io.Copy(io.Discard, part)
		return err
	}
	if len(f.Files) >= l.Files {
		f.Over++
		_, err := io.Copy(io.Discard, part)
		return err
	}
	return f.keep(part, Piece{Name: strings.ToValidUTF8(typed, "")}, l)
}

// keep writes a file to the disk; the rest of one that is too long is read and dropped,
// so that the form can be answered.
func (f *AttachForm) keep(part io.Reader, p Piece, l AttachLimits) error {
	file, err := os.CreateTemp(l.Dir, "upload-*")
	if err != nil {
		return noRoom(err)
	}
	p.File = file
	f.Files = append(f.Files, p)
	now := &f.Files[len(f.Files)-1]
	if err := os.Remove(file.Name()); err != nil {
		return noRoom(err)
	}
	w := &diskWriter{file: file}
	if now.Size, err = io.Copy(w, io.LimitReader(part, l.File+1)); err != nil {
		if w.err != nil {
			return noRoom(w.err)
		}
		return err
	}
	rest, err := io.Copy(io.Discard, part)
	now.Size += rest
	return err
}

// diskWriter remembers whether it was the disk that failed, and not the line.
type diskWriter struct {
	file *os.File
	err  error
}

func (w *diskWriter) Write(b []byte) (int, error) {
	n, err := w.file.Write(b)
	w.err = err
	return n, err
}

func noRoom(err error) error {
	if isFull(err) {
		f := fault.Wrap(fault.Busy, "attach.full", err)
		f.RetryAfter = 10 * time.Minute
		return f
	}
	return fmt.Errorf("%w: %w", errDisk, err)
}
func isFull(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }
