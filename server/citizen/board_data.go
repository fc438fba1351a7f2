package citizen

import (
	"context"
	"fmt"

	"minping/indices"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/web/figures"
)

// boardData is what one page is made of, in no language yet.
type boardData struct {
	unit    offices.Unit
	figures figures.Data
	offices []indices.Row    // city
	halls   []indices.Row    // city
	windows []indices.Row    // office, hall
	numbers map[int64]string // of the windows
	places  map[int64]string // of the windows of an office: their halls
	formula indices.Methodology
	desk    deskData // office
}

// citizens ask without a permission of their own; what the board reads of the
// directory is public (names, addresses, brands).
func reader() actor.Actor { return actor.System("board") }

const boardReasons = 5

func (b *Board) measure(ctx context.Context, d *boardData, id int64, p indices.Period) error {
	var err error
	if d.formula, err = b.indices.Methodology(ctx, p); err != nil {
		return err
	}
	d.figures, err = figures.Fetch(ctx, b.indices, figures.Ask{
		Subject: indices.Subject{Unit: id, Period: p}, Today: figures.TodayOf(b.now()), Top: boardReasons})
	return err
}

func (b *Board) cityData(p indices.Period) func(context.Context) (boardData, error) {
	return func(ctx context.Context) (d boardData, err error) {
		city, err := b.offices.Units(ctx, reader(), offices.Filter{Kind: offices.City, Limit: 1})
		if err != nil {
			return d, err
		}
		if len(city) == 0 {
			return d, fmt.Errorf("board: the directory has no city")
		}
		d.unit = city[0]
		if err := b.measure(ctx, &d, d.unit.ID, p); err != nil {
			return d, err
		}
		if d.offices, err = b.rows(ctx, indices.Query{Level: indices.Office, Period: p}); err != nil {
			return d, err
		}
		d.halls, err = b.rows(ctx, indices.Query{Level: indices.Hall, Period: p})
		return d, err
	}
}

func (b *Board) unitData(kind offices.Kind, code string, p indices.Period) func(context.Context) (boardData, error) {
	return func(ctx context.Context) (d boardData, err error) {
		if d.unit, err = b.offices.ByCode(ctx, reader(), kind, code); err != nil {
			return d, err
		}
		if err := b.measure(ctx, &d, d.unit.ID, p); err != nil {
			return d, err
		}
		if kind == offices.Window {
			return d, nil
		}
		if d.windows, err = b.rows(ctx, indices.Query{Level: indices.Window, Period: p, Within: d.unit.ID}); err != nil {
			return d, err
		}
		if err := b.locate(ctx, &d); err != nil || kind != offices.Office {
			return d, err
		}
		d.desk, err = b.deskData(ctx, d.unit, p)
		return d, err
	}
}

// locate tells the windows of an office or hall apart, for many share a name:
// by the signs above them, and by their halls.
func (b *Board) locate(ctx context.Context, d *boardData) error {
	f := offices.Filter{Kind: offices.Window, Office: d.unit.ID, Limit: 1000}
	if d.unit.Kind == offices.Hall {
		f.Office, f.Hall = 0, d.unit.ID
	}
	windows, err := b.offices.Units(ctx, reader(), f)
	d.numbers, d.places = map[int64]string{}, map[int64]string{}
	for _, w := range windows {
		d.numbers[w.ID] = w.Number
		if d.unit.Kind == offices.Office {
			d.places[w.ID] = w.HallName
		}
	}
	return err
}

// rows asks as a citizen does: whatever is not public is refused, not shown.
func (b *Board) rows(ctx context.Context, q indices.Query) ([]indices.Row, error) {
	return b.indices.Index(ctx, actor.Actor{}, q)
}
