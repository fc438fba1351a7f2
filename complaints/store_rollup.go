package complaints

import (
	"context"
	"fmt"

	"minping/internal/pg"
)

// lockRollups is given to one transaction at a time; who does not get it has nothing to do.
func lockRollups(ctx context.Context, q pg.Querier) (mine bool, err error) {
	const query = `SELECT pg_try_advisory_xact_lock(hashtextextended('case_rollups', 0))`
	if err := q.GetContext(ctx, &mine, query); err != nil {
		return false, fmt.Errorf("lock the sums of cases: %w", err)
	}
	return mine, nil
}

// foldChanges moves every change that is committed into the sums; a change that is
// committed meanwhile stays for the next time.
func foldChanges(ctx context.Context, q pg.Querier) (n int, err error) {
	const query = `WITH gone AS (
			DELETE FROM case_changes RETURNING what, starts_on, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted
		), added AS (
			INSERT INTO case_rollups AS r (what, grain, starts_on, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted)
			SELECT c.what, g.grain, CASE g.grain WHEN 'm' THEN c.starts_on ELSE date_trunc('year', c.starts_on)::date END, c.kind, c.office_id, c.division_id, c.hall_id, c.unit_id,
				sum(c.n), sum(c.responded), sum(c.solved), sum(c.said), sum(c.satisfied), sum(c.content), sum(c.contradicted)
			FROM gone c CROSS JOIN (VALUES ('m'::"char"), ('y'::"char")) g (grain)
			GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
			ON CONFLICT (grain, starts_on, what, kind, office_id, division_id, hall_id, unit_id) DO UPDATE SET n = r.n + excluded.n,
				responded = r.responded + excluded.responded, solved = r.solved + excluded.solved, said = r.said + excluded.said,
				satisfied = r.satisfied + excluded.satisfied, content = r.content + excluded.content, contradicted = r.contradicted + excluded.contradicted
		)
		SELECT count(*) FROM gone`
	if err := q.GetContext(ctx, &n, query); err != nil {
		return 0, fmt.Errorf("add up changes of cases: %w", err)
	}
	return n, nil
}

// compareCounts tells how many sums there are and the first hundred that differ from a count of all cases.
func compareCounts(ctx context.Context, q pg.Querier) (rows int, differ []CountDifference, err error) {
	const query = `WITH facts AS (
			SELECT 'o' AS what, c.dispatched_at AS at, c.kind, c.office_id, c.division_id, c.hall_id, c.unit_id,
				(c.taken_at IS NOT NULL AND c.taken_in_time AND c.responded IS NOT FALSE)::int AS responded, 0 AS solved, 0 AS said, 0 AS satisfied, 0 AS content, 0 AS contradicted
			FROM cases c
			WHERE NOT c.sealed AND c.merged_into IS NULL AND c.channel <> 'import' AND c.office_id IS NOT NULL AND c.dispatched_at IS NOT NULL
				AND c.taken_in_time IS NOT NULL AND (c.taken_at IS NOT NULL OR NOT c.taken_in_time)
			UNION ALL
			SELECT 'a', at, kind, office_id, division_id, hall_id, unit_id, 0, solved::int, (satisfied IS NOT NULL)::int, (satisfied IS NOT NULL AND satisfied >= 4)::int,
				(satisfied IS NOT NULL AND satisfied >= 3)::int, coalesce(contradicted, false)::int
			FROM closing_facts WHERE kind IS NOT NULL
		), counted AS (
			SELECT what, g.grain, date_trunc(g.length, at AT TIME ZONE 'Asia/Shanghai')::date AS starts_on, kind, office_id, coalesce(division_id, 0) AS division_id,
				coalesce(hall_id, 0) AS hall_id, coalesce(unit_id, 0) AS unit_id,
				ARRAY[count(*), sum(responded), sum(solved), sum(said), sum(satisfied), sum(content), sum(contradicted)]::bigint[] AS numbers
			FROM facts CROSS JOIN (VALUES ('m', 'month'), ('y', 'year')) g (grain, length) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
		), kept AS (
			SELECT what::text, grain::text, starts_on, kind, office_id, division_id, hall_id, unit_id,
				ARRAY[sum(n), sum(responded), sum(solved), sum(said), sum(satisfied), sum(content), sum(contradicted)]::bigint[] AS numbers
			FROM case_counts GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
		), both_of_them AS (
			SELECT what, grain, starts_on, kind, office_id, division_id, hall_id, unit_id, coalesce(k.numbers, '{0,0,0,0,0,0,0}') AS kept, coalesce(c.numbers, '{0,0,0,0,0,0,0}') AS counts
			FROM kept k FULL JOIN counted c USING (what, grain, starts_on, kind, office_id, division_id, hall_id, unit_id)
		)
		SELECT what, grain, starts_on::text, kind, office_id, unit_id, kept::text, counts::text FROM both_of_them WHERE kept <> counts
		ORDER BY grain, starts_on, what, kind, office_id, unit_id LIMIT 100`
	if err := q.SelectContext(ctx, &differ, query); err != nil {
		return 0, nil, fmt.Errorf("count cases anew: %w", err)
	}
	const total = `SELECT count(*) FROM (SELECT DISTINCT what, grain, starts_on, kind, office_id, division_id, hall_id, unit_id FROM case_counts) c`
	if err := q.GetContext(ctx, &rows, total); err != nil {
		return 0, nil, fmt.Errorf("count the sums of cases: %w", err)
	}
	return rows, differ, nil
}
