// Package detect is the mathematics of finding padding 刷好评 and stuffing 恶意差评
// among a week's ratings: pure, no database, no clock.
//
// Every detector compares what came in with what chance explains, and says so as
// a p-value that is already multiplied by the number of things it looked at in
// this run (Bonferroni): Rules.Alarm is therefore how often a whole city of
// honest windows makes a detector cry wolf in one look. The usual is learned from
// the window's own past, and from all other windows of the same week; both are
// trimmed so that an attack does not teach the detector that it is usual.
//
// A finding proves nothing about anybody. It says where to look, which ratings it
// is about, what was seen and what would have been expected.
//
// Methods: scan statistic over a Poisson process with quasi-likelihood
// overdispersion (J. I. Naus, "The distribution of the size of the maximum cluster
// of points on a line", JASA 60, 1965; McCullagh & Nelder, Generalized Linear
// Models, 2nd ed., ch. 6.2.3); beta-binomial tails (J. G. Skellam 1948); the
// likelihood ratio G (S. S. Wilks 1938); MinHash (A. Z. Broder, "On the resemblance
// and containment of documents", 1997).
//
// Glossary: 突发 burst, 同一设备 device, 超办件量 served, 非工作时间 closed,
// 内部网络 network, 雷同文字 text, 秒评 hasty, 雷同标签 tags, 评价趋同 collapse,
// 渠道落差 modes, 榜后跳变 step. Avoid: fraud, cheat, fake (nobody is accused).
package detect
