package complaints

import (
	"context"
	"slices"

	"minping/internal/actor"
)

// Appeal asks somebody outside the office to judge whether a bad rating was a
// mistake 申诉: once, within the time for it. Needs case:appeal.
func (s *Service) Appeal(ctx context.Context, by actor.Actor, id ID, in Why) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, deed{action: ActAppeal, seen: in.Seen, part: "handler", detail: Detail{Reason: reason}})
}

// Ruling is a reviewer's decision.
type Ruling struct {
	Seen    int
	Exclude bool
	Code    Exclusion // of an exclusion
	Reason  string
}

// Review judges an appeal 评价复核. Upheld, the rating stands and the office
// handles it in a new limit. Excluded, the rating stays as it was and is shown as
// excluded with the reason; both totals stay. Needs case:review; Forbidden to
// whoever handled the case or called the citizen, or belongs to an office that has or had it.
func (s *Service) Review(ctx context.Context, by actor.Actor, id ID, in Ruling) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	d := deed{action: ActUphold, seen: in.Seen, part: "reviewer", away: true, detail: Detail{Reason: reason}}
	if in.Exclude {
		if !slices.Contains(Exclusions(), in.Code) {
			return Case{}, wrongChoice("code")
		}
		d.action, d.detail.Code = ActExclude, string(in.Code)
	}
	return s.act(ctx, by, id, d)
}
