// Package jobs sets up River, the queue that lives in the same database: a job
// inserted in a transaction runs if and only if that transaction commits.
package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
)

// Runner works the queue on this node.
type Runner struct{ client *river.Client[*sql.Tx] }

// Periodic is a task that some node does at every interval and once at start.
// Name tells it apart in the queue; running it twice must do no harm.
type Periodic struct {
	Name  string
	Every time.Duration
	Do    func(context.Context) error
}

type periodicArgs struct {
	Name string `json:"name"`
}

// Kind names the job in River's tables.
func (periodicArgs) Kind() string { return "periodic" }

type periodicWorker struct {
	river.WorkerDefaults[periodicArgs]
	tasks map[string]Periodic
}

// Timeout lets a task take its time; what it may take it knows itself.
func (w *periodicWorker) Timeout(*river.Job[periodicArgs]) time.Duration { return time.Hour }

// Work runs the named task.
func (w *periodicWorker) Work(ctx context.Context, job *river.Job[periodicArgs]) error {
	task, ok := w.tasks[job.Args.Name]
	if !ok {
		return river.JobCancel(fmt.Errorf("no periodic task %q in this program", job.Args.Name))
	}
	return task.Do(ctx)
}

// Start begins to work the queue. It polls: the driver over database/sql has no notifications.
func Start(ctx context.Context, db *sqlx.DB, log *slog.Logger, tasks []Periodic, once ...Task) (*Runner, error) {
	worker := &periodicWorker{tasks: map[string]Periodic{}}
	var schedule []*river.PeriodicJob
	for _, t := range tasks {
		worker.tasks[t.Name] = t
		schedule = append(schedule, river.NewPeriodicJob(river.PeriodicInterval(t.Every),
			func() (river.JobArgs, *river.InsertOpts) {
				return periodicArgs{Name: t.Name}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: t.Every}}
			}, &river.PeriodicJobOpts{RunOnStart: true}))
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, worker)
	oneOff := &taskWorker{tasks: map[string]Task{}}
	for _, t := range once {
		oneOff.tasks[t.Name] = t
	}
	river.AddWorker(workers, oneOff)
	client, err := river.NewClient(riverdatabasesql.New(db.DB), &river.Config{
		Logger: log, PollOnly: true, FetchPollInterval: 2 * time.Second, PeriodicJobs: schedule, Workers: workers,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
	})
	if err != nil {
		return nil, fmt.Errorf("set up jobs: %w", err)
	}
	if err := client.Start(ctx); err != nil {
		return nil, fmt.Errorf("start jobs: %w", err)
	}
	return &Runner{client: client}, nil
}

// Stop breaks running jobs off and waits until they have ended or ctx has: each
// works in transactions and goes on where it stopped when it runs again.
func (r *Runner) Stop(ctx context.Context) error { return r.client.StopAndCancel(ctx) }
