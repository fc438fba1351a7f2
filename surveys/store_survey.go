package surveys

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"minping/internal/pg"
)

func selectSurveys(ctx context.Context, q pg.Querier, now time.Time) ([]Survey, error) {
	const query = `SELECT s.id AS survey_id, s.key, s.title_zh, s.title_en, s.created_at, v.id, v.number, v.digest, v.published_at,
			jsonb_array_length(v.definition -> 'questions') AS questions,
			(SELECT count(*) FROM publications p WHERE p.version_id = v.id AND (p.ends_at IS NULL OR p.ends_at > $1)) AS running
		FROM surveys s JOIN survey_versions v ON v.survey_id = s.id ORDER BY s.id, v.number DESC`
	var rows []struct {
		SurveyID  int       `db:"survey_id"`
		Key       string    `db:"key"`
		TitleZh   string    `db:"title_zh"`
		TitleEn   string    `db:"title_en"`
		CreatedAt time.Time `db:"created_at"`
		VersionInfo
	}
	if err := q.SelectContext(ctx, &rows, query, now); err != nil {
		return nil, fmt.Errorf("list surveys: %w", err)
	}
	var list []Survey
	for _, r := range rows {
		if len(list) == 0 || list[len(list)-1].ID != r.SurveyID {
			list = append(list, Survey{ID: r.SurveyID, Key: r.Key, Title: Text{Zh: r.TitleZh, En: r.TitleEn}, CreatedAt: r.CreatedAt})
		}
		last := &list[len(list)-1]
		last.Versions = append(last.Versions, r.VersionInfo)
	}
	return list, nil
}

// lockSurvey finds a survey and keeps others from numbering its next version.
func lockSurvey(ctx context.Context, q pg.Querier, key string) (int, error) {
	const query = `SELECT id FROM surveys WHERE key = $1 FOR UPDATE`
	var id int
	if err := q.GetContext(ctx, &id, query, key); err != nil {
		return 0, fmt.Errorf("lock survey: %w", err)
	}
	return id, nil
}

type definitionRow struct {
	Number     int    `db:"number"`
	Definition []byte `db:"definition"`
}

func selectDefinitions(ctx context.Context, q pg.Querier, survey int) ([]definitionRow, error) {
	const query = `SELECT number, definition FROM survey_versions WHERE survey_id = $1 ORDER BY number`
	var rows []definitionRow
	if err := q.SelectContext(ctx, &rows, query, survey); err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	return rows, nil
}

// insertVersion stores the next version. The digest is SHA-256 over the text
// that the database gives of the definition, as for the first version.
func insertVersion(ctx context.Context, q pg.Querier, survey int, raw []byte, now time.Time) (int, error) {
	const query = `INSERT INTO survey_versions (survey_id, number, definition, digest, published_at)
		SELECT $1, coalesce(max(number), 0) + 1, $2::jsonb, encode(sha256(convert_to($2::jsonb::text, 'UTF8')), 'hex'), $3
		FROM survey_versions WHERE survey_id = $1 RETURNING id`
	var id int
	if err := q.GetContext(ctx, &id, query, survey, string(raw), now); err != nil {
		return 0, fmt.Errorf("store version: %w", err)
	}
	return id, nil
}

func selectBank(ctx context.Context, q pg.Querier) ([]BankQuestion, error) {
	const query = `SELECT id, key, kind, feeds, text_zh, text_en, options, retired_at IS NOT NULL AS retired
		FROM questions ORDER BY id`
	var rows []struct {
		ID      int    `db:"id"`
		Key     string `db:"key"`
		Kind    Kind   `db:"kind"`
		Feeds   string `db:"feeds"`
		TextZh  string `db:"text_zh"`
		TextEn  string `db:"text_en"`
		Options []byte `db:"options"`
		Retired bool   `db:"retired"`
	}
	if err := q.SelectContext(ctx, &rows, query); err != nil {
		return nil, fmt.Errorf("read question bank: %w", err)
	}
	bank := make([]BankQuestion, 0, len(rows))
	for _, r := range rows {
		b := BankQuestion{ID: r.ID, Key: r.Key, Kind: r.Kind, Feeds: r.Feeds, Text: Text{Zh: r.TextZh, En: r.TextEn}, Retired: r.Retired}
		if err := json.Unmarshal(r.Options, &b.Options); err != nil {
			return nil, fmt.Errorf("options of question %s: %w", r.Key, err)
		}
		bank = append(bank, b)
	}
	return bank, nil
}

// selectTagsInUse gives the level of every reason tag that is offered.
func selectTagsInUse(ctx context.Context, q pg.Querier) (map[int]int, error) {
	const query = `SELECT code, level FROM reason_tags WHERE in_use`
	var rows []struct {
		Code  int `db:"code"`
		Level int `db:"level"`
	}
	if err := q.SelectContext(ctx, &rows, query); err != nil {
		return nil, fmt.Errorf("read reason tags: %w", err)
	}
	levels := make(map[int]int, len(rows))
	for _, r := range rows {
		levels[r.Code] = r.Level
	}
	return levels, nil
}
