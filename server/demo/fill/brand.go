package fill

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"minping/brand"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/server/demo"
)

// eventKinds says what a tale's event is in the directory of events.
var eventKinds = map[string]brand.Kind{"incident": brand.Scandal, "outage": brand.Scandal, "remedy": brand.Reform, "reform": brand.Reform, "brand": brand.Campaign}

// brands pins the tale's events to the lines, and says how far each brand has come and what
// is aimed at.
func (f Filler) brands(ctx context.Context, by actor.Actor, city *demo.Data, p places) error {
	if f.Brand == nil {
		return nil
	}
	for _, e := range city.Events {
		unit := p.city
		switch {
		case e.Office != demo.None:
			unit = p.offices[e.Office]
		case e.Kind == "hall":
			unit = p.halls[city.NewHall]
		}
		kind, ok := eventKinds[e.Kind]
		if !ok {
			kind = brand.Other
		}
		pin := brand.NewEvent{Unit: unit, Kind: kind, From: e.On.String(), Title: strings.TrimSuffix(e.TextZH, "。")}
		if e.Kind == "outage" {
			pin.To = e.On.AddDays(3).String()
		}
		if _, err := f.Brand.Pin(ctx, by, pin); err != nil {
			return fmt.Errorf("pin %q: %w", pin.Title, err)
		}
	}
	return f.stages(ctx, by, city, p)
}

// targetOffices have a target of their own; the city has one too.
var targetOffices = []string{"SJJ", "GJJ", "RSJ", "YBJ", "SPJ"}

func (f Filler) stages(ctx context.Context, by actor.Actor, city *demo.Data, p places) error {
	today := workday.Of(f.Now)
	target := func(unit int64, value float64) error {
		_, err := f.Brand.SetTarget(ctx, by, brand.NewTarget{Unit: unit, Year: today.Year, Value: value, Reason: "机关品牌建设年度任务书"})
		return err
	}
	if err := target(p.city, 88); err != nil {
		return fmt.Errorf("set target: %w", err)
	}
	for i, o := range city.Offices {
		if slices.Contains(targetOffices, o.Code) {
			if err := target(p.offices[i], 88); err != nil {
				return fmt.Errorf("set target: %w", err)
			}
		}
		if o.Brand == "" || o.Since.IsZero() {
			continue
		}
		stages := brand.Stages()
		stage := stages[min((today.Year-o.Since.Year)/3, len(stages)-1)]
		from := workday.Day{Year: max(o.Since.Year, today.Year-1), Month: max(o.Since.Month, 1), Day: o.Since.Day}
		if _, err := f.Brand.SetStage(ctx, by, brand.NewStep{Office: p.offices[i], Stage: stage, From: from.String(), Founded: o.Since.String(), Reason: "机关品牌年度复核"}); err != nil {
			return fmt.Errorf("set stage of %s: %w", o.Code, err)
		}
	}
	return nil
}
