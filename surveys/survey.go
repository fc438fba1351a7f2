package surveys

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// PermSurveyWrite allows new versions. It counts only over the whole city, as a
// version is a text that every unit may be asked with.
const PermSurveyWrite actor.Permission = "survey:write"

// Survey is a survey with its versions, latest first.
type Survey struct {
	ID        int
	Key       string
	Title     Text
	CreatedAt time.Time
	Versions  []VersionInfo
}

// VersionInfo is a version without its questions.
type VersionInfo struct {
	ID          int       `db:"id"`
	Number      int       `db:"number"`
	Digest      string    `db:"digest"`
	PublishedAt time.Time `db:"published_at"`
	Questions   int       `db:"questions"`
	Running     int       `db:"running"` // publications of it that have not ended
}

// BankQuestion is a question that a definition may use.
type BankQuestion struct {
	ID      int
	Key     string
	Kind    Kind
	Feeds   string
	Text    Text
	Options []Option
	Retired bool
}

// Surveys lists all surveys. Forbidden without survey:read.
func (s *Service) Surveys(ctx context.Context, by actor.Actor) ([]Survey, error) {
	if !by.Anywhere(PermSurveyRead) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	return selectSurveys(ctx, s.db, s.now())
}

// Version gives one version. Forbidden without survey:read; NotFound.
func (s *Service) Version(ctx context.Context, by actor.Actor, id int) (Version, error) {
	if !by.Anywhere(PermSurveyRead) {
		return Version{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	v, err := selectVersion(ctx, s.db, id)
	return v, missing(err, "surveys.version.not_found")
}

// Bank lists the questions that a definition may use and those that were
// retired. Forbidden without survey:read.
func (s *Service) Bank(ctx context.Context, by actor.Actor) ([]BankQuestion, error) {
	if !by.Anywhere(PermSurveyRead) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	return selectBank(ctx, s.db)
}

// NewVersion makes the next version of a survey; it can never be changed
// afterwards. Invalid with fields named like "questions[2].options" where the
// definition could not be asked or counted; NotFound where there is no such
// survey; Conflict where a version with this very definition exists; Forbidden
// without survey:write over the whole city.
func (s *Service) NewVersion(ctx context.Context, by actor.Actor, surveyKey string, d Definition) (Version, error) {
	if !by.Citywide(PermSurveyWrite) { // a survey is the city's: a version of it is asked everywhere
		return Version{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	now := s.now()
	var made Version
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		survey, err := lockSurvey(ctx, tx, surveyKey)
		if err != nil {
			return missing(err, "surveys.survey.not_found")
		}
		if err := checkDefinition(ctx, tx, d); err != nil {
			return err
		}
		raw, err := json.Marshal(d)
		if err != nil {
			return fmt.Errorf("write definition: %w", err)
		}
		if err := refuseSame(ctx, tx, survey, raw); err != nil {
			return err
		}
		id, err := insertVersion(ctx, tx, survey, raw, now)
		if err == nil {
			made, err = selectVersion(ctx, tx, id)
		}
		if err != nil {
			return err
		}
		return doing{by: by, at: now, action: audit.SurveyVersion, kind: "survey_version", id: int64(id),
			detail: audit.Detail{"survey": surveyKey, "number": made.Number, "digest": made.Digest}}.record(ctx, tx)
	})
	s.changed(ctx, err)
	return made, err
}

// checkDefinition refuses what a form cannot show, what cannot be counted and
// what the bank does not hold.
func checkDefinition(ctx context.Context, q pg.Querier, d Definition) error {
	faults := d.faults()
	bank, err := selectBank(ctx, q)
	if err != nil {
		return err
	}
	tags, err := selectTagsInUse(ctx, q)
	if err != nil {
		return err
	}
	faults = append(faults, d.strangers(bank, tags)...)
	if len(faults) > 0 {
		return fault.Fielded(faults...)
	}
	if err := d.Check(); err != nil { // what faults did not foresee
		return fault.Wrap(fault.Invalid, "surveys.version.invalid", err)
	}
	return nil
}

// refuseSame compares with every version of the survey in the form that both
// have after reading, so that neither spaces nor omitted empty fields make a
// difference.
func refuseSame(ctx context.Context, q pg.Querier, survey int, raw []byte) error {
	versions, err := selectDefinitions(ctx, q, survey)
	if err != nil {
		return err
	}
	for _, v := range versions {
		old, err := parseDefinition(v.Definition)
		if err != nil {
			return fmt.Errorf("version %d: %w", v.Number, err)
		}
		same, err := json.Marshal(old)
		if err != nil {
			return fmt.Errorf("write definition: %w", err)
		}
		if bytes.Equal(same, raw) {
			return fault.New(fault.Conflict, "surveys.version.same").With("Number", v.Number)
		}
	}
	return nil
}
