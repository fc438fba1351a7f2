package complaints

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// RatingRef is a bad rating as the ratings tell of it.
type RatingRef struct {
	ID         int64
	Day        workday.Day
	ReceivedAt time.Time
	Unit       int64
	Level      int
	Reasons    []string // in words
	Comment    string
	Signals    []string // why it is suspect; a person decides
	Language   string
}

// ratingSpace is the name space of submission ids derived from ratings.
var ratingSpace = uuid.MustParse("5d0c1c0e-3b5f-5d0e-9a53-0d8fd1f4b9a2")

func (r RatingRef) submission() uuid.UUID {
	return uuid.NewSHA1(ratingSpace, fmt.Appendf(nil, "%d", r.ID))
}

// Filing is what the case of a rating says.
func (r RatingRef) Filing() Filing {
	body := strings.TrimSpace(strings.Join(r.Reasons, "；") + "\n" + clean(r.Comment))
	return Filing{Submission: r.submission(), Channel: ByRating, Kind: BadRating,
		Urgency: Ordinary, Unit: r.Unit, Identity: Anonymous, Title: beginning(body), Body: body, Language: r.Language}
}

// OpenFromRating opens the case of a bad rating and sends it to the office that
// was rated (谁办理谁负责), whose clocks begin. The same rating opens one case, however often it is told. The rater stays
// unknown: nobody can be called, and the case is followed up by receipt only.
//
// For the program itself: Forbidden to everybody else.
func (s *Service) OpenFromRating(ctx context.Context, by actor.Actor, r RatingRef) (ID, error) {
	if !isSystem(by) {
		return 0, forbidden()
	}
	if r.Level < 1 || r.Level > 2 || r.ID == 0 || r.Unit == 0 {
		return 0, errors.New("complaints: not a bad rating")
	}
	o := opening{who: System, at: s.now(), rating: &r, Filing: r.Filing()}
	var id ID
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		filed, c, err := s.fileIn(ctx, tx, by, o)
		if id = filed.ID; err != nil || filed.Repeat {
			return err
		}
		if c.Office != 0 {
			if c, err = s.actIn(ctx, tx, by, id, deed{action: ActDispatch, who: System, detail: Detail{Office: c.Office}, after: s.leads}); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: audit.CaseFile, Place: c.Place(),
			Object: audit.Object{Kind: "case", ID: fmt.Sprint(id)},
			Detail: audit.Detail{"kind": string(BadRating), "channel": string(ByRating), "identity": string(Anonymous), "sealed": false}})
	})
	return id, err
}

// Ruled is a rating that a reviewer excluded.
type Ruled struct {
	RatingID int64
	Day      workday.Day
	Reason   Exclusion
	By       string // as shown
}

// HandRulings tells the ratings of every exclusion they have not heard of, oldest
// first; a job calls it. One that fails does not keep the others back.
func (s *Service) HandRulings(ctx context.Context) error {
	if s.cfg.Exclude == nil {
		return nil
	}
	rulings, err := selectRulings(ctx, s.cfg.DB)
	if err != nil {
		return err
	}
	var failed error
	for _, r := range rulings {
		day, err := workday.Parse(r.Day)
		if err == nil {
			err = s.cfg.Exclude(ctx, Ruled{RatingID: r.RatingID, Day: day, Reason: Exclusion(r.Reason), By: r.By})
		}
		if err == nil || fault.KindOf(err) == fault.NotFound {
			err = errors.Join(err, markRuled(ctx, s.cfg.DB, r.ID, s.now()))
		}
		failed = errors.Join(failed, err)
	}
	return failed
}
