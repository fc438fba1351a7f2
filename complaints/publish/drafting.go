package publish

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"minping/complaints"
	"minping/complaints/redact"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Draft shows a case as it would be published, with everything that may have to be
// hidden. Needs case:reply or case:publish at the case. NotFound, Forbidden; Conflict for a case that may not
// be published.
func (s *Service) Draft(ctx context.Context, by actor.Actor, id complaints.ID) (Draft, error) {
	c, err := s.readable(ctx, by, id)
	if err != nil {
		return Draft{}, err
	}
	var d Draft
	err = pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		src, err := selectSource(ctx, tx, id, false)
		if err != nil {
			return err
		}
		d, err = s.draftIn(ctx, tx, src)
		return err
	})
	if err != nil {
		return Draft{}, err
	}
	d.Case = c
	handled, err := hasPart(ctx, s.cfg.DB, id, by.Account)
	d.MayEdit = prepares(by, c.Place())
	d.MayCheck = d.State == "submitted" && by.Can(PermPublish, c.Place()) && by.Account != d.Author && !handled
	return d, err
}

// readable gives a case that may be prepared for the public.
func (s *Service) readable(ctx context.Context, by actor.Actor, id complaints.ID) (complaints.Case, error) {
	d, err := s.cfg.Desk.Get(ctx, by, id)
	if err != nil {
		return complaints.Case{}, err
	}
	if !prepares(by, d.Place()) {
		return d.Case, forbidden()
	}
	return d.Case, nil
}

// draftIn gives the draft that is kept, or a fresh one where none is or the words changed.
func (s *Service) draftIn(ctx context.Context, q pg.Querier, src source) (Draft, error) {
	if err := src.fit(); err != nil {
		return Draft{}, err
	}
	d := Draft{State: "draft", Number: src.Number}
	row, err := selectDraft(ctx, q, src.ID)
	switch {
	case pg.None(err):
		d.Parts = propose(src)
		return d, nil
	case err != nil:
		return d, err
	}
	d.Seq, d.Author, d.Name, d.Changed, d.Remark = row.Seq, row.Author, row.Name, row.Changed, row.Remark
	if !bytes.Equal(row.Digest, src.digest()) {
		d.Parts = propose(src)
		return d, nil
	}
	d.State = row.State
	d.Parts, err = row.parts(src)
	return d, err
}

// Drafting is what a person decides about a draft.
type Drafting struct {
	Case   complaints.ID
	Seq    int
	Decide map[string]Decision // by the key of a Group
	All    Decision            // for whatever is still undecided
	Also   []string            // words to be hidden too, wherever they stand
	Drop   []string            // keys of Groups marked by hand that are none after all
	Submit bool                // and ask for the second look
}

// SaveDraft keeps what was decided; with Submit it asks for the second look, which
// needs everything decided. Needs case:reply or case:publish at the case. Invalid where
// words to be hidden stand nowhere; Conflict where somebody else changed the draft.
func (s *Service) SaveDraft(ctx context.Context, by actor.Actor, in Drafting) error {
	c, err := s.readable(ctx, by, in.Case)
	if err != nil {
		return err
	}
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		src, err := selectSource(ctx, tx, in.Case, true)
		if err != nil {
			return err
		}
		d, err := s.draftIn(ctx, tx, src)
		if err != nil {
			return err
		}
		if src.Number != 0 {
			return fault.New(fault.Conflict, "publish.already")
		}
		if d.Seq != in.Seq || d.State == "submitted" {
			return changed()
		}
		if err := d.apply(in); err != nil {
			return err
		}
		if in.Submit && d.Undecided() > 0 {
			return fault.Fielded(fault.Field{Name: "decide", Key: "publish.undecided", Args: map[string]any{"Count": d.Undecided()}})
		}
		d.Seq++
		if in.Submit {
			d.State = "submitted"
		}
		d.Author, d.Name, d.Changed, d.Remark = by.Account, by.Name, s.now(), ""
		if err := saveDraft(ctx, tx, in.Case, d, src.digest()); err != nil {
			return err
		}
		if !in.Submit {
			return nil
		}
		hidden, kept := d.counts()
		return s.record(ctx, tx, by, note{audit.ReplySubmit, "case", in.Case, c.Place(), audit.Detail{"hidden": hidden, "kept": kept}})
	})
}

// apply carries decisions over to the marks.
func (d *Draft) apply(in Drafting) error {
	groups := d.Groups()
	decided := map[string]Decision{}
	gone := map[string]bool{}
	for _, g := range groups {
		if v, ok := in.Decide[g.Key]; ok && v.Known() {
			decided[g.Text] = v
		}
		if g.ByHand && slices.Contains(in.Drop, g.Key) {
			gone[g.Text] = true
		}
	}
	for i := range d.Parts {
		p := &d.Parts[i]
		p.Marks = slices.DeleteFunc(p.Marks, func(m Mark) bool { return m.ByHand && gone[p.Text[m.Start:m.End]] })
		for j := range p.Marks {
			m := &p.Marks[j]
			if v := decided[p.Text[m.Start:m.End]]; v != "" {
				m.Decision = v
			} else if m.Decision == "" {
				m.Decision = in.All
			}
		}
	}
	for _, words := range in.Also {
		words = strings.TrimSpace(words)
		if words == "" {
			continue
		}
		stands := false
		for i := range d.Parts {
			stands = d.Parts[i].mark(words, redact.Other, Mark{ByHand: true, Decision: Hide}) || stands
		}
		if !stands {
			return fault.Fielded(fault.Field{Name: "also", Key: "publish.nowhere", Args: map[string]any{"Words": shorten(words)}})
		}
	}
	return nil
}

// shorten quotes the beginning of what somebody typed.
func shorten(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}

func (d *Draft) counts() (hidden, kept int) {
	for _, p := range d.Parts {
		for _, m := range p.Marks {
			if m.Decision == Keep {
				kept++
			} else {
				hidden++
			}
		}
	}
	return hidden, kept
}

// SendBack is the second look that finds something: the draft goes back with the
// reason. Needs case:publish at the case, from somebody who did not prepare it.
func (s *Service) SendBack(ctx context.Context, by actor.Actor, id complaints.ID, seq int, reason string) error {
	reason, err := complaints.CheckWords("reason", reason, complaints.MaxReason)
	if err != nil {
		return err
	}
	return s.check(ctx, by, id, seq, func(tx *sqlx.Tx, c complaints.Case, d Draft, src source) error {
		d.Seq, d.State, d.Remark, d.Changed = d.Seq+1, "draft", reason, s.now()
		if err := saveDraft(ctx, tx, id, d, src.digest()); err != nil {
			return err
		}
		return s.record(ctx, tx, by, note{audit.ReplySendBack, "case", id, c.Place(), nil})
	})
}

// check opens a submitted draft to the second look.
func (s *Service) check(ctx context.Context, by actor.Actor, id complaints.ID, seq int, do func(*sqlx.Tx, complaints.Case, Draft, source) error) error {
	c, err := s.readable(ctx, by, id)
	if err != nil {
		return err
	}
	if !by.Can(PermPublish, c.Place()) {
		return forbidden()
	}
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		src, err := selectSource(ctx, tx, id, true)
		if err != nil {
			return err
		}
		d, err := s.draftIn(ctx, tx, src)
		if err != nil {
			return err
		}
		if d.State != "submitted" || d.Seq != seq {
			return changed()
		}
		handled, err := hasPart(ctx, tx, id, by.Account)
		if err != nil {
			return err
		}
		if d.Author == by.Account || handled {
			return fault.New(fault.Forbidden, "publish.another_person")
		}
		return do(tx, c, d, src)
	})
}

// DropDraft throws a draft away; the case stays as it is. Needs case:reply or case:publish at the case.
func (s *Service) DropDraft(ctx context.Context, by actor.Actor, id complaints.ID, seq int) error {
	if _, err := s.readable(ctx, by, id); err != nil {
		return err
	}
	gone, err := deleteDraft(ctx, s.cfg.DB, id, seq)
	if err == nil && !gone {
		err = changed()
	}
	return err
}
