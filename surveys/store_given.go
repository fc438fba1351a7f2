package surveys

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"minping/internal/actor"
)

func uuids(list []uuid.UUID) any {
	texts := make([]string, 0, len(list))
	for _, id := range list {
		texts = append(texts, id.String())
	}
	return pq.Array(texts)
}

// given reads ratings; condition is one of the two above.
func (s *Service) given(ctx context.Context, condition string, arg any) ([]Given, error) {
	query := `SELECT s.submission_id, s.receipt, r.id, r.visited_on::text AS visited_day, r.received_at, r.unit_id, r.version_id, r.channel,
			r.stratum, r.level, r.tags, r.question_ids, r.answer_values, coalesce(r.texts, 'null') AS texts, coalesce(r.comment, '') AS comment,
			r.language, r.elder, coalesce(r.seconds, -1) AS seconds, r.signals, r.standing, coalesce(r.service, '') AS service,
			coalesce(r.office_id, 0) AS office_id, coalesce(r.hall_id, 0) AS hall_id
		FROM submissions s JOIN ratings r ON r.visited_on = s.visited_on AND r.id = s.rating_id
		WHERE ` + condition + ` ORDER BY r.visited_on DESC, r.id DESC`
	var rows []struct {
		listedRating
		Submission uuid.UUID `db:"submission_id"`
		Receipt    string    `db:"receipt"`
		Service    string    `db:"service"`
		OfficeID   int64     `db:"office_id"`
		HallID     int64     `db:"hall_id"`
	}
	if err := s.db.SelectContext(ctx, &rows, query, arg); err != nil {
		return nil, fmt.Errorf("look up ratings given: %w", err)
	}
	snap := s.lookup.snap.Load()
	list := make([]Given, 0, len(rows))
	for _, row := range rows {
		r, err := row.rating(snap.units)
		if err != nil {
			return nil, fmt.Errorf("read rating %d: %w", row.ID, err)
		}
		g := Given{RatingRow: r, Submission: row.Submission, Receipt: row.Receipt, Service: row.Service,
			Place: actor.Place{Office: row.OfficeID, Hall: row.HallID}, LateUntil: r.VisitedOn}
		if p := snap.onDay(target{row.UnitID, r.Channel}, r.VisitedOn); p != nil {
			g.LateUntil = s.working().Add(r.VisitedOn, p.LateWorkdays)
		}
		list = append(list, g)
	}
	return list, nil
}
