package stats

import "math"

// Worded is how many of two groups said a word.
type Worded struct{ Here, There float64 }

// LogOdds tells for each word how much more (or, below 0, less) it is said here than
// there, as a z-score: the difference of the log-odds with a Dirichlet prior that
// expects of both groups what both together say (B. L. Monroe, M. P. Colaresi & K. M. Quinn,
// "Fightin' Words: lexical feature selection and evaluation for identifying the content of
// political conflict", Political Analysis 16, 2008, 372–403, eqs. 16, 20, 22). The
// prior weighs as much as strength words; without it rare words would lead every list.
func LogOdds(words []Worded, strength float64) []float64 {
	var here, there float64
	for _, w := range words {
		here, there = here+w.Here, there+w.There
	}
	z := make([]float64, len(words))
	for i, w := range words {
		prior := strength * (w.Here + w.There) / (here + there)
		if !(prior > 0) {
			continue
		}
		odds := func(said, all float64) float64 {
			return math.Log((said + prior) / (all + strength - said - prior))
		}
		z[i] = (odds(w.Here, here) - odds(w.There, there)) / math.Sqrt(1/(w.Here+prior)+1/(w.There+prior))
		if math.IsNaN(z[i]) { // a single word that everybody says
			z[i] = 0
		}
	}
	return z
}
