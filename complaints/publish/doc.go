// Package publish is what of the desk everybody may read 公开: answered cases in
// which persons are hidden, and the base of questions and answers 问答库.
//
// Tables it alone writes: release_drafts, published_replies, reply_objections,
// qa_entries, qa_versions. It reads cases and their words through package complaints and, in the
// transaction that publishes, from their rows.
//
// Invariants:
//   - What is published is a copy of its own, never computed from the case, never changed.
//   - The program proposes what to hide and a person decides each proposal: nothing is
//     published while one is undecided.
//   - Two people: whoever publishes neither prepared the draft nor handled the case.
//   - Sealed cases and reports are never published. A case that is sealed later, or of
//     whose words some are blacked out, is off the page in the same transaction (trigger cases_unpublish).
//   - The citizen may object, once: the reply is off the page until somebody other than
//     its publisher has decided.
//   - An answer of the base is written by one person and released by another, until a day
//     on which it must be looked at anew.
//
// Glossary (中文 = Go name):
//
//	公开稿 Draft, 隐去 Hide, 保留 Keep, 提请复审 Submit, 退回修改 SendBack, 公开 Publish
//	撤下 Withdraw, 异议 Objection, 问答 Entry, 复核日期 ReviewOn, 过期 Stale
package publish
