package surveys

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"minping/complaints/workday"
)

// BenchmarkStore measures what the database does for a batch of ratings: 64
// windows of 8 offices in 4 halls, one tag each, two further answers now and then.
func BenchmarkStore(b *testing.B) {
	p := newPlace(b)
	p.exec(b, `INSERT INTO units (kind, code, name) SELECT 'office', 'BO' || i, 'o' FROM generate_series(1, 8) i`)
	var offices []int64
	if err := p.db.Select(&offices, `SELECT id FROM units WHERE code LIKE 'BO%' ORDER BY id`); err != nil {
		b.Fatal(err)
	}
	w := &writer{in: p.service.intake}
	defer w.reset()
	tags := [][]int{{108, 109, 110}, {207, 208, 209, 210}, {307, 308, 309}, {406, 407, 408}, {510, 511, 512}}
	strata := []Stratum{StratumPublic, StratumPublic, StratumSociety, StratumUnstated}
	n := 0
	make64 := func() []Rating {
		batch := make([]Rating, 64)
		for i := range batch {
			n++
			level := 1 + n*7%5
			batch[i] = Rating{SubmissionID: uuid.Must(uuid.NewV7()), Receipt: fmt.Sprintf("r%d", n), VisitedOn: workday.Of(p.clock),
				ReceivedAt: p.clock.Add(time.Duration(n) * time.Second), Unit: int64(1000 + n%64), Version: 1, Channel: ChannelDesk,
				Parents: Parents{Window: int64(1000 + n%64), Division: int64(2000 + n%32), Office: offices[n%8], Hall: int64(3000 + n%4)},
				Stratum: strata[n/3%4], Level: level, Tags: []int{tags[level-1][n%3]}, Language: "zh-CN", Seconds: 14,
				Device: fmt.Appendf(nil, "device%06d", n)}
			if n%4 == 0 {
				batch[i].Answers = []Answer{{3, level}, {4, 4}}
			}
		}
		return batch
	}
	if _, err := w.save(b.Context(), make64()); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		if _, err := w.save(b.Context(), make64()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/64, "µs/rating")
}
