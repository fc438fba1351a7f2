package e2e

import (
	"math"
	"strconv"
	"testing"
)

// counts are ratings of one unit by level, 1 first.
type counts [5]int

func (c counts) total() int { return c[0] + c[1] + c[2] + c[3] + c[4] }

// cells recomputes what `indices --format csv` must print for a unit, from the
// definitions and not from the program's code: 满意度 25·(mean−1), 好评率 levels
// 3–5, top two 4–5, 差评率 1–2, each share with Wilson's score interval
// (Wilson 1927; z = 1.959964), nothing under 5, 样本不足 under 30.
func (c counts) cells() map[string]string {
	n := c.total()
	switch {
	case n == 0:
		return blank("0", "none")
	case n < 5:
		return blank("<5", "suppressed")
	}
	sum := c[0] + 2*c[1] + 3*c[2] + 4*c[3] + 5*c[4]
	mean := float64(sum) / float64(n)
	m := map[string]string{"n": strconv.Itoa(n), "n_eff": strconv.Itoa(n) + ".0", "suspect": "0", "state": "ok",
		"mean": fixed(mean, 3), "sat": fixed(25*(mean-1), 2)}
	if n < 30 {
		m["state"] = "insufficient"
	}
	for i, k := range c {
		m["n"+strconv.Itoa(i+1)] = strconv.Itoa(k)
	}
	for name, k := range map[string]int{"good": c[2] + c[3] + c[4], "top2": c[3] + c[4], "bad": c[0] + c[1]} {
		low, high := wilson(float64(k), float64(n))
		m[name+"_rate"], m[name+"_low"], m[name+"_high"] = fixed(float64(k)/float64(n), 4), fixed(low, 4), fixed(high, 4)
	}
	return m
}

func blank(n, state string) map[string]string {
	m := map[string]string{"n": n, "state": state}
	for _, name := range []string{"n_eff", "suspect", "n1", "n2", "n3", "n4", "n5", "sat", "sat_low", "sat_high", "mean", "mean_low", "mean_high",
		"good_rate", "good_low", "good_high", "top2_rate", "top2_low", "top2_high", "bad_rate", "bad_low", "bad_high"} {
		m[name] = ""
	}
	return m
}

func wilson(x, n float64) (low, high float64) {
	const z = 1.959963984540054
	p := x / n
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, mid-half), min(1, mid+half)
}

func fixed(v float64, decimals int) string { return strconv.FormatFloat(v, 'f', decimals, 64) }

func number(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
