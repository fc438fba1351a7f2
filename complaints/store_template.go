package complaints

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"minping/internal/fault"
	"minping/internal/pg"
)

const templateColumns = `t.id, coalesce(t.office_id, 0) AS office_id, coalesce(t.kind, '') AS kind, coalesce(t.category_id, 0) AS category_id,
	t.title, t.body, t.version, t.retired, t.changed_at, t.changed_by, coalesce(u.uses, 0) AS uses, u.used_at`

const templateUses = ` LEFT JOIN (SELECT template_id, count(*)::int AS uses, max(at) AS used_at FROM reply_template_uses GROUP BY template_id) u ON u.template_id = t.id `

func selectTemplates(ctx context.Context, q pg.Querier, offices []int64, all bool) ([]Template, error) {
	const query = `SELECT ` + templateColumns + ` FROM reply_templates t` + templateUses + `
		WHERE $2 OR t.office_id IS NULL OR t.office_id = ANY($1::bigint[]) ORDER BY t.retired, t.office_id NULLS FIRST, t.title, t.id`
	var list []Template
	if err := q.SelectContext(ctx, &list, query, pq.Int64Array(offices), all); err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	return list, nil
}

// selectTemplatesFor gives templates in use for a case: its office's and the city's, of its
// kind or any, of its category, one above it, or any.
func selectTemplatesFor(ctx context.Context, q pg.Querier, c Case, categories []int64, most int) ([]Template, error) {
	const query = `SELECT ` + templateColumns + ` FROM reply_templates t` + templateUses + `
		WHERE NOT t.retired AND (t.office_id IS NULL OR t.office_id = $1) AND (t.kind IS NULL OR t.kind = $2) AND (t.category_id IS NULL OR t.category_id = ANY($3::bigint[]))
		ORDER BY t.category_id IS NULL, array_position($3::bigint[], t.category_id::bigint), t.kind IS NULL, coalesce(u.uses, 0) DESC, t.office_id IS NULL, t.title LIMIT $4`
	var list []Template
	if err := q.SelectContext(ctx, &list, query, c.Office, string(c.Kind), append(pq.Int64Array{}, categories...), most); err != nil {
		return nil, fmt.Errorf("templates for case %d: %w", c.ID, err)
	}
	return list, nil
}

func lockTemplate(ctx context.Context, q pg.Querier, id int64) (Template, error) {
	const query = `SELECT id, coalesce(office_id, 0) AS office_id, coalesce(kind, '') AS kind, coalesce(category_id, 0) AS category_id,
		title, body, version, retired, changed_at, changed_by FROM reply_templates WHERE id = $1 FOR UPDATE`
	var t Template
	err := q.GetContext(ctx, &t, query, id)
	if pg.None(err) {
		return t, fault.New(fault.NotFound, "complaints.template_unknown")
	}
	if err != nil {
		return t, fmt.Errorf("read template %d: %w", id, err)
	}
	return t, nil
}

// putTemplate stores a template as it is now, and its version.
func putTemplate(ctx context.Context, q pg.Querier, t *Template, account int64) error {
	const insert = `INSERT INTO reply_templates (office_id, kind, category_id, title, body, version, retired, changed_at, changed_by)
		VALUES (nullif($1::bigint, 0), nullif($2, ''), nullif($3::int, 0), $4, $5, $6, $7, $8, $9) RETURNING id`
	const update = `UPDATE reply_templates SET office_id = nullif($1::bigint, 0), kind = nullif($2, ''), category_id = nullif($3::int, 0), title = $4, body = $5,
		version = $6, retired = $7, changed_at = $8, changed_by = $9 WHERE id = $10 RETURNING id`
	args := []any{t.Office, string(t.Kind), t.Category, t.Title, t.Body, t.Version, t.Retired, t.ChangedAt, t.ChangedBy}
	query := insert
	if t.ID != 0 {
		query, args = update, append(args, t.ID)
	}
	err := q.GetContext(ctx, &t.ID, query, args...)
	switch pg.Broken(err) {
	case "reply_templates_title_key":
		return fault.Fielded(fault.Field{Name: "title", Key: "complaints.template_twice"})
	case "reply_templates_office_id_fk":
		return wrongChoice("office")
	}
	if err != nil {
		return fmt.Errorf("store template: %w", err)
	}
	const version = `INSERT INTO reply_template_versions (template_id, version, kind, category_id, title, body, retired, at, account_id, account_name)
		VALUES ($1, $2, nullif($3, ''), nullif($4::int, 0), $5, $6, $7, $8, nullif($9::bigint, 0), $10)`
	if _, err := q.ExecContext(ctx, version, t.ID, t.Version, string(t.Kind), t.Category, t.Title, t.Body, t.Retired, t.ChangedAt, account, t.ChangedBy); err != nil {
		return fmt.Errorf("store version of template %d: %w", t.ID, err)
	}
	return nil
}

func selectTemplateVersions(ctx context.Context, q pg.Querier, id int64) ([]TemplateVersion, error) {
	const query = `SELECT version, title, body, retired, at, account_name FROM reply_template_versions WHERE template_id = $1 ORDER BY version DESC LIMIT 50`
	var list []TemplateVersion
	if err := q.SelectContext(ctx, &list, query, id); err != nil {
		return nil, fmt.Errorf("versions of template %d: %w", id, err)
	}
	return list, nil
}

// insertTemplateUse counts a template that may serve in the case; any other number is nobody's and counts nothing.
func insertTemplateUse(ctx context.Context, q pg.Querier, template int64, c *Case, e Event) error {
	const query = `INSERT INTO reply_template_uses (template_id, case_id, seq, version, at)
		SELECT id, $2, $3, version, $4 FROM reply_templates WHERE id = $1 AND (office_id IS NULL OR office_id = $5) ON CONFLICT DO NOTHING`
	if _, err := q.ExecContext(ctx, query, template, c.ID, e.Seq, e.At, c.Office); err != nil {
		return fmt.Errorf("count the use of template %d: %w", template, err)
	}
	return nil
}
