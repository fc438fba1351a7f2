package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

func TestCollectDevices(t *testing.T) {
	t.Parallel()
	var given atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.Cookies()) > 0 {
			t.Errorf("a page is asked for with %v", r.Cookies())
		}
		http.SetCookie(w, &http.Cookie{Name: "mp_device", Value: fmt.Sprintf("%022d", given.Add(1)), Path: "/"})
		_, _ = w.Write([]byte("page"))
	}))
	defer server.Close()
	const n = 101 // not a multiple of the connections
	d, err := collectDevices(t.Context(), server.Listener.Addr().String(), []string{"abcdefgh9", "abcdefgh8"}, n)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for range 2 * n {
		seen[d.next()]++
	}
	for value, times := range seen {
		if len(value) != 22 || times != 2 {
			t.Errorf("%q is used %d times in two turns", value, times)
		}
	}
	if len(seen) != n {
		t.Errorf("%d devices, want %d", len(seen), n)
	}
}

func TestPageWithoutCookieIsNoDevice(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("page")) }))
	defer server.Close()
	if _, err := collectDevices(t.Context(), server.Listener.Addr().String(), []string{"abcdefgh9"}, collectors); err == nil {
		t.Error("pages that set no cookie are taken for devices")
	}
}
