package web

import "github.com/prometheus/client_golang/prometheus"

// The budgets by name, as texts and figures know them.
const (
	RuleDevice   = "device"
	RuleNameless = "nameless"
	RuleKiosk    = "kiosk"
	RuleCrowd    = "crowd"
	RuleForm     = "form"
	ruleReader   = "reader"
)

// limitCounts are the figures of the limits: no address and no code among their labels.
type limitCounts struct {
	refused, challenged, passed map[string]prometheus.Counter
}

func newLimitCounts(r prometheus.Registerer) *limitCounts {
	all := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "minping_limit_total",
		Help: "Forms by the budget that was used up: refused, offered a challenge, or let through by a proof."},
		[]string{"rule", "outcome"})
	if r != nil {
		r.MustRegister(all)
	}
	c := &limitCounts{map[string]prometheus.Counter{}, map[string]prometheus.Counter{}, map[string]prometheus.Counter{}}
	for _, rule := range []string{RuleDevice, RuleNameless, RuleKiosk, RuleCrowd, RuleForm, ruleReader} {
		c.refused[rule] = all.WithLabelValues(rule, "refused")
		c.challenged[rule] = all.WithLabelValues(rule, "challenged")
		c.passed[rule] = all.WithLabelValues(rule, "proved")
	}
	return c
}

func (l *Limiter) say(v Verdict) Verdict {
	switch {
	case v.Rule == "" || v.Pass && v.Rule == RuleForm:
	case v.Pass:
		l.counts.passed[v.Rule].Inc()
	case v.Work:
		l.counts.challenged[v.Rule].Inc()
	default:
		l.counts.refused[v.Rule].Inc()
	}
	return v
}
