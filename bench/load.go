package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// operation is one connection's work, done again and again: a rating, a page, a visit.
type operation interface {
	do() error
	close()
}

// errBusy is the program's own refusal under load (503): not an acknowledgement, not a fault.
var errBusy = errors.New("busy")

// load is what one round puts on a target.
type load struct {
	conns    int
	warm     time.Duration
	measured time.Duration
	open     func(worker int) (operation, error)
	pid      int // of the program; 0 where the database alone is driven
	database int // pid of the postmaster
}

// sample is one round's outcome.
type sample struct {
	acknowledged int // all of them, warm-up included
	busy, faults int
	rate         float64 // operations a second while measured
	p50, p95     float64 // ms
	p99, worst   float64
	cpu          spent
	n            int
}

const (
	phaseWarm = iota
	phaseMeasured
	phaseOver
)

// maxFaults of one connection end its work: something is broken, not slow.
const maxFaults = 20

type worker struct {
	times        histogram
	acknowledged int
	busy, faults int
	fault        error
}

// drive keeps every connection busy for the warm-up and the measured time, and
// lets each finish what it began.
func drive(ctx context.Context, l load) (sample, error) {
	ops := make([]operation, 0, l.conns)
	defer func() {
		for _, op := range ops {
			op.close()
		}
	}()
	for i := range l.conns {
		op, err := l.open(i)
		if err != nil {
			return sample{}, fmt.Errorf("open connection %d: %w", i, err)
		}
		ops = append(ops, op)
	}
	var phase atomic.Int32
	var all sync.WaitGroup
	workers := make([]worker, l.conns)
	for i, op := range ops {
		all.Go(func() { workers[i].work(op, &phase) })
	}
	wait(ctx, l.warm)
	before, began := spending(l.pid, l.database), time.Now()
	phase.Store(phaseMeasured)
	wait(ctx, l.measured)
	took := time.Since(began)
	phase.Store(phaseOver)
	cpu := spending(l.pid, l.database).since(before)
	all.Wait()
	s, err := gather(workers)
	s.cpu, s.rate = cpu, float64(s.n)/took.Seconds()
	return s, errors.Join(err, ctx.Err())
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func (w *worker) work(op operation, phase *atomic.Int32) {
	for phase.Load() != phaseOver && w.faults < maxFaults {
		began := time.Now()
		err := op.do()
		switch {
		case errors.Is(err, errBusy):
			w.busy++
			continue
		case err != nil:
			w.faults++
			w.fault = err
			continue
		}
		w.acknowledged++
		if phase.Load() == phaseMeasured {
			w.times.add(time.Since(began))
		}
	}
}

func gather(workers []worker) (sample, error) {
	var s sample
	var times histogram
	var fault error
	for i := range workers {
		w := &workers[i]
		times.merge(&w.times)
		s.acknowledged += w.acknowledged
		s.busy += w.busy
		s.faults += w.faults
		if w.fault != nil {
			fault = w.fault
		}
	}
	s.n = int(times.n)
	s.p50, s.p95, s.p99, s.worst = times.ms(0.50), times.ms(0.95), times.ms(0.99), times.ms(0.99999)
	if s.n == 0 || s.faults > s.acknowledged/100 {
		return s, fmt.Errorf("%d done, %d failed: %w", s.acknowledged, s.faults, fault)
	}
	return s, nil
}
