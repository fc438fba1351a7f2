package indices

import (
	"context"
	"fmt"
)

// panelAnswer is what one person said of one office. What lies outside of a scale, and what
// was left out, is nil once cleaned.
type panelAnswer struct {
	Wave       int64  `db:"wave_id"`
	Respondent string `db:"respondent"`
	Unit       int64  `db:"unit_id"`
	Group      string `db:"panel_group"`
	Age        string `db:"age_band"`
	Heard      string `db:"heard"`
	Esteem     *int   `db:"esteem"`
	Overall    *int   `db:"overall"`
	Expected   *int   `db:"expected"`
	Ideal      *int   `db:"ideal"`
	Trust      *int   `db:"trust"`
	Reuse      *int   `db:"reuse"`
	Recommend  *int   `db:"recommend"`
	Cooperate  *int   `db:"cooperate"`

	weight float64
}

func (s store) panelAnswers(ctx context.Context, p Period) ([]panelAnswer, error) {
	var list []panelAnswer
	if err := s.db.SelectContext(ctx, &list, statement("five_panel"), dayArg(p.From()), dayArg(p.To())); err != nil {
		return nil, fmt.Errorf("read answers of the panel: %w", err)
	}
	return list, nil
}

// panelMention is which office somebody named first; 0: none.
type panelMention struct {
	Wave       int64  `db:"wave_id"`
	Respondent string `db:"respondent"`
	Unit       int64  `db:"unit_id"`
	Group      string `db:"panel_group"`
	Age        string `db:"age_band"`

	weight float64
}

func (s store) panelMentions(ctx context.Context, p Period) ([]panelMention, error) {
	const q = `SELECT wave_id, respondent, coalesce(unit_id, 0) AS unit_id, panel_group, age_band FROM panel_mention_facts
		WHERE ends_on BETWEEN $1::date AND $2::date ORDER BY wave_id, respondent`
	var list []panelMention
	if err := s.db.SelectContext(ctx, &list, q, dayArg(p.From()), dayArg(p.To())); err != nil {
		return nil, fmt.Errorf("read mentions of the panel: %w", err)
	}
	return list, nil
}

// panelMargin is the share of the population in one category, in per cent.
type panelMargin struct {
	Wave      int64   `db:"wave_id"`
	Dimension string  `db:"dimension"`
	Category  string  `db:"category"`
	Share     float64 `db:"share"`
}

func (s store) panelMargins(ctx context.Context, p Period) ([]panelMargin, error) {
	const q = `SELECT wave_id, dimension, category, share FROM panel_margin_facts WHERE ends_on BETWEEN $1::date AND $2::date ORDER BY wave_id, dimension, category`
	var list []panelMargin
	if err := s.db.SelectContext(ctx, &list, q, dayArg(p.From()), dayArg(p.To())); err != nil {
		return nil, fmt.Errorf("read margins of the panel: %w", err)
	}
	return list, nil
}

// invitation is how many of a group were to answer about an office, and did.
type invitation struct {
	Unit     int64  `db:"unit_id"`
	Group    string `db:"panel_group"`
	Invited  int64  `db:"invited"`
	Answered int64  `db:"answered"`
}

func (s store) invitations(ctx context.Context, p Period) ([]invitation, error) {
	const q = `SELECT unit_id, panel_group, sum(invited) AS invited, sum(answered) AS answered FROM panel_invitations
		WHERE ends_on BETWEEN $1::date AND $2::date GROUP BY unit_id, panel_group ORDER BY unit_id, panel_group`
	var list []invitation
	if err := s.db.SelectContext(ctx, &list, q, dayArg(p.From()), dayArg(p.To())); err != nil {
		return nil, fmt.Errorf("read invitations of the panel: %w", err)
	}
	return list, nil
}
