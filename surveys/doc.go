// Package surveys owns what citizens are asked, where they are asked, and what
// they answered: question bank, surveys and their immutable versions,
// publications and their codes, tickets, ratings and the rollup counts.
//
// Tables it alone writes: reason_tags, questions, surveys, survey_versions,
// publications, publication_units, codes, ticket_batches, tickets, ratings,
// submissions, rating_rollups, answer_rollups, service_counts, service_rollups,
// probes, probe_rollups. Others read the views rating_facts, rating_counts,
// answer_counts, probe_counts and service_facts.
//
// Invariants:
//   - a rating is answered for only after COMMIT, and stored once per submission id;
//   - the rollups change in the statement that stores the ratings, so they equal
//     a recount at every moment (Verify proves it);
//   - nothing a citizen sent is dropped: doubtful ratings are marked suspect;
//   - a published version never changes.
//
// Glossary: 评价 rating, 差评 bad rating (level 1–2), 标签 reason tag,
// 评价人群 stratum, 渠道 channel, 回执码 receipt, 票据码 ticket,
// 知名度一问 probe (about another office), 可疑 suspect, 隔离 quarantined, 办件量 served. Avoid: vote, score (for a level), review.
package surveys
