package web

import (
	"net/http"
	"time"
)

// NewServer gives the HTTP server with the limits every listener has. Who sends
// his headers drop by drop is cut off after ten seconds, his body after a minute.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      120 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    32 << 10,
	}
}
