package indices

import (
	"fmt"
	"strconv"
	"strings"
)

// noteZh is the one sentence under a figure: how it is made.
func (m Methodology) noteZh() string {
	var b strings.Builder
	fmt.Fprintf(&b, "满意度＝五级评价得分的平均值（非常不满意至非常满意依次计 %s 分）", m.scoreText("、"))
	if len(m.Terms.Strata) > 0 {
		b.WriteString("，按群众、社会、基层等评价主体加权")
	}
	if len(m.Terms.Channels) > 0 {
		b.WriteString("，按评价渠道修正")
	}
	fmt.Fprintf(&b, "。少于 %d 份不显示；有效样本少于 %d 份标“样本不足”，不作评定。区间为 %s%% 置信区间。", m.SuppressBelow, m.GradeFrom, m.confidenceText())
	return b.String()
}

func (m Methodology) noteEn() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Satisfaction = mean score of the five levels (%s from very dissatisfied to very satisfied)", m.scoreText(", "))
	if len(m.Terms.Strata) > 0 {
		b.WriteString(", weighted by strata of raters")
	}
	if len(m.Terms.Channels) > 0 {
		b.WriteString(", corrected by channel")
	}
	fmt.Fprintf(&b, ". Fewer than %d ratings are not shown; fewer than %d effective ratings are marked \"sample too small\" and not graded. Intervals are %s %% confidence intervals.",
		m.SuppressBelow, m.GradeFrom, m.confidenceText())
	return b.String()
}

func (m Methodology) scoreText(comma string) string {
	texts := make([]string, 0, len(m.Scores))
	for _, v := range m.Scores {
		texts = append(texts, strconv.FormatFloat(v, 'f', -1, 64))
	}
	return strings.Join(texts, comma)
}

func (m Methodology) confidenceText() string {
	return strconv.FormatFloat(m.Confidence*100, 'f', -1, 64)
}

// Example measures a case made up for the reader: ratings of levels 1..5, as they come.
func (m Methodology) Example(levels [5]int64) Figures { return m.measure(tally{Levels: levels}) }
