// Package brand keeps what offices and the committee say about an office's brand 机关品牌 and
// about its figures: what happened, what is aimed at, how far the brand has come. It
// measures nothing; package indices does, and pages put both side by side.
//
// It owns unit_events, unit_targets and brand_stages. Name and promise of a brand are the
// office's own data, in the directory.
//
// Invariants:
//   - Nothing is overwritten. Targets and stages are rows that are only added; an event that
//     was pinned by mistake is taken off the line and stays in the table.
//   - A target may be changed within its year, and the page says when, by whom and why: a goal
//     that is moved once the ball is in flight must be seen to move.
//   - Every change is in the audit chain, in the same transaction.
//
// Glossary: 事件 = Event (campaign 宣传活动, scandal 负面事件, reform 改革举措, other 其他), 目标值 =
// Target, 品牌阶段 = Stage (founding 创建, growing 培育, mature 成熟, model 示范), 创建日期 = Founded.
package brand
