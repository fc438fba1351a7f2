package surveys

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// PermPrivacy lets black out what in a rating's words tells who wrote it.
const PermPrivacy actor.Permission = "privacy:handle"

// Black is what stands where something was blacked out.
const Black = '■'

// Blackout is a rating's words as they shall be: the old ones, with runs of
// them replaced by ■.
type Blackout struct {
	Submission uuid.UUID
	Request    string         // the person's request, by number
	Comment    string         // "" leaves an empty comment empty, and no other
	Texts      map[int]string // question id → words; a question left out stays
}

// Blacked is what was replaced, for whoever keeps a copy of the words.
type Blacked struct {
	Rating        int64
	Before, After string // the comment
}

// BlackOut replaces a rating's words in the caller's transaction: level, reasons
// and counts stay, and so does that there were words. Needs privacy:handle
// citywide. Forbidden; NotFound; Invalid (comment, q.N) where the new words are
// anything but the old ones with parts blacked out.
func (s *Service) BlackOut(ctx context.Context, tx *sqlx.Tx, by actor.Actor, b Blackout) (Blacked, error) {
	if !by.Citywide(PermPrivacy) {
		return Blacked{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	const query = `SELECT r.visited_on::text AS visited_day, r.id, coalesce(r.comment, '') AS comment, coalesce(r.texts, '{}') AS texts
		FROM submissions s JOIN ratings r ON r.visited_on = s.visited_on AND r.id = s.rating_id WHERE s.submission_id = $1 FOR UPDATE OF r`
	var row struct {
		Day     string `db:"visited_day"`
		ID      int64  `db:"id"`
		Comment string `db:"comment"`
		Texts   []byte `db:"texts"`
	}
	if err := tx.GetContext(ctx, &row, query, b.Submission); pg.None(err) {
		return Blacked{}, fault.New(fault.NotFound, "fault.receipt.unknown")
	} else if err != nil {
		return Blacked{}, fmt.Errorf("read words: %w", err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(row.Texts, &texts); err != nil {
		return Blacked{}, fmt.Errorf("read words of rating %d: %w", row.ID, err)
	}
	removed, wrong := b.apply(row.Comment, texts)
	if len(wrong) > 0 {
		return Blacked{}, fault.Fielded(wrong...)
	}
	raw, err := json.Marshal(texts)
	if err != nil {
		return Blacked{}, fmt.Errorf("write words of rating %d: %w", row.ID, err)
	}
	const update = `UPDATE ratings SET comment = nullif($3, ''), texts = CASE WHEN texts IS NULL THEN NULL ELSE $4::jsonb END WHERE visited_on = $1::date AND id = $2`
	if _, err := tx.ExecContext(ctx, update, row.Day, row.ID, b.Comment, string(raw)); err != nil {
		return Blacked{}, fmt.Errorf("black out rating %d: %w", row.ID, err)
	}
	return Blacked{Rating: row.ID, Before: row.Comment, After: b.Comment}, audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: audit.RatingBlackout,
		Object: audit.Object{Kind: "rating", ID: strconv.FormatInt(row.ID, 10)}, Detail: audit.Detail{"request": b.Request, "removed": removed}})
}

func (b Blackout) apply(comment string, texts map[string]string) (removed int, wrong []fault.Field) {
	judge := func(field, before, after string) {
		n, ok := blackedOut(before, after)
		if !ok {
			wrong = append(wrong, fault.Field{Name: field, Key: "surveys.blackout.changed"})
		}
		removed += n
	}
	judge("comment", comment, b.Comment)
	for question, after := range b.Texts {
		key := strconv.Itoa(question)
		before, there := texts[key]
		if !there {
			continue
		}
		judge("q."+key, before, after)
		texts[key] = after
	}
	return removed, wrong
}

// blackedOut tells whether after is before with runs of at least one character
// replaced by runs of ■, and how many characters went.
func blackedOut(before, after string) (removed int, ok bool) {
	before, after = strings.ReplaceAll(before, "\r\n", "\n"), strings.ReplaceAll(after, "\r\n", "\n")
	if before == after {
		return 0, true
	}
	parts := strings.FieldsFunc(after, func(r rune) bool { return r == Black })
	if !strings.ContainsRune(after, Black) || len([]rune(after)) > len([]rune(before))+8 {
		return 0, false
	}
	rest, kept := before, 0
	for i, part := range parts {
		at := strings.Index(rest, part)
		last := i == len(parts)-1 && !strings.HasSuffix(after, string(Black))
		switch {
		case last && !strings.HasSuffix(rest, part), at < 0, i == 0 && !strings.HasPrefix(after, string(Black)) && at > 0:
			return 0, false
		case last:
			at = len(rest) - len(part)
		}
		rest, kept = rest[at+len(part):], kept+len([]rune(part))
	}
	return len([]rune(before)) - kept, true
}
