package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
)

// Task is what is done once for each thing that was put into the queue under
// its name. It may be done again after a crash, so doing it twice must do no harm.
type Task struct {
	Name string
	Do   func(ctx context.Context, id string) error
}

// tries is how often a task is begun; waits are the times between.
const tries = 5

var waits = [tries]time.Duration{2 * time.Second, 8 * time.Second, 30 * time.Second, time.Minute, time.Minute}

type taskArgs struct {
	Name string `json:"name"`
	ID   string `json:"id"` // of a row; never a citizen's data: the queue keeps it for days
}

// Kind names the job in River's tables.
func (taskArgs) Kind() string { return "task" }

type taskWorker struct {
	river.WorkerDefaults[taskArgs]
	tasks map[string]Task
}

// Work does the named task.
func (w *taskWorker) Work(ctx context.Context, job *river.Job[taskArgs]) error {
	task, ok := w.tasks[job.Args.Name]
	if !ok {
		return river.JobCancel(fmt.Errorf("no task %q in this program", job.Args.Name))
	}
	return task.Do(ctx, job.Args.ID)
}

// NextRetry waits longer each time.
func (*taskWorker) NextRetry(job *river.Job[taskArgs]) time.Time {
	return time.Now().Add(waits[min(max(job.Attempt, 1), tries)-1])
}

// Queue takes tasks.
type Queue struct{ client *river.Client[*sql.Tx] }

// NewQueue makes a queue that only takes; Start works it.
func NewQueue(db *sqlx.DB) (*Queue, error) {
	client, err := river.NewClient(riverdatabasesql.New(db.DB), &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("set up queue: %w", err)
	}
	return &Queue{client}, nil
}

// Put makes a task be done for a thing once the transaction has committed.
func (q *Queue) Put(ctx context.Context, tx *sqlx.Tx, name, id string) error {
	if _, err := q.client.InsertTx(ctx, tx.Tx, taskArgs{name, id}, &river.InsertOpts{MaxAttempts: tries}); err != nil {
		return fmt.Errorf("queue %s: %w", name, err)
	}
	return nil
}
