package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// replaceNumbers puts numbers in the places $1 and $2 of a statement.
func replaceNumbers(q string, one, two int) string {
	return strings.NewReplacer("$1::bigint", strconv.Itoa(one)+"::bigint", "$2::int", strconv.Itoa(two)+"::int").Replace(q)
}

// question is one kind of question about indices, asked about several periods.
type question struct {
	name    string
	level   string
	periods []string
	counts  bool // towards the target
}

const asked = 40

func questions(today time.Time) []question {
	last := today.AddDate(0, -1, 0)
	var months, years, spans []string
	for i := range 12 {
		months = append(months, last.AddDate(0, -i, 1-last.Day()).Format("2006-01"))
	}
	for i := range 2 {
		years = append(years, today.AddDate(-i, 0, 0).Format("2006"))
	}
	for i := range 10 { // two years whose first and last month are cut
		spans = append(spans, today.AddDate(-2, 0, 3+i).Format(time.DateOnly)+".."+today.AddDate(0, 0, -2-i).Format(time.DateOnly))
	}
	return []question{
		{"city_year", "city", years, true},
		{"city_two_years_with_edges", "city", spans, true},
		{"offices_month", "office", months, true},
		{"offices_year", "office", years, true},
		{"offices_two_years_with_edges", "office", spans, false},
		{"windows_month", "window", months, false},
		{"windows_year", "window", years, false},
	}
}

// measureIndices times the figures of a large city over HTTP, one question after another.
func measureIndices(ctx context.Context, s *stage, r *report) error {
	if !s.wants("indices") {
		return nil
	}
	if err := s.acquire(ctx); err != nil {
		return err
	}
	db, err := s.database(ctx, "city", 4)
	if err != nil {
		return err
	}
	if err := buildCity(ctx, s, db, r); err != nil {
		return err
	}
	url := "MINPING_DATABASE_URL=" + s.cluster.DSN("city")
	serve, err := s.serve(ctx, url, "MINPING_VAULT_KEYS=bench:00112233445566778899aabbccddeeff") // keeps nothing
	if err != nil {
		return err
	}
	var pooled histogram
	for _, q := range questions(time.Now()) {
		key, err := s.key(ctx, url, q.name) // free ranges are not public, and one key has a limit of its own
		if err != nil {
			return err
		}
		h, err := q.ask(ctx, serve.addr, key)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		r.set(q.name+"_p50_ms", h.ms(0.50))
		r.set(q.name+"_p95_ms", h.ms(0.95))
		r.note("indices %-30s p50 %7.2f ms   p95 %7.2f ms", q.name, h.ms(0.50), h.ms(0.95))
		if q.counts {
			pooled.merge(h)
		}
	}
	r.set("indices_city_and_offices_p95_ms", pooled.ms(0.95))
	r.atMost("indices of the city and its offices, p95 over these questions (ms)", pooled.ms(0.95), 50)
	_, peak := memory(serve.cmd.Process.Pid)
	r.set("indices_memory_peak_mb", peak)
	return serve.stop()
}

// ask asks every period once to warm up and then again and again.
func (q question) ask(ctx context.Context, addr, key string) (*histogram, error) {
	var h histogram
	for i := range len(q.periods) + asked {
		address := "http://" + addr + "/api/v1/indices?level=" + q.level + "&period=" + q.periods[i%len(q.periods)]
		began := time.Now()
		if err := fetch(ctx, address, key); err != nil {
			return nil, err
		}
		if i >= len(q.periods) {
			h.add(time.Since(began))
		}
	}
	return &h, nil
}

// fetch reads a whole answer.
func fetch(ctx context.Context, address, key string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	if res.StatusCode != http.StatusOK {
		err = errors.Join(err, fmt.Errorf("%s answered %s", address, res.Status))
	}
	return errors.Join(err, res.Body.Close())
}

// key has the program make an API key for the city's database.
func (s *stage) key(ctx context.Context, url, name string) (string, error) {
	cmd := exec.CommandContext(ctx, s.binary, "apikey", "create", "bench "+name)
	cmd.Env = append(cleanEnv(), "MINPING_DATA_DIR="+s.data(), url)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("make an API key: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}
