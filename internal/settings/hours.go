package settings

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"minping/complaints/workday"
)

// hourMarks are what people and input methods write between and within spans.
var hourMarks = strings.NewReplacer(" ", "", "，", ",", "、", ",", "､", ",", "；", ",", ";", ",", "：", ":", "－", "-", "—", "-", "–", "-", "~", "-", "～", "-", "至", "-")

// readHours reads office hours and writes them as they are kept.
func readHours(text string) (string, error) {
	var parts []string
	for _, s := range spansOf(hourMarks.Replace(text)) {
		parts = append(parts, timeOfDay(s.From)+"-"+timeOfDay(s.To))
	}
	if len(parts) == 0 || len(parts) > 8 {
		return "", errHours
	}
	return strings.Join(parts, ","), nil
}

// spansOf reads what readHours writes; nil for what is none.
func spansOf(text string) []workday.Span {
	var list []workday.Span
	for part := range strings.SplitSeq(text, ",") {
		from, to, ok := strings.Cut(part, "-")
		a, okA := clockTime(from)
		b, okB := clockTime(to)
		if !ok || !okA || !okB {
			return nil
		}
		list = append(list, workday.Span{From: a, To: b})
	}
	if _, err := workday.NewHours(workday.Schedule{Spans: list}); err != nil {
		return nil
	}
	return list
}

// clockTime reads 9:00 or 09:00, up to 24:00.
func clockTime(text string) (time.Duration, bool) {
	h, m, ok := strings.Cut(text, ":")
	hours, errH := strconv.ParseUint(h, 10, 8)
	minutes, errM := strconv.ParseUint(m, 10, 8)
	if !ok || errH != nil || errM != nil || len(h) > 2 || len(m) != 2 || hours > 24 || minutes > 59 || hours == 24 && minutes > 0 {
		return 0, false
	}
	return time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute, true
}

func timeOfDay(d time.Duration) string {
	minutes := int(d / time.Minute)
	return pad(minutes/60) + ":" + pad(minutes%60)
}

func pad(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// Hours gives a handle of office hours.
func (h *Handles) Hours(key string) HoursOf { return HoursOf{h.handle(key, Hours)} }

// All gives the office hours of all days, past and planned: a day has those that
// hold when it begins, so that a value that begins in the middle of a day holds
// from the next. Only values for everywhere are asked.
func (h HoursOf) All() (workday.Hours, error) {
	history := (*h.h.set.values.Load())[h.h.n]
	var instants []int64
	for _, s := range history.defaults {
		instants = append(instants, s.from)
	}
	for _, b := range history.branches {
		if len(b.scope) == 0 {
			for _, s := range b.steps {
				instants = append(instants, s.from)
			}
		}
	}
	slices.Sort(instants)
	schedules := []workday.Schedule{{Spans: spansOf(history.at(math.MinInt64, nil).text)}}
	for _, at := range slices.Compact(instants) {
		if at == math.MinInt64 {
			continue
		}
		day := workday.Of(time.UnixMicro(at))
		if day.Start().UnixMicro() < at {
			day = day.AddDays(1)
		}
		next := workday.Schedule{From: day, Spans: spansOf(history.at(day.Start().UnixMicro(), nil).text)}
		if last := &schedules[len(schedules)-1]; last.From == day {
			*last = next
		} else {
			schedules = append(schedules, next)
		}
	}
	return workday.NewHours(schedules...)
}

// Mark changes whenever any value in memory may have changed: what was computed
// from the values under one mark stands while the mark is the same.
func (s *Set) Mark() any { return s.values.Load() }
