package complaints

import (
	"context"
	"slices"

	"minping/internal/actor"
	"minping/internal/pg"
)

// partOf is the part in a case that whoever does an action plays from then on.
var partOf = map[Action]string{
	ActAcknowledge: "handler", ActStart: "handler", ActAsk: "handler", ActResume: "handler", ActReply: "handler", ActAnswerNow: "handler",
	ActAppeal: "handler", ActRouteOut: "handler", ActRefuse: "handler",
	ActMiss: "caller", ActGood: "caller", ActBad: "caller", ActUnsolved: "caller", ActClose: "caller",
	ActUphold: "reviewer", ActExclude: "reviewer",
}

// actions lists what by may do to a case now: by permission, state and rule, by the
// part it plays in the case and, for callers and reviewers, by its office.
func (s *Service) actions(ctx context.Context, q pg.Querier, by actor.Actor, c *Case, f *Flow) ([]Action, error) {
	part, err := selectPart(ctx, q, c.ID, by.Account)
	if err != nil {
		return nil, err
	}
	tied, err := hasTie(ctx, q, c.ID, officesOf(by))
	if err != nil {
		return nil, err
	}
	close, err := near(ctx, q, c.ID, officesOf(by))
	if err != nil {
		return nil, err
	}
	own, err := concerned(ctx, q, c.ID, by.Account)
	if err != nil {
		return nil, err
	}
	away := isSystem(by) || !close
	var list []Action
	for i := range transitions {
		t := &transitions[i]
		if t.need == "" || !slices.Contains(t.who, Staff) || t.action == ActFile {
			continue
		}
		may := may(by, t.need, c) == nil
		switch t.action {
		case ActNote:
			may = may || by.Anywhere(PermHandle) && tied || !by.Anywhere(PermHandle) && by.Anywhere(PermSupervise)
		case ActRouteOut, ActRefuse:
			may = may && (c.Sealed || by.Citywide(t.need))
		case ActAssign: // to oneself
			may = may || by.Can(PermHandle, c.Place())
		case ActRecuse:
			may = may || by.Can(PermRead, c.Place())
		}
		plays := partOf[t.action]
		if plays == "caller" || plays == "reviewer" {
			may = may && away
		}
		if may && (plays == "" || !own && (part == "" || part == plays)) && s.fits(t, f) {
			list = append(list, t.action)
		}
	}
	return list, nil
}

// fits tells whether state and rule allow an action, were it asked for with
// everything that it needs.
func (s *Service) fits(t *transition, f *Flow) bool {
	e := Event{Seq: f.Seq + 1, At: s.now(), Action: t.action, From: f.State, Who: Staff,
		Detail: Detail{Days: 1, Level: f.Level + 1, Disposition: Explained}}
	_, err := f.Judge(s.cfg.Clock(), e)
	return err == nil
}
