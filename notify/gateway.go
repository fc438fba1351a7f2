package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

// Gateway is where short messages are handed in. The zero Gateway is none.
type Gateway struct {
	URL    string
	Secret []byte // of the signature
	Digest string // sm3 or sha256
}

const gatewayTimeout = 5 * time.Second

type posted struct {
	ID    string `json:"id"`
	Phone string `json:"phone"`
	Text  string `json:"text"`
}

// client follows no redirect: a number goes to the gateway and nowhere else.
func client() *http.Client {
	return &http.Client{Timeout: gatewayTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Sign gives the signature of a body at a time, as the header carries it.
func (g Gateway) Sign(timestamp string, body []byte) string {
	digest, name := sm3.New, "sm3"
	if g.Digest == "sha256" {
		digest, name = sha256.New, "sha256"
	}
	mac := hmac.New(digest, g.Secret)
	mac.Write([]byte(timestamp + "\n"))
	mac.Write(body)
	return name + "=" + hex.EncodeToString(mac.Sum(nil))
}

// post hands one message in and gives the answer's status; 0 where there was
// none. Its errors tell nothing of the message, nor of the address, which may hold a password.
func (g Gateway) post(ctx context.Context, via *http.Client, now time.Time, m posted) (int, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return 0, errors.New("notify: encode message")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, bytes.NewReader(body))
	if err != nil {
		return 0, errors.New("notify: the gateway's address is no address")
	}
	timestamp := strconv.FormatInt(now.Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Minping-Timestamp", timestamp)
	r.Header.Set("X-Minping-Signature", g.Sign(timestamp, body))
	answer, err := via.Do(r)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return 0, fmt.Errorf("notify: the gateway is not reached: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // so that the connection is used again
	if answer.StatusCode/100 != 2 {
		return answer.StatusCode, fmt.Errorf("notify: the gateway answered %d", answer.StatusCode)
	}
	return answer.StatusCode, nil
}

// final tells a refusal that trying again will not change.
func final(status int) bool {
	return status/100 == 3 || status/100 == 4 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests
}
