package surveys

import (
	"context"
	"fmt"

	"minping/internal/pg"
)

// versionRow is a version as it is stored.
type versionRow struct {
	ID         int    `db:"id"`
	Key        string `db:"key"`
	Number     int    `db:"number"`
	TitleZh    string `db:"title_zh"`
	TitleEn    string `db:"title_en"`
	Digest     string `db:"digest"`
	Definition []byte `db:"definition"`
}

func (r versionRow) version() (Version, error) {
	d, err := parseDefinition(r.Definition)
	if err != nil {
		return Version{}, fmt.Errorf("survey %s version %d: %w", r.Key, r.Number, err)
	}
	return Version{ID: r.ID, SurveyKey: r.Key, Number: r.Number, Title: Text{Zh: r.TitleZh, En: r.TitleEn},
		Digest: r.Digest, Definition: d, variants: d.Variants()}, nil
}

// selectVersions reads every version with its definition, oldest first.
func selectVersions(ctx context.Context, q pg.Querier) ([]*Version, error) {
	const query = `SELECT v.id, s.key, v.number, s.title_zh, s.title_en, v.digest, v.definition
		FROM survey_versions v JOIN surveys s ON s.id = v.survey_id ORDER BY v.id`
	var rows []versionRow
	if err := q.SelectContext(ctx, &rows, query); err != nil {
		return nil, fmt.Errorf("read survey versions: %w", err)
	}
	versions := make([]*Version, 0, len(rows))
	for _, r := range rows {
		v, err := r.version()
		if err != nil {
			return nil, err
		}
		versions = append(versions, &v)
	}
	return versions, nil
}

func selectVersion(ctx context.Context, q pg.Querier, id int) (Version, error) {
	const query = `SELECT v.id, s.key, v.number, s.title_zh, s.title_en, v.digest, v.definition
		FROM survey_versions v JOIN surveys s ON s.id = v.survey_id WHERE v.id = $1`
	var row versionRow
	if err := q.GetContext(ctx, &row, query, id); err != nil {
		return Version{}, fmt.Errorf("read version %d: %w", id, err)
	}
	return row.version()
}
