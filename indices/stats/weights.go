package stats

import "math"

// Kish is the effective sample size of weighted answers, (Σw)² / Σw²: the size
// of an unweighted sample whose mean is as precise (L. Kish, "Survey Sampling",
// Wiley 1965, §11.7). It lies between 1 and the number of answers; 0 where
// there is no positive weight. Weights must not be negative.
func Kish(weights []float64) float64 {
	sum, squares := scaledSums(weights)
	if squares == 0 {
		return 0
	}
	return sum * sum / squares
}

// DesignEffect is Kish's n·Σw² / (Σw)², the factor by which unequal weights
// enlarge the variance of a mean: 1 for equal weights, and n / Kish in general.
// NaN where there is no positive weight.
func DesignEffect(weights []float64) float64 {
	return float64(len(weights)) / orNaN(Kish(weights))
}

// scaledSums gives Σw and Σw² of the weights divided by the largest of them:
// both figures above do not depend on the scale, and so cannot overflow.
func scaledSums(weights []float64) (sum, squares float64) {
	var largest float64
	for _, w := range weights {
		largest = math.Max(largest, w)
	}
	if largest == 0 {
		return 0, 0
	}
	for _, w := range weights {
		w /= largest
		sum += w
		squares += w * w
	}
	return sum, squares
}

func orNaN(v float64) float64 {
	if v == 0 {
		return math.NaN()
	}
	return v
}
