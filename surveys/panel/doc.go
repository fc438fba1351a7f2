// Package panel asks people who were chosen, and not those who happen to come by: a
// citizens' panel, experts and delegates, and the offices around an office 360°.
//
// Tables it alone writes: panel_waves, panel_offices, panel_margins, panel_members,
// panel_tasks, panel_answers, panel_mentions. Others read the views panel_facts,
// panel_mention_facts, panel_margin_facts and panel_invitations, of closed waves only.
//
// A wave is a draft until the first letters are made, then open, then closed. Members come
// from a file and get a link each, which is printed and kept nowhere; each answers about
// at most five offices, in a rotation that asks equally often about every office.
//
// Invariants:
//   - who has answered (panel_members, panel_tasks) and what was answered (panel_answers,
//     panel_mentions) meet nowhere: answers hold no member and no time;
//   - nobody is asked about the office they belong to;
//   - an office is answered about once by a person, whatever is sent twice;
//   - experts and 360° groups are never counted among citizens.
//
// Glossary: 调查轮次 = wave, 调查对象 = member, 群众/社会/基层 = citizens, 专家/市民代表/代表委员 =
// experts, 上级/同级/下级 = 360° groups, 邀请函 = letter, 未提示提及 = mention. Avoid: user, voter.
package panel
