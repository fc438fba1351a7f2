// Package indices measures: it reads the counts of ratings and answers that
// surveys keeps, and gives satisfaction figures for any level and period.
//
// It owns the tables methodologies (which level is worth what, what is suppressed, what
// may be graded, what weighs how much) and methodology_drafts, their next versions: one
// person writes, another adopts, and what is adopted is never changed. Its sources are the
// directory (units), the views rating_counts and answer_counts, reason_tags and
// questions. It reads no single rating but for Drivers, where answers must be seen
// together: rollups are kept in the rating's own transaction, so they are as fresh and
// as right as the ratings.
//
// Invariants:
//   - A rating in quarantine is in no figure. A suspect rating is, unless the
//     question says otherwise; how many there are is always shown.
//   - Fewer ratings than the methodology's suppress_below give no figure at all:
//     the row is blanked here, before any caller sees it (state "suppressed").
//   - Every share and every mean carries its interval and its n.
//   - Figures name the methodology version that made them: the one in force on the
//     period's last day, and while the period runs, on the present day.
//
// Glossary: 满意度 = Sat, 好评率 = Good (levels 3–5, the official definition),
// 算法版本 = Methodology, 草案 = Draft, 启用 = Adopt,
// 前两级率 = TopTwo (levels 4–5), 差评率 = Bad (levels 1–2), 样本不足 =
// insufficient, 有效样本量 = NEff. Do not say "score" for an index or "approval".
package indices
