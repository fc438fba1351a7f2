package indices

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emmansun/gmsm/sm3"

	"minping/internal/fault"
)

// Floors of the formulas that nobody may go below: fewer than five ratings point at
// people, and rankings of a handful are luck.
const (
	lowestSuppress = 5
	mostGrade      = 10_000
	lowestConf     = 0.8
	highestConf    = 0.999
	mostTrim       = 100
	fewestDraws    = 1_000
	mostDraws      = 100_000
	mostEnds       = 10
	reasonMost     = 500
)

// BrandParts and SocialParts are what the two composites are made of.
func BrandParts() []string { return []string{"satisfaction", "image", "trust", "loyalty"} }

// SocialParts are the parts of social performance 社会绩效.
func SocialParts() []string {
	return []string{"satisfaction", "response", "solved", "satisfied", "rectified", "equity", "coverage"}
}

// WeightedStrata are the strata that may carry a weight; who did not say has none.
func WeightedStrata() []string { return []string{"public", "society", "grassroots", "expert"} }

// Check says what is wrong with formulas, by field.
func (m Methodology) Check() []fault.Field {
	c := &checker{}
	for i, v := range m.Scores {
		c.within(fmt.Sprintf("score%d", i+1), v, 0, 100)
		if i > 0 && v < m.Scores[i-1] {
			c.add(fmt.Sprintf("score%d", i+1), "methodology.fault.order", nil)
		}
	}
	if m.Scores[0] == m.Scores[4] {
		c.add("score5", "methodology.fault.order", nil)
	}
	c.whole("suppress_below", m.SuppressBelow, lowestSuppress, mostGrade)
	c.whole("grade_from", m.GradeFrom, max(m.SuppressBelow, lowestSuppress), mostGrade)
	c.percent("confidence", m.Confidence, lowestConf, highestConf)
	m.Terms.check(c)
	return c.fields
}

func (t Terms) check(c *checker) {
	c.shares("strata", t.Strata, WeightedStrata(), true)
	for name, points := range t.Channels {
		if !slices.Contains(Channels(), name) {
			c.add("channel."+name, "indices.fault.choice", map[string]any{"Value": name})
		}
		c.within("channel."+name, points, -20, 20)
	}
	c.within("trim", t.Trim, 1, mostTrim)
	c.whole("trust_from", int64(t.TrustFrom), 1, 10)
	c.whole("favourable_from", int64(t.FavourableFrom), 1, 5)
	c.shares("brand", t.Brand, BrandParts(), false)
	for _, part := range BrandParts() {
		if t.Brand[part] > t.Brand["satisfaction"] {
			c.add("brand.satisfaction", "methodology.fault.satisfaction", nil)
			break
		}
	}
	c.shares("social", t.Social, SocialParts(), false)
	c.percent("covered", t.Covered, 0.5, 1)
	c.whole("person_from", t.PersonFrom, 50, mostGrade)
	c.whole("peers_from", int64(t.PeersFrom), 3, 100)
	c.whole("draws", int64(t.Draws), fewestDraws, mostDraws)
	c.whole("ends", int64(t.Ends), 1, mostEnds)
}

// checker gathers what is wrong.
type checker struct{ fields []fault.Field }

func (c *checker) add(field, key string, args map[string]any) {
	c.fields = append(c.fields, fault.Field{Name: field, Key: key, Args: args})
}

func (c *checker) within(field string, v, low, high float64) {
	if math.IsNaN(v) || v < low || v > high {
		c.add(field, "methodology.fault.range", map[string]any{"Low": low, "High": high})
	}
}

// percent is within for shares, which people type in per cent.
func (c *checker) percent(field string, v, low, high float64) {
	if math.IsNaN(v) || v < low || v > high {
		c.add(field, "methodology.fault.range", map[string]any{"Low": math.Round(low*1e4) / 100, "High": math.Round(high*1e4) / 100})
	}
}

func (c *checker) whole(field string, v, low, high int64) {
	if v < low || v > high {
		c.add(field, "methodology.fault.range", map[string]any{"Low": low, "High": high})
	}
}

// sumSlack is how far from one weights may sum: per cents are typed with two decimals.
const sumSlack = 1e-6

// shares: weights of known parts, none negative, that sum to one.
func (c *checker) shares(field string, weights map[string]float64, parts []string, optional bool) {
	if optional && len(weights) == 0 {
		return
	}
	sum := 0.0
	for _, name := range slices.Sorted(maps.Keys(weights)) {
		if !slices.Contains(parts, name) {
			c.add(field, "indices.fault.choice", map[string]any{"Value": name})
		}
		c.percent(field+"."+name, weights[name], 0, 1)
		sum += weights[name]
	}
	if math.Abs(sum-1) > sumSlack {
		c.add(field, "methodology.fault.sum", map[string]any{"Sum": math.Round(sum*1e4) / 100})
	}
}

func reasonFields(reason string) []fault.Field {
	switch {
	case !utf8.ValidString(reason) || strings.ContainsRune(reason, 0):
		return []fault.Field{{Name: "reason", Key: "fault.field.text"}}
	case utf8.RuneCountInString(reason) > reasonMost:
		return []fault.Field{{Name: "reason", Key: "fault.field.max", Args: map[string]any{"Max": reasonMost}}}
	}
	return nil
}

// Digest is the SM3 digest of the formulas in canonical form: what a reader can compare.
func (m Methodology) Digest() string {
	raw, err := json.Marshal(struct {
		Scores     []float64 `json:"scores"`
		Suppress   int64     `json:"suppress_below"`
		Grade      int64     `json:"grade_from"`
		Confidence float64   `json:"confidence"`
		Terms      Terms     `json:"terms"`
	}{m.Scores[:], m.SuppressBelow, m.GradeFrom, m.Confidence, m.Terms}) // maps are written in the order of their keys
	if err != nil {
		return "" // numbers that are none were refused by Check
	}
	sum := sm3.Sum(raw)
	return hex.EncodeToString(sum[:])
}

// today is the day in Asia/Shanghai as the periods have it: midnight UTC of that date.
func today(now time.Time) time.Time {
	y, m, d := now.In(time.FixedZone("Asia/Shanghai", 8*3600)).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
