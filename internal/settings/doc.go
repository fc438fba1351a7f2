// Package settings owns the values that a running city may change 参数: thresholds,
// clocks and weights, each with the day from which it holds, its history, and two
// persons where it can move a rank.
//
// Tables: setting_values (what holds from when), setting_proposals (changes that
// wait for a second person), setting_defaults (what programs said by themselves).
//
// It knows no domain. A domain says which settings it has in one table, and reads
// them through handles that it takes once:
//
//	func Settings() []settings.Definition {
//		return []settings.Definition{{
//			Key: "case.handle_limit", Group: "case", Type: settings.Span, Default: "5wd", Min: 1, Max: 60,
//			Rank: true, Propose: settings.PermPropose,
//			Dims: []settings.Dim{{Name: "office", Number: true}, {Name: "kind", Values: []string{"complaint", "report"}},
//				{Name: "urgency", Values: []string{"normal", "urgent"}}},
//		}}
//	}
//
//	set, err := settings.Or(cfg.Settings, Settings())   // in New; nil: the defaults, as tests want
//	h := set.Handles()
//	s.handle = h.Span("case.handle_limit")
//	if err := h.Err(); err != nil { … }
//
//	limit := s.handle.At(now, settings.Pair{Name: "office", Value: "12"}, settings.Pair{Name: "kind", Value: "complaint"})
//
// wire.go puts the tables of all domains into one Set; the console's pages, the
// command `settings` and the history come with that. Besides, a setting wants three
// texts in both languages under "settings.def.<key>": .name, .why (what it does, in
// plain words) and .norm (which norm the default comes from); its group one under
// "settings.group.". Tests complain of those that lack.
//
// Invariants:
//   - A handle reads memory only: no query, no lock, some nanoseconds. It is asked
//     with an instant; every node gives the same answer for the same instant as soon
//     as it has heard of the value, and a value planned ahead takes effect by itself.
//   - The past is never rewritten: a value begins when it is decided or later, and what
//     was in force at an instant that is over is the same answer for ever. Corrections
//     are new values. Defaults are noted at start, so that a program with another
//     default changes the future only. The database refuses the rest by triggers.
//   - A value may be narrowed to a scope (office=12, kind=complaint). The scope with most
//     conditions that fit holds; among as many, the one that fits the dimension declared
//     first; among those, the one that fits what the asker named nearest (a category before
//     those above it). A scope can be unset again: then what is less specific holds.
//   - Of two values with the same beginning the one decided later holds.
//   - What moves a rank is proposed by one account and approved by another, in the
//     database too; the proposal lapses when its day comes before the approval.
//   - Values of keys or scopes that this program does not know stay where they are and are shown;
//     values that it cannot read are passed over, and shown as such.
//   - Every change is in the audit chain, in its own transaction.
//
// Words: setting = 参数 (not 设置, which is a page; not 配置, which is the environment),
// proposal = 变更申请, approval = 核准, scope = 适用范围, default = 默认值.
package settings
