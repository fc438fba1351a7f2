package workday

import (
	"github.com/6tail/lunar-go/HolidayUtil"
)

// firstBuiltinYear is the first year of which a rating or complaint can be.
const firstBuiltinYear = 2020

// Builtin is the calendar of the holiday notices from 2020 on that ship with the
// program (through lunar-go; 2026 is the last in v1.4.6). It is built anew at
// each call: keep the result. Later notices are imported, see ParseHolidayJSON.
func Builtin() *Calendar {
	overrides := make(map[Day]bool)
	for year := firstBuiltinYear; ; year++ {
		list := HolidayUtil.GetHolidaysByYear(year)
		if list.Len() == 0 {
			return New(overrides)
		}
		for e := list.Front(); e != nil; e = e.Next() {
			add(overrides, e.Value)
		}
	}
}

// add enters one of lunar-go's records; what is not one is passed over, which
// the test of the number of days off would show.
func add(overrides map[Day]bool, record any) {
	holiday, ok := record.(*HolidayUtil.Holiday)
	if !ok {
		return
	}
	if day, err := Parse(holiday.GetDay()); err == nil {
		overrides[day] = holiday.IsWork()
	}
}
