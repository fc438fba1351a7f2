package web

import (
	"testing"
	"time"

	"minping/internal/settings"
)

func TestLimitsFollowTheirSettings(t *testing.T) {
	t.Parallel()
	set, err := settings.Fixed(map[string]string{"limit.device_burst": "4", "limit.device_rate": "60", "limit.nameless_burst": "12",
		"limit.code_burst": "20", "limit.source_burst": "100"}, Settings())
	if err != nil {
		t.Fatal(err)
	}
	s := newStand(LimitConfig{Settings: set})
	if n := s.send(9, hall, "win00001", "phone"); n != 4 {
		t.Errorf("%d of one device pass, want 4", n)
	}
	s.at = s.at.Add(time.Minute)
	if n := s.send(9, hall, "win00001", "phone"); n != 1 {
		t.Errorf("%d a minute later, want the one of 60 an hour", n)
	}
	if n := s.send(20, "203.0.113.8", "win00002", ""); n != 12 {
		t.Errorf("%d without a cookie pass, want 12", n)
	}
	if err := set.Fix(map[string]string{"limit.device_burst": "40", "limit.device_rate": "600"}); err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(4 * time.Minute) // 10 a minute
	if n := s.send(50, hall, "win00001", "phone"); n != 40 {
		t.Errorf("%d pass a running limiter under the new setting, want 40", n)
	}
}
