package demo

import (
	"math/rand/v2"
	"time"

	"minping/complaints/workday"
)

// The city's names. 演示数据 is part of the name on purpose.
const (
	cityName   = "澜州市（演示数据）"
	cityNameEN = "Lan City (demonstration data)"
)

// Streams of the random source, one for each part, so that a change in one
// part leaves the others as they were.
const (
	streamWindows uint64 = iota + 1
	streamStaff
	streamNames
	streamDays
	streamCases
	streamAttacks
)

func source(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// City invents the city of a seed as it stands at the instant now: its two
// years of ratings end with the civil day of now, at that time of day.
func City(seed uint64, now time.Time) *Data {
	today := workday.Of(now)
	d := &Data{
		Name: cityName, NameEN: cityNameEN,
		From:  workday.Day{Year: today.Year - 2, Month: today.Month, Day: min(today.Day, 28)}.AddDays(1),
		Today: today, seed: seed, now: now,
	}
	d.days = calendar(d.From, d.Today)
	specs := officeSpecs()
	d.addOffices(specs)
	d.addHalls()
	d.addWindows(specs)
	d.addStory()
	d.addStaff()
	d.scale()
	return d
}

// addOffices enters the offices and their divisions.
func (d *Data) addOffices(specs []officeSpec) {
	for i, s := range specs {
		d.Offices = append(d.Offices, Office{
			Code: s.code, Name: s.name, NameEN: s.nameEN, Type: s.kind, District: s.district,
			Brand: s.brand, Promise: s.promise, Since: mustDay(s.since),
		})
		for k, both := range s.divisions {
			zh, en := split(both)
			d.Divisions = append(d.Divisions, Division{Code: numbered(s.code, k+1), Name: zh, NameEN: en, Office: i})
		}
	}
}

func (d *Data) addHalls() {
	for i, s := range hallSpecs() {
		h := Hall{Code: s.code, Name: s.name, NameEN: s.nameEN, District: s.district, Address: cityAddress(s.address), Saturday: s.saturday}
		if s.code == newHallCode {
			d.NewHall, h.Opened = i, d.openDay(330)
		}
		d.Halls = append(d.Halls, h)
	}
}

func (d *Data) office(code string) int {
	for i, o := range d.Offices {
		if o.Code == code {
			return i
		}
	}
	panic("demo: no office " + code)
}

// division is the position of an office's division of that name.
func (d *Data) division(office int, name string) int {
	if name == generalRow {
		return None
	}
	for i, v := range d.Divisions {
		if v.Office == office && v.Name == name {
			return i
		}
	}
	panic("demo: no division " + name + " in " + d.Offices[office].Code)
}
