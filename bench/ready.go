package main

import (
	"context"
	"fmt"
	"time"
)

// measureReady times how long the program takes from its start to its first
// "ready" on data that exist: with PostgreSQL to be started too, and beside one
// that runs.
func measureReady(ctx context.Context, s *stage, r *report) error {
	if !s.wants("ready") {
		return nil
	}
	if err := s.acquire(ctx); err != nil {
		return err
	}
	if _, err := s.database(ctx, "minping", 2); err != nil {
		return err
	}
	joined, err := s.startOften(ctx)
	if err != nil {
		return err
	}
	if err := s.release(); err != nil {
		return err
	}
	alone, err := s.startOften(ctx)
	if err != nil {
		return err
	}
	r.set("ready_seconds", alone)
	r.set("ready_seconds_database_running", joined)
	r.note("ready after %.3f s with its PostgreSQL to start, %.3f s beside a running one", alone, joined)
	r.atMost("ready on an existing database, PostgreSQL's start included (s)", alone, 1)
	return nil
}

func (s *stage) startOften(ctx context.Context) (float64, error) {
	var took []float64
	for range 5 {
		began := time.Now()
		c, err := s.serve(ctx)
		if err != nil {
			return 0, err
		}
		took = append(took, time.Since(began).Seconds())
		say("ready after %.3f s", took[len(took)-1])
		if err := c.stop(); err != nil {
			return 0, fmt.Errorf("stop the program: %w", err)
		}
	}
	return median(took), nil
}
