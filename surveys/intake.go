package surveys

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/code"
	"minping/internal/fault"
)

// Intake gathers concurrent ratings and stores them in batches: one writer (or a few),
// one transaction per batch, and every caller is answered only after COMMIT.
// So a rating is durable when acknowledged and the cost of a commit is shared.
type Intake struct {
	db      *sqlx.DB
	log     *slog.Logger
	limits  IntakeLimits
	queues  []chan *pending // one per writer
	turn    atomic.Uint32
	closing chan struct{}
	done    sync.WaitGroup
	once    sync.Once
	observe func(batch int, took time.Duration)
}

// IntakeLimits are the knobs of the intake; zero values take the defaults.
type IntakeLimits struct {
	Queue   int           // waiting ratings before 503 (4096)
	Batch   int           // ratings per transaction (256)
	Writers int           // concurrent transactions (1: two meet at the city's row, and halve the batch)
	Linger  time.Duration // how long a writer waits for company (0.2 ms)
	Retry   time.Duration // how long a batch is tried again while the database is away (8 s)

	// CoolDown is within what time a second rating of a unit by a device is a repeat, for
	// one received at an instant (10 minutes).
	CoolDown func(at time.Time) time.Duration
}

// ReceiptLength is the number of random symbols of a receipt: 31^11 of them.
const ReceiptLength = 11

// Stored is the answer to a rating.
type Stored struct {
	Receipt string
	Repeat  bool      // the same submission had been stored before
	form    uuid.UUID // tickets: the form that was stored
}

type pending struct {
	rating Rating
	answer chan outcome
}

type outcome struct {
	stored Stored
	err    error
}

func (l IntakeLimits) withDefaults() IntakeLimits {
	if l.Queue == 0 {
		l.Queue = 4096
	}
	if l.Batch == 0 {
		l.Batch = 256
	}
	if l.Writers == 0 {
		l.Writers = 1
	}
	if l.Linger == 0 {
		l.Linger = 200 * time.Microsecond
	}
	if l.Retry == 0 {
		l.Retry = 8 * time.Second
	}
	if l.CoolDown == nil {
		l.CoolDown = func(time.Time) time.Duration { return 10 * time.Minute }
	}
	return l
}

// NewIntake starts the writers. Close drains and stops them.
func NewIntake(db *sqlx.DB, log *slog.Logger, limits IntakeLimits) *Intake {
	limits = limits.withDefaults()
	in := &Intake{db: db, log: log, limits: limits,
		closing: make(chan struct{}), observe: func(int, time.Duration) {}}
	for range limits.Writers {
		queue := make(chan *pending, max(1, limits.Queue/limits.Writers))
		in.queues = append(in.queues, queue)
		in.done.Add(1)
		go in.write(queue)
	}
	return in
}

// Observe has f called after every stored batch, for metrics. Call it before the first Submit.
func (in *Intake) Observe(f func(batch int, took time.Duration)) { in.observe = f }

// Waiting tells how many ratings stand in the queue.
func (in *Intake) Waiting() int {
	n := 0
	for _, queue := range in.queues {
		n += len(queue)
	}
	return n
}

// queueOf gives the writer of a rating. What one device says of one unit always
// goes to the same writer, which sees repeats that come together.
func (in *Intake) queueOf(r Rating) chan *pending {
	n := in.turn.Add(1)
	if len(r.Device) >= 4 {
		n = binary.BigEndian.Uint32(r.Device) + uint32(r.Unit) // #nosec G115 -- any number will do
	}
	return in.queues[int(n%uint32(len(in.queues)))] // #nosec G115 -- a handful of writers
}

// Submit stores a rating durably and gives its receipt. A repeat of a
// submission id gives the first receipt and stores nothing. Busy when the queue
// is full, the intake is closing, or the database stays away.
func (in *Intake) Submit(ctx context.Context, r Rating) (Stored, error) {
	receipt, err := code.New(rand.Reader, ReceiptLength)
	if err != nil {
		return Stored{}, fmt.Errorf("make receipt: %w", err)
	}
	r.Receipt = receipt
	p := &pending{rating: r, answer: make(chan outcome, 1)}
	select {
	case <-in.closing:
		return Stored{}, busy(nil)
	default:
	}
	select {
	case in.queueOf(r) <- p:
	default:
		return Stored{}, busy(nil)
	}
	// A database that neither answers nor breaks the connection must not hold the rater.
	patience := time.NewTimer(in.limits.Retry + time.Second)
	defer patience.Stop()
	select {
	case <-patience.C:
		return Stored{}, busy(nil)
	case o := <-p.answer:
		return o.stored, o.err
	case <-ctx.Done():
		// It may still be stored; the sender repeats it under the same id and gets the first receipt.
		return Stored{}, busy(ctx.Err())
	}
}

// Close takes no more ratings, stores what is queued, and stops the writers or gives up with ctx.
func (in *Intake) Close(ctx context.Context) error {
	in.once.Do(func() { close(in.closing) })
	stopped := make(chan struct{})
	go func() { in.done.Wait(); close(stopped) }()
	select {
	case <-stopped:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("drain intake: %w", ctx.Err())
	}
}

func busy(cause error) *fault.Fault {
	f := fault.Wrap(fault.Busy, "fault.busy", cause)
	f.RetryAfter = 2 * time.Second
	return f
}

func (in *Intake) write(queue chan *pending) {
	defer in.done.Done()
	w := writer{in: in}
	defer w.reset()
	for {
		select {
		case p := <-queue:
			w.store(in.gather(queue, p))
		case <-in.closing:
			for {
				select {
				case p := <-queue:
					w.store(in.gather(queue, p))
				default:
					return
				}
			}
		}
	}
}

// gather takes what is queued and waits at most Linger for company.
func (in *Intake) gather(queue chan *pending, first *pending) []*pending {
	batch := append(make([]*pending, 0, 64), first)
	timer := time.NewTimer(in.limits.Linger)
	defer timer.Stop()
	for len(batch) < in.limits.Batch {
		select {
		case p := <-queue:
			batch = append(batch, p)
		case <-timer.C:
			return batch
		}
	}
	return batch
}

// unique drops repeats of one submission id inside a batch (the statement takes
// each id once) and marks a second rating of one device for one unit, which the
// statement cannot see because neither is stored yet.
func unique(batch []*pending) []Rating {
	type visit struct {
		device string
		unit   int64
	}
	seen := make(map[uuid.UUID]bool, len(batch))
	visits := make(map[visit]bool, len(batch))
	ratings := make([]Rating, 0, len(batch))
	for _, p := range batch {
		r := p.rating
		if seen[r.SubmissionID] {
			continue
		}
		seen[r.SubmissionID] = true
		if v := (visit{string(r.Device), r.Unit}); len(r.Device) > 0 {
			if visits[v] {
				r.Signals = append(slices.Clone(r.Signals), SignalRepeat)
			}
			visits[v] = true
		}
		ratings = append(ratings, r)
	}
	return ratings
}

var errLostReceipt = errors.New("a stored submission has no receipt")
