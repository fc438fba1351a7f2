package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lib/pq"
)

// right is what the serving role may do with tables, besides reading them.
type right struct {
	may    string
	tables string
}

// rights is the whole of what the serving role may do; whoever adds a table adds
// it here (a test fails otherwise), with as little as its package needs. What is
// only ever added to gets INSERT alone: then no mistake and no break-in of the
// serving program rewrites it, whatever triggers say.
var rights = []right{
	{"", "goose_db_version reason_tags questions surveys audit_heads"},
	{"INSERT", "methodologies survey_versions ratings submissions rating_slices audit_entries audit_archives vault_openings instance_facts " +
		"setting_values setting_defaults case_events case_messages case_parts case_bars case_callbacks"},
	{"INSERT, UPDATE", "units staff duties chief_tenures publications publication_units codes ticket_batches tickets rating_rollups answer_rollups " +
		"accounts api_keys audit_checks vault_records setting_proposals rating_contacts privacy_requests " +
		"categories cases case_units case_notices kin_units rating_exclusions account_invitations service_counts service_rollups"},
	{"INSERT, UPDATE, DELETE", "account_roles sessions password_history account_totp account_recovery_codes account_sessions account_signins " +
		"account_devices account_notices account_passkeys passkey_challenges account_identities signin_decoys vault_keys vault_index phone_proofs notify_messages bad_ratings " +
		"river_client river_client_queue river_job river_leader river_migration river_queue"},
	{"", "service_facts rating_counts answer_counts rating_facts case_facts callback_facts exclusion_facts"}, // views
	{"INSERT, UPDATE", "callback_links methodology_drafts"},
	{"INSERT, UPDATE", "probes probe_rollups"},
	{"INSERT", "panel_answers panel_offices"},
	{"INSERT, UPDATE", "panel_waves panel_members panel_tasks panel_mentions"},
	{"INSERT, UPDATE, DELETE", "panel_margins"},
	{"", "probe_counts panel_facts panel_mention_facts panel_margin_facts panel_invitations"},
	{"INSERT, UPDATE, DELETE", "staff_notices"},
	{"", "order_facts closing_facts"},
	{"INSERT", "case_files"},
	{"INSERT, UPDATE", "route_counts"},
	{"INSERT, UPDATE, DELETE", "case_uploads"},
	{"INSERT", "holiday_days case_moves"},
	{"INSERT, UPDATE", "holiday_notices case_recounts"},
	{"INSERT, UPDATE", "account_resets"},
	{"INSERT, UPDATE", "case_search"},
	{"INSERT, UPDATE, DELETE", "desk_views desk_choices case_presences"},
	{"INSERT", "qa_versions"},
	{"INSERT, UPDATE", "published_replies reply_objections qa_entries"},
	{"INSERT, UPDATE, DELETE", "release_drafts"},
	{"INSERT", "reply_template_versions reply_template_uses case_votes"},
	{"INSERT, UPDATE", "reply_templates topics lexicon_total category_profiles"},
	{"INSERT", "unit_targets brand_stages"},
	{"INSERT, UPDATE", "unit_events"},
	{"INSERT, UPDATE", "case_rollups"},
	{"INSERT, DELETE", "case_changes"},
	{"", "case_counts"},
	{"INSERT, UPDATE, DELETE", "case_unread lexicon case_sketches category_words topic_cases"},
}

// columns that may change in tables to which rows are only added: words blacked
// out on request, pseudonyms whose time is over, what a review decided.
var columns = []right{
	{"comment, texts, device, standing", "ratings"},
	{"name, digest, object, erased_at, erased_why", "case_files"},
}

// functions that everybody may not call, and the serving role may.
var functions = []string{"audit_remove(bigint, timestamptz)", "ensure_rating_partitions(date, date)"}

var roleName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// Grant gives a role exactly the rights that the serving program needs and takes
// others on our tables away. The role must exist and must not own the tables; it
// is not made here, so that its password is nobody's business. Run it after every Up.
func Grant(ctx context.Context, dsn, role string) error {
	if !roleName.MatchString(role) {
		return fmt.Errorf("role %q: not a plain name of small letters", role)
	}
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer func() { _ = db.Close() }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := fitForServing(ctx, tx, role); err != nil {
		return err
	}
	statements, err := grants(ctx, tx, role)
	if err != nil {
		return err
	}
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return tx.Commit()
}

// fitForServing refuses a role that could help itself to more.
func fitForServing(ctx context.Context, tx *sql.Tx, role string) error {
	const q = `SELECT r.rolsuper, pg_has_role(r.oid, c.relowner, 'MEMBER')
		FROM pg_roles r, pg_class c WHERE r.rolname = $1 AND c.oid = 'audit_entries'::regclass`
	var super, owns bool
	err := tx.QueryRowContext(ctx, q, role).Scan(&super, &owns)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("there is no role %q: make it first (CREATE ROLE %s LOGIN PASSWORD '…')", role, role)
	case err != nil:
		return fmt.Errorf("look at role: %w", err)
	case super:
		return fmt.Errorf("%s is a superuser, whom no right restrains", role)
	case owns:
		return fmt.Errorf("%s owns the tables or is a member of their owner", role)
	}
	return nil
}

// grants gives the statements, or an error that names a table without a line in rights.
func grants(ctx context.Context, tx *sql.Tx, role string) ([]string, error) {
	present, err := relations(ctx, tx)
	if err != nil {
		return nil, err
	}
	name := pq.QuoteIdentifier(role)
	all := []string{
		"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM " + name,
		"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM " + name,
		"GRANT USAGE ON SCHEMA public TO " + name,
		"REVOKE CREATE ON SCHEMA public FROM PUBLIC, " + name,
		"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO " + name,
	}
	for _, r := range rights {
		for _, table := range strings.Fields(r.tables) {
			i := slices.Index(present, table)
			if i < 0 {
				return nil, fmt.Errorf("migrations/rights.go names %s, which is not there", table)
			}
			present = slices.Delete(present, i, i+1)
			all = append(all, "GRANT "+strings.TrimSuffix("SELECT, "+r.may, ", ")+" ON "+pq.QuoteIdentifier(table)+" TO "+name)
		}
	}
	if len(present) > 0 {
		return nil, fmt.Errorf("migrations/rights.go does not say what the serving role may do with %s", strings.Join(present, ", "))
	}
	for _, c := range columns {
		all = append(all, "GRANT UPDATE ("+c.may+") ON "+pq.QuoteIdentifier(c.tables)+" TO "+name)
	}
	for _, f := range functions {
		all = append(all, "GRANT EXECUTE ON FUNCTION "+f+" TO "+name)
	}
	return all, nil
}

// relations lists tables and views; a partition is reached through its parent only.
func relations(ctx context.Context, tx *sql.Tx) ([]string, error) {
	const q = `SELECT coalesce(array_agg(relname::text ORDER BY relname), '{}') FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition`
	var names []string
	if err := tx.QueryRowContext(ctx, q).Scan(pq.Array(&names)); err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	return names, nil
}
