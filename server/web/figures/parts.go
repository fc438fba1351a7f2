package figures

import (
	"strconv"

	"minping/indices"
	"minping/server/web"
)

// PartRow is one channel or stratum.
type PartRow struct {
	Text         string
	Count        string
	Value, Range string
	Bad          string
	Bar          Bar
	Standing     Standing
	Shown        bool
}

// Parts is a table of channels or strata.
type Parts struct {
	P       web.Page
	Caption string
	Heading string
	Rows    []PartRow
}

// ChannelText names a channel.
func ChannelText(p web.Page, channel string) string { return named(p, channelKeys, channel) }

// StratumText names a stratum.
func StratumText(p web.Page, stratum string) string { return named(p, stratumKeys, stratum) }

var channelKeys = map[string]string{
	"desk": "figures.channel.desk", "exit": "figures.channel.exit", "ticket": "figures.channel.ticket", "kiosk": "figures.channel.kiosk",
	"sms": "figures.channel.sms", "web": "figures.channel.web", "import": "figures.channel.import",
}

var stratumKeys = map[string]string{
	"public": "figures.stratum.public", "society": "figures.stratum.society", "grassroots": "figures.stratum.grassroots",
	"expert": "figures.stratum.expert", "unstated": "figures.stratum.unstated",
}

func named(p web.Page, keys map[string]string, value string) string {
	if key, ok := keys[value]; ok {
		return p.T(key)
	}
	return value
}

// Channels words figures by channel.
func Channels(p web.Page, parts []indices.Part) Parts {
	return wordParts(p, Parts{P: p, Caption: p.T("figures.channels"), Heading: p.T("figures.channel")}, parts, channelKeys)
}

// Strata words figures by stratum.
func Strata(p web.Page, parts []indices.Part) Parts {
	return wordParts(p, Parts{P: p, Caption: p.T("figures.strata"), Heading: p.T("figures.stratum")}, parts, stratumKeys)
}

func wordParts(p web.Page, t Parts, parts []indices.Part, keys map[string]string) Parts {
	for _, part := range parts {
		row := PartRow{Text: named(p, keys, part.Key), Count: part.CountText(), Standing: StandingOf(p, part.Figures),
			Shown: part.Shown(), Bar: Full().Bar(part.Sat)}
		row.Value, row.Range = Points(p, part.Sat)
		row.Bad, _ = Rate(p, part.Bad)
		if row.Shown {
			row.Count = p.Num(part.N)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// ReasonRow is one reason tag.
type ReasonRow struct {
	Text, Count string
	Bar         Bar
}

// Reasons are the most frequent tags of bad and of good ratings.
type Reasons struct {
	P         web.Page
	Shown     bool
	Bad, Good []ReasonRow
}

// NewReasons words reasons; the bars of one list share a scale.
func NewReasons(p web.Page, r indices.Reasons) Reasons {
	return Reasons{P: p, Shown: r.State == indices.OK || r.State == indices.Insufficient,
		Bad: reasonRows(p, r.Bad), Good: reasonRows(p, r.Good)}
}

func reasonRows(p web.Page, reasons []indices.Reason) []ReasonRow {
	var rows []ReasonRow
	for _, r := range reasons {
		width := float64(r.N) / float64(reasons[0].N) * 100
		rows = append(rows, ReasonRow{Text: r.Text(p.Lang), Count: p.Num(r.N), Bar: Bar{Width: attr(width), Shown: true}})
	}
	return rows
}

// AnswerRow is one sub-question.
type AnswerRow struct {
	Text, Dimension string
	Scale           string
	Count, Outside  string
	Mean            string
	Value, Range    string
	Bar             Bar
	Shown           bool
	Standing        Standing
}

// Answers are the sub-questions of a unit.
type Answers struct {
	P    web.Page
	Rows []AnswerRow
}

var dimensionKeys = map[string]string{
	"satisfaction": "figures.dimension.satisfaction", "efficiency": "figures.dimension.efficiency", "ease": "figures.dimension.ease",
	"clarity": "figures.dimension.clarity", "fairness": "figures.dimension.fairness", "attitude": "figures.dimension.attitude",
	"trust": "figures.dimension.trust", "loyalty": "figures.dimension.loyalty", "reputation": "figures.dimension.reputation",
	"awareness": "figures.dimension.awareness",
}

// DimensionText names what a question feeds; a question that feeds nothing has none.
func DimensionText(p web.Page, feeds string) string {
	if feeds == "" {
		return p.T("figures.dimension.none")
	}
	return named(p, dimensionKeys, feeds)
}

// NewAnswers words the answers to sub-questions; the overall level is left out,
// for it is the headline.
func NewAnswers(p web.Page, answers []indices.Answer) Answers {
	t := Answers{P: p}
	for _, a := range answers {
		if a.Dimension == "satisfaction" {
			continue
		}
		shown := a.Index != nil
		row := AnswerRow{Text: a.Text(p.Lang), Dimension: DimensionText(p, a.Dimension), Shown: shown, Bar: Full().Bar(a.Index),
			Scale:    strconv.Itoa(a.Low) + "–" + strconv.Itoa(a.High),
			Standing: StandingOf(p, indices.Figures{State: a.State, Below: a.Below})}
		row.Value, row.Range = Points(p, a.Index)
		if shown {
			row.Count, row.Outside, row.Mean = p.Num(a.N), p.Num(a.Outside), p.Fix(a.Mean.Value, 2)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
