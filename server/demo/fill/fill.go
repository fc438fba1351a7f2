// Package fill stores the demonstration city through the services that a real
// city uses, so that the demonstration shows the product and not itself.
package fill

import (
	"context"
	"errors"
	"fmt"
	"time"

	"minping/accounts"
	"minping/brand"
	"minping/complaints"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/offices"
	"minping/privacy"
	"minping/server/demo"
	"minping/surveys"
)

// ErrNotEmpty refuses to mix the demonstration with somebody's data.
var ErrNotEmpty = errors.New("this database already holds data that is not the demonstration's: `demo` wants an empty one")

// Filler has the services it stores through.
type Filler struct {
	Offices  *offices.Service
	Surveys  *surveys.Service
	Accounts *accounts.Service
	Brand    *brand.Service   // nil: nothing explains the figures
	Privacy  *privacy.Service // nil: nobody leaves a contact
	Desk     *complaints.Service
	Now      time.Time
	Password string                   // of every account
	APIKey   string                   // the committee's; "" = none
	Say      func(line string)        // progress
	Took     func(what string) func() // times a step; may be nil
}

// Result tells what was made, for the lines that `demo` prints.
type Result struct {
	Offices, Divisions, Halls, Windows, Staff int
	Ratings                                   int64
	Accounts                                  []Account
	Cases                                     int
	Ticket                                    complaints.Ticket // of a case that is being handled
}

// Run fills the city: directory, publications, accounts, ratings, cases.
func (f Filler) Run(ctx context.Context, city *demo.Data) (Result, error) {
	by := actor.System("demo")
	result := Result{Offices: len(city.Offices), Divisions: len(city.Divisions), Halls: len(city.Halls),
		Windows: len(city.Windows), Staff: len(city.Staff)}
	f.Say("directory: offices, divisions, halls, windows, staff …")
	if err := f.directory(ctx, by, city); err != nil {
		return result, fmt.Errorf("fill directory: %w", err)
	}
	places, err := f.places(ctx, by, city)
	if err != nil {
		return result, err
	}
	f.Say("publications and codes …")
	if err := f.publish(ctx, by, city, places); err != nil {
		return result, fmt.Errorf("publish: %w", err)
	}
	f.Say("accounts …")
	if result.Accounts, err = f.accounts(ctx, by, city, places); err != nil {
		return result, fmt.Errorf("make accounts: %w", err)
	}
	f.Say("two years of ratings …")
	ratings, err := f.ratings(ctx, city, places)
	if err != nil {
		return result, err
	}
	if result.Ratings, err = f.Surveys.Fill(ctx, ratings); err != nil {
		return result, fmt.Errorf("fill ratings: %w", err)
	}
	if err := f.Surveys.FillServed(ctx, workday.Of(f.Now).AddDays(-400)); err != nil {
		return result, err
	}
	if err := f.contacts(ctx); err != nil {
		return result, fmt.Errorf("leave contacts: %w", err)
	}
	if err := f.brands(ctx, by, city, places); err != nil {
		return result, fmt.Errorf("tell of brands: %w", err)
	}
	f.Say("a year of complaints …")
	told, err := f.cases(ctx, by, city, places)
	if err != nil {
		return result, fmt.Errorf("fill cases: %w", err)
	}
	result.Cases = told.Cases
	if n := len(told.Sample); n > 0 {
		result.Ticket = told.Sample[0]
	}
	return result, nil
}

// places are the unit ids of the city's offices, halls and windows, in its order.
type places struct {
	city           int64
	offices, halls []int64
	windows        []int64
	windowParents  []surveys.Parents
	divisions      []int64
	version        int
	questions      map[string]int
	firstOffice    int64
	firstHall      int64
	firstDivision  int64
	desk           *people // who handles cases
}

func (f Filler) places(ctx context.Context, by actor.Actor, city *demo.Data) (places, error) {
	p := places{desk: &people{handlers: map[int]complaints.Doer{}}}
	units := map[offices.Kind]map[string]int64{}
	for _, kind := range []offices.Kind{offices.City, offices.Office, offices.Division, offices.Hall, offices.Window} {
		found, err := f.Offices.AllUnits(ctx, by, kind)
		if err != nil {
			return p, fmt.Errorf("read directory: %w", err)
		}
		units[kind] = map[string]int64{}
		for _, u := range found {
			units[kind][u.Code] = u.ID
			if kind == offices.City {
				p.city = u.ID
			}
		}
	}
	for _, o := range city.Offices {
		p.offices = append(p.offices, units[offices.Office][o.Code])
	}
	for _, d := range city.Divisions {
		p.divisions = append(p.divisions, units[offices.Division][d.Code])
	}
	for _, h := range city.Halls {
		p.halls = append(p.halls, units[offices.Hall][h.Code])
	}
	for _, w := range city.Windows {
		id := units[offices.Window][w.Code]
		parents := surveys.Parents{Window: id, Office: p.offices[w.Office], Hall: p.halls[w.Hall]}
		if w.Division != demo.None {
			parents.Division = p.divisions[w.Division]
		}
		p.windows, p.windowParents = append(p.windows, id), append(p.windowParents, parents)
	}
	p.firstOffice, p.firstHall = p.windowParents[0].Office, p.windowParents[0].Hall
	for i, d := range city.Divisions {
		if p.firstDivision == 0 && p.offices[d.Office] == p.firstOffice {
			p.firstDivision = p.divisions[i]
		}
	}
	return p, p.survey(ctx, f.Surveys)
}
