package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// plan is what the stream of ratings needs to know of a window.
type plan struct {
	service service
	quality float64   // its own, besides its office's, on the logit scale
	office  float64   // its office's
	load    float64   // expected ratings on a plain day
	fixed   bool      // load is ratings a day as it stands, not to be scaled
	from    int       // first day served, as an index into days
	turns   []turn    // who served from which day on
	people  [4]uint32 // devices of regulars
}

// turn is a stretch of days served by one person.
type turn struct {
	from    int
	quality float64
}

// lively is the load of the first window, some eight ratings a day; quietest
// leaves an office with one window enough ratings in a quarter to be graded.
const (
	lively   = 9.0
	quietest = 0.6
)

func (d *Data) addWindows(specs []officeSpec) {
	rng := source(d.seed, streamWindows)
	for h, spec := range hallSpecs() {
		last := map[string]int{}
		for _, z := range spec.zones {
			d.addZone(rng, zoneAt{h, spec, z, last[z.letter]}, specs)
			last[z.letter] += z.count
		}
	}
	d.plans[0].load = lively
	d.plans[0].quality = 0.1
}

// zoneAt is a zone in its hall, after the windows its letter already has.
type zoneAt struct {
	hall  int
	spec  hallSpec
	zone  zone
	after int
}

func (d *Data) addZone(rng *rand.Rand, at zoneAt, specs []officeSpec) {
	office := d.office(at.zone.office)
	offered := servicesOf(at.zone)
	for i := range at.zone.count {
		s := offered[i%len(offered)]
		number := fmt.Sprintf("%s%02d", at.zone.letter, at.after+i+1)
		d.Windows = append(d.Windows, Window{
			Code: at.spec.code + "-" + number, Number: number, Name: s.name, NameEN: s.nameEN,
			DeskCode: fmt.Sprintf("demo%04d", len(d.Windows)+1),
			Office:   office, Division: d.division(office, s.division), Hall: at.hall,
			Opened: d.Halls[at.hall].Opened,
		})
		p := plan{service: s, office: specs[office].quality, quality: 0.28 * rng.NormFloat64(), from: d.index(d.Halls[at.hall].Opened)}
		p.load = max(s.load, quietest) * at.spec.traffic * math.Exp(0.5*rng.NormFloat64())
		for k := range p.people {
			p.people[k] = rng.Uint32()
		}
		d.plans = append(d.plans, p)
	}
}

func servicesOf(z zone) []service {
	var out []service
	for _, s := range services() {
		general := s.division == generalRow
		if s.office != z.office || general != (z.division == generalRow) {
			continue
		}
		if z.division == "" || s.division == z.division {
			out = append(out, s)
		}
	}
	return out
}

// window finds a window by its code.
func (d *Data) window(code string) int {
	for i, w := range d.Windows {
		if w.Code == code {
			return i
		}
	}
	panic("demo: no window " + code)
}
