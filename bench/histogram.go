package main

import (
	"math/bits"
	"time"
)

// histogram counts durations in buckets whose width is at most 1/64 of their
// value, from a microsecond to more than a minute; adding costs a few
// nanoseconds and no memory.
type histogram struct {
	buckets [64 * 24]uint32
	n       uint64
}

// bucketOf and valueOf are each other's inverse up to the bucket's width: below
// 128 µs a bucket is one microsecond, above it a 64th of its power of two.
func bucketOf(us uint64) int {
	shift := max(0, bits.Len64(us)-7)
	return min(shift*64+int(us>>shift), len(histogram{}.buckets)-1)
}

func valueOf(bucket int) float64 {
	if bucket < 128 {
		return float64(bucket)
	}
	shift := bucket/64 - 1
	return (float64(bucket-shift*64) + 0.5) * float64(uint64(1)<<shift)
}

func (h *histogram) add(d time.Duration) {
	h.buckets[bucketOf(uint64(max(0, d.Microseconds())))]++
	h.n++
}

func (h *histogram) merge(o *histogram) {
	for i, n := range o.buckets {
		h.buckets[i] += n
	}
	h.n += o.n
}

// ms gives the quantile q in milliseconds, 0 where nothing was counted.
func (h *histogram) ms(q float64) float64 {
	rank := uint64(q * float64(h.n))
	var seen uint64
	for i, n := range h.buckets {
		if seen += uint64(n); seen > rank {
			return valueOf(i) / 1000
		}
	}
	return 0
}
