package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// Report is what a verification found.
type Report struct {
	Entries     int64 // online, up to the first broken link
	Days        int
	Archived    int64 // entries in removed archives, to be checked in their files
	Head        Head  // where the chain ends, to be kept elsewhere
	FirstBroken *Link // nil: the chain is whole
}

// Verify proves the chain as of one moment: see the function of this name.
func (s *Service) Verify(ctx context.Context, kept ...Head) (Report, error) {
	var r Report
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		r, err = Verify(ctx, tx, kept...)
		return err
	})
	return r, err
}

// Verify recomputes every digest online and follows every link, day by day in
// constant memory, and checks that the chain goes through the heads that were
// kept elsewhere. It names the first broken link and stops there; an error means
// that it could not finish. q must see one moment (pg.InSnapshot), or a running
// program's entries look like a fault.
func Verify(ctx context.Context, q pg.Querier, kept ...Head) (Report, error) {
	v := verification{q: q, kept: byPlace(kept)}
	return v.report(ctx)
}

func (v *verification) report(ctx context.Context) (Report, error) {
	err := v.run(ctx)
	r := Report{Entries: v.chain.entries, Days: v.chain.days, Archived: v.archived, Head: v.chain.at}
	if errors.As(err, &r.FirstBroken) {
		return r, nil
	}
	if err != nil {
		return r, fmt.Errorf("verify audit: %w", err)
	}
	return r, nil
}

func byPlace(kept []Head) []Head {
	return slices.SortedFunc(slices.Values(kept), func(a, b Head) int {
		if c := a.Day.Compare(b.Day); c != 0 {
			return c
		}
		return a.Seq - b.Seq
	})
}

type verification struct {
	q        pg.Querier
	kept     []Head // not met yet
	chain    chain
	archived int64
	progress func(entries int64) error // nil: nobody waits
}

// toldEvery is after how many entries progress is told.
const toldEvery = 1000

func (v *verification) run(ctx context.Context) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	for after := v.chain.at.Day; ; {
		d, err := nextDay(ctx, v.q, after)
		if err != nil {
			return err
		}
		if d.Day == nil {
			break
		}
		after = *d.Day
		if err := v.day(ctx, d); err != nil {
			return err
		}
	}
	if len(v.kept) > 0 {
		return &Link{v.kept[0].Day, v.kept[0].Seq, Truncated}
	}
	return nil
}

// begin finds where the chain online begins: after the removed archives.
func (v *verification) begin(ctx context.Context) error {
	v.chain.at = Head{Digest: genesis()}
	archives, err := removedArchives(ctx, v.q)
	if err != nil {
		return err
	}
	for _, a := range archives {
		if !bytes.Equal(a.Prev, v.chain.at.Digest) {
			return &Link{a.FirstDay, 1, Disjoint}
		}
		v.chain.at = Head{Day: a.LastDay, Digest: a.Last}
		v.archived += int64(a.Entries)
	}
	if len(archives) == 0 {
		return nil
	}
	return v.seam(ctx)
}

// seam checks that nothing archived is still online and that the archives end where audit_heads says.
func (v *verification) seam(ctx context.Context) error {
	end := &v.chain.at
	first, err := nextDay(ctx, v.q, time.Time{})
	if err != nil {
		return err
	}
	left, err := hasEntriesUpTo(ctx, v.q, end.Day)
	if err != nil {
		return err
	}
	if left && first.Day != nil {
		return &Link{*first.Day, 1, Leftover}
	}
	head, err := headOf(ctx, v.q, end.Day)
	if err != nil {
		return err
	}
	if !bytes.Equal(head.Digest, end.Digest) {
		return &Link{end.Day, head.Seq, Headless}
	}
	end.Seq = head.Seq
	return v.passArchived(ctx, end.Day)
}

// passArchived checks kept heads of archived days as far as the days' own heads
// can tell; those inside a day are checked with the archive's file.
func (v *verification) passArchived(ctx context.Context, last time.Time) error {
	for len(v.kept) > 0 && !v.kept[0].Day.After(last) {
		k := v.kept[0]
		head, err := headOf(ctx, v.q, k.Day)
		if err != nil {
			return err
		}
		if head.Seq < k.Seq {
			return &Link{k.Day, k.Seq, Truncated}
		}
		if head.Seq == k.Seq && !bytes.Equal(head.Digest, k.Digest) {
			return &Link{k.Day, k.Seq, Rewritten}
		}
		v.kept = v.kept[1:]
	}
	return nil
}

// day follows one day's entries and compares their end with the day's head.
func (v *verification) day(ctx context.Context, d chainDay) error {
	before := v.chain.entries
	err := selectDay(ctx, v.q, *d.Day, func(s Stored) error {
		if err := v.chain.follow(s); err != nil {
			return err
		}
		if v.progress != nil && v.chain.entries%toldEvery == 0 {
			if err := v.progress(v.chain.entries); err != nil {
				return err
			}
		}
		return v.pass(s)
	})
	if err != nil {
		return err
	}
	n := int(v.chain.entries - before)
	switch {
	case d.Seq != nil && *d.Seq > n:
		return &Link{*d.Day, n + 1, Truncated}
	case d.Seq == nil || *d.Seq < n || !bytes.Equal(d.Digest, v.chain.at.Digest):
		return &Link{*d.Day, n, Headless}
	}
	return nil
}

// pass compares an entry with the heads that were kept.
func (v *verification) pass(s Stored) error {
	for len(v.kept) > 0 {
		k := v.kept[0]
		if k.Day.Before(s.Day) || k.Day.Equal(s.Day) && k.Seq < s.Seq {
			return &Link{k.Day, k.Seq, Truncated} // the chain went past it without it
		}
		if !k.Day.Equal(s.Day) || k.Seq != s.Seq {
			return nil
		}
		if !bytes.Equal(k.Digest, s.Digest) {
			return &Link{k.Day, k.Seq, Rewritten}
		}
		v.kept = v.kept[1:]
	}
	return nil
}
