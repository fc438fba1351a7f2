package offices

import (
	"time"

	"minping/internal/actor"
)

// Unit is one place of the directory. Ids and days that do not apply are zero.
type Unit struct {
	ID         int64  `db:"id"`
	Kind       Kind   `db:"kind"`
	Code       string `db:"code"`
	Name       string `db:"name"`
	NameEn     string `db:"name_en"`
	OfficeID   int64  `db:"office_id"`
	DivisionID int64  `db:"division_id"`
	HallID     int64  `db:"hall_id"`
	OpenedOn   Day    `db:"opened_on"`
	ClosedOn   Day    `db:"closed_on"` // last day in service

	// offices
	OfficeType   string `db:"office_type"`
	District     string `db:"district"`
	BrandName    string `db:"brand_name"`
	BrandPromise string `db:"brand_promise"`
	// halls
	Address string `db:"address"`
	// windows: what the sign above it says
	Number string `db:"number"`

	UpdatedAt time.Time `db:"updated_at"`

	// names of the units above, for display only
	OfficeName   string `db:"office_name"`
	DivisionName string `db:"division_name"`
	HallName     string `db:"hall_name"`
}

// Place is where the unit lies as far as access depends on it.
func (u Unit) Place() actor.Place {
	switch u.Kind {
	case Office:
		return actor.Place{Office: u.ID}
	case Hall:
		return actor.Place{Hall: u.ID}
	case Division:
		return actor.Place{Office: u.OfficeID, Division: u.ID}
	default:
		return actor.Place{Office: u.OfficeID, Division: u.DivisionID, Hall: u.HallID}
	}
}

// OpenOn tells whether the unit is in service on a day.
func (u Unit) OpenOn(d Day) bool { return d.within(u.OpenedOn, u.ClosedOn) }
