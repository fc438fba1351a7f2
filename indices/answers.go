package indices

import (
	"context"
	"math"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"minping/indices/stats"
	"minping/internal/actor"
)

// Answer is what raters answered to one question that has a scale.
type Answer struct {
	Question  string // key in the question bank
	Dimension string // what it feeds: ease, efficiency, clarity, fairness, attitude, trust, loyalty, …
	TextZh    string
	TextEn    string
	Low, High int   // ends of the scale
	N         int64 // answers on the scale
	Outside   int64 // 不了解/不适用: counted, never averaged
	Mean      *Figure
	Index     *Figure // the mean with the scale's ends at 0 and 100
	State     State
	Below     int64
}

// Text is the question's wording in the reader's language. Figures are of many
// offices at once, so the place of the office's name is taken by "the office".
func (a Answer) Text(language string) string {
	if language == "en" {
		return strings.NewReplacer("“{office}”", "the office", "“{brand}”", "its brand").Replace(a.TextEn)
	}
	return strings.NewReplacer("“{office}”", "该单位", "“{brand}”", "其品牌").Replace(a.TextZh)
}

// Answers gives the means of the sub-questions asked at one unit, in the order
// of the bank; those that nobody answered are left out. Each question has its
// own ladder: fewer than the limit are suppressed. Who may ask, and the faults:
// as for Trend.
func (s *Service) Answers(ctx context.Context, by actor.Actor, q Subject) ([]Answer, error) {
	formula, err := s.admit(ctx, by, q)
	if err != nil {
		return nil, err
	}
	bank, err := s.store.scaled(ctx)
	if err != nil {
		return nil, err
	}
	counted, err := s.store.answers(ctx, q, false)
	if err != nil {
		return nil, err
	}
	byQuestion := map[int64][]answerCount{}
	for _, c := range counted {
		byQuestion[c.Question] = append(byQuestion[c.Question], c)
	}
	var list []Answer
	for _, question := range bank {
		if values := byQuestion[question.ID]; len(values) > 0 {
			list = append(list, formula.answer(question, values))
		}
	}
	return list, nil
}

func (m Methodology) answer(q question, values []answerCount) Answer {
	a := Answer{Question: q.Key, Dimension: q.Feeds, TextZh: q.Zh, TextEn: q.En, Low: 1, High: 5, Below: m.SuppressBelow}
	if q.Kind == "scale10" {
		a.Low, a.High = 0, 10
	}
	var on []answerCount
	var n, outside int64
	for _, v := range values {
		if v.Value < a.Low || v.Value > a.High {
			outside += v.N
			continue
		}
		on = append(on, v)
		n += v.N
	}
	switch {
	case n == 0:
		a.State = None
		return a
	case n < m.SuppressBelow:
		a.State = Suppressed
		return a
	}
	a.N, a.Outside, a.State = n, outside, OK
	if n < m.GradeFrom {
		a.State = Insufficient
	}
	mean := pointMean(on, stats.Interval{Low: float64(a.Low), High: float64(a.High)}, m.Confidence)
	a.Mean, a.Index = &mean, mean.rescaled(float64(a.Low), float64(a.High))
	return a
}

// pointMean is the mean of points on a scale of any length with the interval of
// stats.MeanInterval (which knows five levels only): Student's t, and where all
// answers are alike the exact bound 1 − (α/2)^(1/n) on the share that may differ.
func pointMean(values []answerCount, scale stats.Interval, conf float64) Figure {
	var n, sum, squares float64
	for _, v := range values {
		n += float64(v.N)
		sum += float64(v.N) * float64(v.Value)
	}
	mean := sum / n
	for _, v := range values {
		squares += float64(v.N) * (float64(v.Value) - mean) * (float64(v.Value) - mean)
	}
	if len(values) == 1 {
		differ := 1 - math.Pow((1-conf)/2, 1/n)
		return Figure{Value: mean, Low: mean - differ*(mean-scale.Low), High: mean + differ*(scale.High-mean)}
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile(1 - (1-conf)/2)
	half := t * math.Sqrt(squares/(n-1)/n)
	return Figure{Value: mean, Low: math.Max(mean-half, scale.Low), High: math.Min(mean+half, scale.High)}
}

func (f Figure) rescaled(low, high float64) *Figure {
	to := func(v float64) float64 { return (v - low) / (high - low) * 100 }
	return &Figure{Value: to(f.Value), Low: to(f.Low), High: to(f.High)}
}
