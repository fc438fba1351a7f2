package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
)

// deviceCount is how many citizens have a browser of their own. The program signs
// the cookies it gives out and takes others for none, so each is asked for.
const deviceCount = 60_000

const collectors = 8 // connections that ask for cookies

// devices are cookies that the program gave. They are used in turn, so that each
// serves again only when all others have, in a round of some seconds hardly twice.
type devices struct {
	values []string
	used   atomic.Uint64
}

func (d *devices) next() string { return d.values[d.used.Add(1)%uint64(len(d.values))] }

// collectDevices opens the rating page without a cookie, n times.
func collectDevices(ctx context.Context, addr string, codes []string, n int) (*devices, error) {
	d := &devices{values: make([]string, n)}
	failed := make([]error, collectors)
	var all sync.WaitGroup
	for i := range collectors {
		all.Go(func() {
			share := d.values[i*n/collectors : (i+1)*n/collectors]
			failed[i] = collect(ctx, &line{target: addr}, pageShapes(addr, codes, false)[i%len(codes)], share)
		})
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		return nil, fmt.Errorf("collect device cookies: %w", err)
	}
	return d, nil
}

func collect(ctx context.Context, l *line, page shape, into []string) error {
	defer l.close()
	for i := range into {
		l.device = l.device[:0]
		status, err := l.ask(page.bytes)
		if err == nil && (status != http.StatusOK || len(l.device) != len(noDevice)) {
			err = fmt.Errorf("answered %d with the device cookie %q", status, l.device)
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		into[i] = string(l.device)
	}
	return nil
}
