// Package stats holds the pure statistics behind the published numbers:
// intervals of shares and means, effective sample sizes, weights that meet known
// margins, estimates of small units, ranks and tiers, changes of level, and the
// consistency of scales.
//
// It knows no office, no survey and no database; it takes counts and weights
// and gives numbers. Every function cites the source of its formula and has a
// published or independently computed worked example among its tests.
//
// Two rules hold throughout. An argument that cannot be honoured (no answers, a
// confidence outside 0..1, NaN) yields the interval that excludes nothing,
// never a narrower one; and a point estimate of nothing is NaN, which the
// caller must show as "no data", never as 0.
package stats
