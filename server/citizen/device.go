package citizen

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"

	"github.com/emmansun/gmsm/sm4"
	"github.com/labstack/echo/v4"

	"minping/server/web"
)

const deviceCookie = "mp_device"

// devices makes the random values by which a second rating of the same place by
// the same browser is noticed, and by which a browser has a limit of its own. A
// value is one enciphered block: ten random bytes and six zeros. So a program
// cannot invent browsers; it must fetch a page for each.
type devices struct {
	block cipher.Block
	name  string // of the cookie
}

const (
	deviceRandom = 10
	deviceLength = 22 // of 16 bytes in base64
)

func newDevices(key []byte, secure bool) (*devices, error) {
	if len(key) < sm4.BlockSize {
		return nil, fmt.Errorf("device cookies: the key has %d bytes, wanted %d", len(key), sm4.BlockSize)
	}
	block, err := sm4.NewCipher(key[:sm4.BlockSize])
	if err != nil {
		return nil, fmt.Errorf("device cookies: %w", err)
	}
	return &devices{block, web.HostOnly(deviceCookie, secure)}, nil
}

func (d *devices) mint() (string, error) {
	var b [sm4.BlockSize]byte
	if _, err := rand.Read(b[:deviceRandom]); err != nil {
		return "", fmt.Errorf("make device cookie: %w", err)
	}
	d.block.Encrypt(b[:], b[:])
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// valid tells a value of ours; anything else is as good as none.
func (d *devices) valid(value string) bool {
	if len(value) != deviceLength {
		return false
	}
	var b [sm4.BlockSize]byte
	if _, err := base64.RawURLEncoding.Strict().Decode(b[:], []byte(value)); err != nil {
		return false
	}
	d.block.Decrypt(b[:], b[:])
	return [sm4.BlockSize - deviceRandom]byte(b[deviceRandom:]) == [sm4.BlockSize - deviceRandom]byte{}
}

// of gives the value a request carries, or "".
func (d *devices) of(r *http.Request) string {
	if value := cookie(cookieHeader(r), d.name); d.valid(value) {
		return value
	}
	return ""
}

// mark gives a browser its value where it has none.
func (d *devices) mark(c echo.Context, secure bool) error {
	if d.of(c.Request()) != "" {
		return nil
	}
	value, err := d.mint()
	if err != nil {
		return err
	}
	line := d.name + "=" + value + "; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax"
	if secure {
		line += "; Secure"
	}
	header := c.Response().Header()
	header["Set-Cookie"] = append(header["Set-Cookie"], line)
	return nil
}
