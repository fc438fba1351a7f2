package sso

import (
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// What the provider may send. Its documents are some kilobytes.
const (
	bodyLimit   = 1 << 20
	headerLimit = 64 << 10
)

var (
	errRedirect = errors.New("the provider answers with a redirect, which is not followed")
	errTooLong  = errors.New("the provider's answer is too long")
)

// newClient makes what speaks to the provider. Its addresses are configured or come
// from its own discovery document: a redirect would lead the client's secret or a
// code elsewhere, so none is followed. Time and size are bounded at every step.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect },
		Transport: limited{&http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: patience / 2, KeepAlive: 30 * time.Second}).DialContext,
			ForceAttemptHTTP2:      true,
			TLSHandshakeTimeout:    patience / 2,
			ResponseHeaderTimeout:  patience,
			MaxResponseHeaderBytes: headerLimit,
			MaxIdleConnsPerHost:    4,
			IdleConnTimeout:        time.Minute,
		}},
	}
}

// limited bounds the bodies of answers.
type limited struct{ http.RoundTripper }

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := l.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = &shortBody{ReadCloser: answer.Body, left: bodyLimit}
	}
	return answer, err
}

type shortBody struct {
	io.ReadCloser
	left int
}

func (b *shortBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
