package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// SampleSize is how many answers a share needs for an interval of ± half at the
// confidence, whatever the share is (its variance is largest at one half), in a
// population of that size: n₀ = z²/4e², n = n₀ / (1 + (n₀−1)/N), rounded up
// (W. G. Cochran, "Sampling Techniques", 3rd edition, Wiley 1977, §4.4).
// Population 0 means: so large that its size does not matter. 0 where half or
// conf cannot be meant.
func SampleSize(half, conf float64, population int) int {
	if !(half > 0 && half < 1) || !confident(conf) || population < 0 {
		return 0
	}
	z := TwoSided(conf)
	n := z * z / (4 * half * half)
	if population > 0 {
		n /= 1 + (n-1)/float64(population)
	}
	return int(math.Ceil(n - 1e-9))
}

// Detectable is the smallest change of a mean that two measurements of n and m
// answers, whose standard deviation is sd, show with the power at the two-sided
// confidence: (z_conf + z_power) · sd · √(1/n + 1/m) (Cochran 1977, §4.6; J. L.
// Fleiss, "Statistical Methods for Rates and Proportions", 2nd edition, 1981,
// §3.2). For a share p, sd is √(p(1−p)). +Inf where nothing could be shown.
func Detectable(sd float64, n, m, conf, power float64) float64 {
	if !(n > 0 && m > 0 && sd >= 0) || !confident(conf) || !(power > 0 && power < 1) {
		return math.Inf(1)
	}
	return (TwoSided(conf) + distuv.UnitNormal.Quantile(power)) * sd * math.Sqrt(1/n+1/m)
}

// TwoSided is the normal quantile of a two-sided confidence: 1.96 for 95%.
func TwoSided(conf float64) float64 { return distuv.UnitNormal.Quantile(1 - (1-conf)/2) }
