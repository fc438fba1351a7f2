// Package complaints is the desk 诉求办理: what citizens say, who handles it, by when,
// and whether the citizen calls it solved.
//
// Tables it alone writes: cases, case_events, case_messages, case_units,
// case_parts, case_bars, kin_units, case_callbacks, case_notices, categories,
// case_recounts, case_moves; case_changes by its triggers, and case_rollups from them.
// For what is alike: case_unread, case_sketches, lexicon, lexicon_total, category_words,
// category_profiles, topics, topic_cases, case_votes; reply_templates with their versions and uses.
// Views for others: case_facts, callback_facts, case_counts.
//
// A case is its event log. Flow folds the events of a case; state, clocks and
// timeline come from there and from nowhere else, and cases holds what they say
// so that it can be listed (Verify proves it). table.go is the one table of what
// may be done: docs/case-states.md is drawn from it.
//
// Invariants:
//   - Events, messages, parts and bars are only ever added; the database refuses anything else.
//   - A live case has a clock that runs. Clocks start with the limit and the steps of that
//     day, which the event keeps: a change of the settings reaches no clock that runs. A
//     notice of holidays and other office hours do reach it: deadlines are computed, not
//     stored, and every one that moved so is kept in case_moves.
//   - Only an extension (once in a round) and a question to the citizen (once, and
//     no longer than citizens have for an answer) move a deadline. Words of a citizen,
//     returns, transfers and undone merges do not.
//   - A redo and an upheld rating begin a new limit; they are new work, not more time.
//   - An account plays one part in a case, ever: handler, caller or reviewer. Callers and
//     reviewers belong to no office that has or had the case.
//   - A sealed case is known to the discipline role only, and never to the accused's
//     office, its declared kin, or an office that shares a chief with it.
//   - Closed is not solved: solved is the citizen's word and unknown until given.
//   - A list shows exactly what a detail shows: readable in store_queue.go and see in access.go are one rule.
//   - Names and contacts are in the vault only; a PIN is kept as a keyed digest.
//
// Glossary (中文 = Go name):
//
//	诉求 / 工单 case        投诉 Complaint · 举报 Report · 咨询 Consultation · 建议 Suggestion · 求助 Request · 表扬 Praise · 差评 BadRating
//	受理 File, 分类 Triage   派单 Dispatch, 签收 Acknowledge, 退单 Return, 转办 Transfer, 主办/协办 lead/assist
//	首接负责制 First         the first receiver's clock runs on, whoever handles the case
//	限时办结 ClockHandle     延期 Extend, 催办 Urge, 督办 Supervise (1 日常, 2 挂牌, 3 约谈)
//	并单 Merge, 分单 Split   终止办理 Terminate, 撤回 Withdraw
//	回访 Callback, 重办 Redo 办结 Closed (the office says), 解决 Solved (the citizen says)
//	申诉 Appeal, 评价复核 Review  追评 FollowUp; 立行立改 FixNow, 限期整改 RectifyBy, 解释说明 Explained
//	答复模板 Template        热点 Topic, 热度 Heat, 相似诉求 Similar, 推荐分类 Guess
//	回避 bar, Recuse         回执码 Receipt, 查询密码 PIN
//
// Words to avoid: ticket for a case (a ticket is receipt and PIN here, and a single-use
// code in surveys), user, status, SLA.
package complaints
