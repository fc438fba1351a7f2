package surveys

import (
	"context"

	"github.com/google/uuid"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/code"
	"minping/internal/fault"
)

// Given is a rating as the one who gave it may see it again, and what it hangs on.
type Given struct {
	RatingRow
	Submission uuid.UUID
	Receipt    string
	Service    string
	Place      actor.Place // on the day of the visit
	LateUntil  workday.Day // the last day on which the visit could be rated
}

// GivenWith finds the rating whose sender was given this receipt. NotFound.
func (s *Service) GivenWith(ctx context.Context, receipt string) (Given, error) {
	list, err := s.given(ctx, `s.receipt = $1`, code.Normalize(receipt))
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "fault.receipt.unknown")
	}
	if err != nil {
		return Given{}, err
	}
	return list[0], nil
}

// GivenAs finds ratings by their submission ids; unknown ones are left out. Who
// may see them is the caller's business.
func (s *Service) GivenAs(ctx context.Context, submissions []uuid.UUID) ([]Given, error) {
	return s.given(ctx, `s.submission_id = ANY($1::uuid[])`, uuids(submissions))
}
