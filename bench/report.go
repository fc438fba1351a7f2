package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// figures of one series: medians over its rounds. Processor time is per
// operation, in microseconds.
type figures struct {
	Name         string  `json:"name"`
	Connections  int     `json:"connections"`
	Rounds       int     `json:"rounds"`
	Rate         float64 `json:"per_second"`
	P50          float64 `json:"p50_ms"`
	P95          float64 `json:"p95_ms"`
	P99          float64 `json:"p99_ms"`
	Worst        float64 `json:"max_ms"`
	ProgramCPU   float64 `json:"program_cpu_us"`
	DatabaseCPU  float64 `json:"database_cpu_us"`
	GeneratorCPU float64 `json:"generator_cpu_us"`
	Busy         int     `json:"busy"`
	Faults       int     `json:"faults"`
}

func summarize(name string, conns int, rounds []sample) figures {
	of := func(f func(sample) float64) float64 {
		var all []float64
		for _, s := range rounds {
			all = append(all, f(s))
		}
		return median(all)
	}
	each := func(f func(spent) time.Duration) float64 {
		return of(func(s sample) float64 { return ratio(float64(f(s.cpu).Microseconds()), float64(s.n)) })
	}
	g := figures{Name: name, Connections: conns, Rounds: len(rounds),
		Rate: of(func(s sample) float64 { return s.rate }), P50: of(func(s sample) float64 { return s.p50 }),
		P95: of(func(s sample) float64 { return s.p95 }), P99: of(func(s sample) float64 { return s.p99 }),
		Worst:      of(func(s sample) float64 { return s.worst }),
		ProgramCPU: each(func(s spent) time.Duration { return s.program }), DatabaseCPU: each(func(s spent) time.Duration { return s.database }),
		GeneratorCPU: each(func(s spent) time.Duration { return s.generator })}
	for _, s := range rounds {
		g.Busy += s.busy
		g.Faults += s.faults
	}
	return g
}

func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// target is one figure that was promised.
type target struct {
	Name    string  `json:"name"`
	Got     float64 `json:"got"`
	Want    string  `json:"want"`
	Reached bool    `json:"reached"`
}

// report gathers what was measured.
type report struct {
	series  []figures
	targets []target
	values  map[string]float64
	notes   []string
}

func newReport() *report { return &report{values: map[string]float64{}} }

func (r *report) set(name string, v float64) { r.values[name] = math.Round(v*1000) / 1000 }
func (r *report) note(f string, a ...any)    { r.notes = append(r.notes, fmt.Sprintf(f, a...)) }

// against compares two series: by their rates, and by the processor time that an
// operation takes of all three processes together, which other work on the
// machine disturbs less.
func (r *report) against(name string, a, b figures) {
	cpu := ratio(b.cpu(), a.cpu())
	r.set(name, ratio(a.Rate, b.Rate))
	r.set(name+"_by_cpu", cpu)
	r.note("%-22s %5.2f by rate, %5.2f by processor time", name, ratio(a.Rate, b.Rate), cpu)
}

func (f figures) cpu() float64 { return f.ProgramCPU + f.DatabaseCPU + f.GeneratorCPU }

func (r *report) atLeast(name string, got, want float64) {
	r.targets = append(r.targets, target{name, got, fmt.Sprintf("≥ %g", want), got >= want})
}

func (r *report) atMost(name string, got, want float64) {
	r.targets = append(r.targets, target{name, got, fmt.Sprintf("≤ %g", want), got <= want})
}

func (r *report) is(name string, ok bool) {
	got := 0.0
	if ok {
		got = 1
	}
	r.targets = append(r.targets, target{name, got, "yes", ok})
}

func (r *report) missed() bool {
	return slices.ContainsFunc(r.targets, func(t target) bool { return !t.Reached })
}

func (r *report) print(w io.Writer) {
	p := func(f string, a ...any) { _, _ = fmt.Fprintf(w, f+"\n", a...) }
	p("%-16s %5s %9s %8s %8s %8s %8s | %s", "series", "conns", "per s", "p50 ms", "p95 ms", "p99 ms", "max ms", "CPU µs each: program, database, generator")
	for _, f := range r.series {
		p("%-16s %5d %9.0f %8.2f %8.2f %8.2f %8.2f | %7.0f %7.0f %7.0f", f.Name, f.Connections, f.Rate, f.P50, f.P95, f.P99, f.Worst,
			f.ProgramCPU, f.DatabaseCPU, f.GeneratorCPU)
	}
	p("")
	for _, n := range r.notes {
		p("%s", n)
	}
	p("")
	for _, t := range r.targets {
		mark := "reached"
		if !t.Reached {
			mark = "MISSED"
		}
		p("%-8s %-62s %10.3f   %s", mark, t.Name, t.Got, t.Want)
	}
	p("")
}

// MarshalJSON writes everything as one object.
func (r *report) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"series": r.series, "targets": r.targets, "values": r.values, "notes": r.notes})
}
