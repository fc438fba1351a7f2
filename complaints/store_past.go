package complaints

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/complaints/workday"
	"minping/internal/pg"
)

func anyCase(ctx context.Context, q pg.Querier) (bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM cases)`
	var yes bool
	if err := q.GetContext(ctx, &yes, query); err != nil {
		return false, fmt.Errorf("look for cases: %w", err)
	}
	return yes, nil
}

// pastRows gathers what hangs on the cases of a batch, so that each table is written once.
type pastRows struct {
	cases   []*retold
	words   int
	shifted []int64 // numbers drawn for the words
}

// store inserts the case itself, as it was filed and then as it is now.
func (r *retold) store(ctx context.Context, q pg.Querier, rows *pastRows) error {
	made, err := insertCase(ctx, q, &r.first, &r.o)
	if err != nil {
		return err
	}
	if !made {
		return fmt.Errorf("store past case: its submission is there already")
	}
	r.now.ID, r.now.RatingID = r.first.ID, r.first.RatingID
	if err := updateCase(ctx, q, &r.now, r.flow.At); err != nil {
		return err
	}
	if r.now.Kind == Report {
		accused := accusedOf{r.o.AccusedUnit, r.o.AccusedStaff}
		if accused.unit == 0 {
			accused.unit = r.o.Unit
		}
		if err := barOffices(ctx, q, r.now.ID, accused, r.o.at, workday.Of(r.o.at).String()); err != nil {
			return err
		}
	}
	rows.cases, rows.words = append(rows.cases, r), rows.words+len(r.words)
	return nil
}

// store writes what was gathered.
func (p *pastRows) store(ctx context.Context, q pg.Querier) error {
	for _, step := range []func(context.Context, pg.Querier) error{p.storeWords, p.storeEvents, p.storeParts, p.storeTries, p.storeNotices} {
		if err := step(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// storeWords stores the words and tells each event the number of its own.
func (p *pastRows) storeWords(ctx context.Context, q pg.Querier) error {
	const draw = `SELECT nextval(pg_get_serial_sequence('case_messages', 'id')) FROM generate_series(1, $1)`
	if err := q.SelectContext(ctx, &p.shifted, draw, p.words); err != nil {
		return fmt.Errorf("number words: %w", err)
	}
	var c columns
	for _, r := range p.cases {
		for i := range r.events {
			m, has := r.words[r.events[i].Seq]
			if !has {
				continue
			}
			r.events[i].Detail.Message, p.shifted = p.shifted[0], p.shifted[1:]
			c.row(r.events[i].Detail.Message, r.now.ID, m.At, m.Audience, m.Side, m.Purpose, m.Account, m.Name, m.Body)
		}
	}
	const query = `INSERT INTO case_messages (id, case_id, at, audience, side, purpose, account_id, account_name, body) OVERRIDING SYSTEM VALUE
		SELECT a::bigint, b::bigint, c::timestamptz, d, e, f, nullif(g::bigint, 0), h, i
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) w (a, b, c, d, e, f, g, h, i)`
	return c.insert(ctx, q, "words", query)
}

func (p *pastRows) storeEvents(ctx context.Context, q pg.Querier) error {
	var c columns
	for _, r := range p.cases {
		for _, e := range r.events {
			detail, err := json.Marshal(e.Detail)
			if err != nil {
				return fmt.Errorf("write event of case %d: %w", r.now.ID, err)
			}
			c.row(r.now.ID, e.Seq, e.At, e.Action, e.From, e.To, e.Who, e.Account, e.Name, string(detail))
		}
	}
	const query = `INSERT INTO case_events (case_id, seq, at, action, from_state, to_state, who, account_id, account_name, detail)
		SELECT a::bigint, b::int, c::timestamptz, d, e, f, g, nullif(h::bigint, 0), i, j::jsonb
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) w (a, b, c, d, e, f, g, h, i, j)`
	return c.insert(ctx, q, "events", query)
}

// storeParts stores which offices and accounts had a part.
func (p *pastRows) storeParts(ctx context.Context, q pg.Querier) error {
	var units, parts columns
	for _, r := range p.cases {
		for _, u := range r.units {
			units.row(r.now.ID, u.Unit, u.Role, u.Since)
		}
		for account, a := range r.parts {
			parts.row(r.now.ID, account, a.part, a.since)
		}
	}
	const unit = `INSERT INTO case_units (case_id, unit_id, role, since)
		SELECT a::bigint, b::bigint, c, d::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) w (a, b, c, d)`
	if err := units.insert(ctx, q, "offices", unit); err != nil {
		return err
	}
	const part = `INSERT INTO case_parts (case_id, account_id, part, since)
		SELECT a::bigint, b::bigint, c, d::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) w (a, b, c, d)`
	return parts.insert(ctx, q, "parts", part)
}

func (p *pastRows) storeTries(ctx context.Context, q pg.Querier) error {
	var c columns
	for _, r := range p.cases {
		for _, t := range r.tries {
			solved := ""
			if t.event.Detail.Solved != nil {
				solved = fmt.Sprint(*t.event.Detail.Solved)
			}
			c.row(r.now.ID, t.round, t.event.At, t.said.Way, t.event.Account, t.said.Contacted, solved, t.event.Detail.Satisfied, t.said.Remark,
				string(r.now.Kind), t.office, r.now.Hall, r.now.Unit, t.handler, t.claimed, r.now.Division)
		}
	}
	const query = `INSERT INTO case_callbacks (case_id, round, at, way, caller_id, contacted, solved, satisfied, remark,
			kind, office_id, hall_id, unit_id, handler_id, claimed, division_id)
		SELECT a::bigint, b::smallint, c::timestamptz, d, nullif(e::bigint, 0), f::boolean, nullif(g, '')::boolean, nullif(h::smallint, 0), i,
			j, nullif(k::bigint, 0), nullif(l::bigint, 0), nullif(m::bigint, 0), nullif(n::bigint, 0), o::boolean, (SELECT id FROM units u WHERE u.id = p::bigint AND u.office_id = k::bigint)
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
			$10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[]) w (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)`
	return c.insert(ctx, q, "callbacks", query)
}

// storeNotices keeps who was told of what: long ago, and so it counts as sent.
func (p *pastRows) storeNotices(ctx context.Context, q pg.Querier) error {
	var c columns
	for _, r := range p.cases {
		for _, n := range r.notices {
			for _, audience := range n.audiences {
				handler := int64(0)
				if audience == "handler" {
					handler = n.handler
				}
				c.row(r.now.ID, n.event.Seq, audience, n.event.Detail.Clock, n.event.Detail.Percent, n.office, handler, n.event.At)
			}
		}
	}
	const query = `INSERT INTO case_notices (case_id, seq, audience, clock, percent, office_id, account_id, send_at, sent_at)
		SELECT a::bigint, b::int, c, d, e::smallint, nullif(f::bigint, 0), nullif(g::bigint, 0), h::timestamptz, h::timestamptz
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) w (a, b, c, d, e, f, g, h)`
	return c.insert(ctx, q, "notices", query)
}

// columns are rows turned into one array a column, as unnest takes them.
type columns [][]string

func (c *columns) row(values ...any) {
	if *c == nil {
		*c = make(columns, len(values))
	}
	for i, v := range values {
		if at, is := v.(time.Time); is {
			v = at.UTC().Format(time.RFC3339Nano)
		}
		(*c)[i] = append((*c)[i], fmt.Sprint(v))
	}
}

func (c columns) insert(ctx context.Context, q pg.Querier, what, query string) error {
	if c == nil {
		return nil
	}
	args := make([]any, len(c))
	for i := range c {
		args[i] = pq.Array(c[i])
	}
	if _, err := q.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("store %s of past cases: %w", what, err)
	}
	return nil
}
