package indices

import (
	"context"
	"fmt"
	"sync"
	"time"

	"minping/indices/stats"
)

// Methodology is one version of the formulas. Versions are never changed, only
// followed by the next.
type Methodology struct {
	Version       string
	EffectiveFrom time.Time
	Scores        [stats.Levels]float64 // of levels 1..5, 0–100
	SuppressBelow int64
	GradeFrom     int64
	Confidence    float64
	NoteZh        string
	NoteEn        string
	Terms         Terms
}

// Note says in the reader's language how the figures are made.
func (m Methodology) Note(language string) string {
	if language == "en" {
		return m.NoteEn
	}
	return m.NoteZh
}

// Methodologies lists every version, the oldest first. Public.
func (s *Service) Methodologies(ctx context.Context) ([]Methodology, error) {
	return s.formulas.all(ctx, s.Now(), s.store.methodologies)
}

// Methodology is the version in force on the last day of a period; while the period runs, on the
// present day: adopting a version moves no figure before it holds. Public.
func (s *Service) Methodology(ctx context.Context, p Period) (Methodology, error) {
	list, err := s.Methodologies(ctx)
	if err != nil {
		return Methodology{}, err
	}
	last := p.To()
	if now := today(s.Now()); last.After(now) && !p.From().After(now) {
		last = now
	}
	for i := len(list) - 1; i >= 0; i-- {
		if !list[i].EffectiveFrom.After(last) {
			return list[i], nil
		}
	}
	return Methodology{}, fmt.Errorf("no methodology is in force on %s", last.Format(dayForm))
}

// formulas keeps the versions in memory. They are few and never change, but a
// new one may appear, so the list is read again after a minute.
type formulas struct {
	mu   sync.Mutex
	list []Methodology
	read time.Time
}

// forget makes the next question read them again.
func (f *formulas) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
}

const formulasFresh = time.Minute

func (f *formulas) all(ctx context.Context, now time.Time, load func(context.Context) ([]Methodology, error)) ([]Methodology, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.list != nil && now.Sub(f.read) < formulasFresh {
		return f.list, nil
	}
	list, err := load(ctx)
	if err != nil {
		return nil, err
	}
	f.list, f.read = list, now
	return list, nil
}
