package citizen

import (
	"encoding/binary"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"
)

// sink takes an answer and keeps nothing.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }

func BenchmarkRatingPage(b *testing.B) {
	k := newCounter(b)
	r := httptest.NewRequest(http.MethodGet, "/r/win00001", nil)
	r.Header.Set("Cookie", "__Host-mp_device="+k.device(b))
	r.Header.Set("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8")
	w := &sink{header: http.Header{}}
	for range 200 { // every variant has been rendered
		k.e.ServeHTTP(w, r)
	}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		k.e.ServeHTTP(w, r)
	}
}

// BenchmarkLimits is what the limits add to a posted rating.
func BenchmarkLimits(b *testing.B) {
	k := newCounter(b)
	k.now = time.Now()
	r := formRequest("/r/win00001", "")
	r.Header.Set("Cookie", "mp_lang=zh-CN; __Host-mp_device="+k.device(b))
	c := k.e.NewContext(r, httptest.NewRecorder())
	c.SetParamNames("code")
	c.SetParamValues("win00001")
	posted := &form{id: uuid.New()}
	b.ReportAllocs()
	for n := uint64(0); b.Loop(); n++ {
		binary.BigEndian.PutUint64(posted.id[8:], n)
		k.now = k.now.Add(3 * time.Minute) // the device's budget refills
		if ok, err := k.h.admit(c, face{lang: "zh-CN"}, posted, k.h.devices.of(r)); !ok {
			b.Fatal("refused", err)
		}
	}
}

func BenchmarkReadForm(b *testing.B) {
	const body = "submission_id=019353b2-7c3e-7000-8000-000000000000&level=2&tags=207&tags=214&comment=%E7%AD%89%E4%BA%86%E4%B8%80%E4%B8%8A%E5%8D%88&stratum=public&q.3=2&website="
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readForm(formRequest("/r/x", body)); err != nil {
			b.Fatal(err)
		}
	}
}
