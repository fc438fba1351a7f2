package citizen

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/surveys"
)

// rate answers GET /r/{code}.
func (h *Handler) rate(c echo.Context) error { return h.open(c, faceOf(c.Request())) }

// kiosk answers GET /k/{code}: the same form for a screen that many people share.
func (h *Handler) kiosk(c echo.Context) error {
	if asked, err := toWriting(c); asked {
		return err
	}
	return h.open(c, kioskFace(c.Request()))
}

// kioskFace: a shared screen has neither a size nor a memory of its last visitor.
func kioskFace(r *http.Request) face {
	f := faceOf(r)
	f.kiosk, f.elder = true, false
	return f
}

func (h *Handler) open(c echo.Context, f face) error {
	e, err := h.surveys.Resolve(c.Request().Context(), c.Param("code"))
	if err != nil {
		return err
	}
	if e.State != surveys.StateOpen {
		return h.showState(c, e, f)
	}
	id, err := newSubmission(h.now())
	if err != nil {
		return err
	}
	s, err := h.sheet(c, e.Version, lotOf(id), f)
	if err != nil {
		return err
	}
	if !f.kiosk {
		if err := h.devices.mark(c, h.secure); err != nil {
			return err
		}
	}
	return h.send(c, http.StatusOK, s, &filling{texts: h.texts, lang: f.lang, unit: e.Unit, id: id.String()})
}

// newSubmission makes a UUIDv7 (RFC 9562, 5.7): its time tells when the form was printed.
func newSubmission(now time.Time) (uuid.UUID, error) {
	var id uuid.UUID
	if _, err := rand.Read(id[6:]); err != nil {
		return id, fmt.Errorf("make submission id: %w", err)
	}
	ms := uint64(now.UnixMilli())
	binary.BigEndian.PutUint32(id[0:], uint32(ms>>16))
	binary.BigEndian.PutUint16(id[4:], uint16(ms))
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id, nil
}

// lotOf draws the variant from the submission id, so that a form that comes
// back is shown with the questions it was printed with.
func lotOf(id uuid.UUID) uint32 { return binary.BigEndian.Uint32(id[12:]) }

// send writes a sheet with its length, so that a cut connection shows.
func (h *Handler) send(c echo.Context, status int, s *sheet, f *filling) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer buffers.Put(b)
	s.write(b, f)
	head(c, b.Len(), s.policy)
	res := c.Response()
	res.WriteHeader(status)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err := res.Write(b.Bytes())
	return err
}

var (
	htmlType     = []string{"text/html; charset=utf-8"}
	noStoreValue = []string{"no-store"}
)

// head sets what every page of this package answers with.
func head(c echo.Context, length int, policy []string) {
	header := c.Response().Header()
	header["Content-Type"] = htmlType
	header["Cache-Control"] = noStoreValue
	header["Content-Security-Policy"] = policy
	header["Content-Length"] = []string{strconv.Itoa(length)}
}
