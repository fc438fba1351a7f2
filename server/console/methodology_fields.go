package console

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"minping/indices"
	"minping/server/web"
)

// formulaField is one number of the formulas in the form of a draft.
type formulaField struct {
	name  string // of the form, and of the faults
	label string // text key
	unit  string // text key; "" = none
	get   func(indices.Methodology) string
	set   func(*indices.Methodology, float64)
	blank bool // may be left empty
}

// formulaGroup is a heading with its numbers.
type formulaGroup struct {
	key    string // text keys methodology.group.KEY and methodology.lead.KEY
	fields []formulaField
}

// formulaGroups is the one table of what the form of a draft sets.
func formulaGroups() []formulaGroup {
	return []formulaGroup{
		{"scores", scoreFields()},
		{"limits", []formulaField{
			wholeField("suppress_below", "methodology.unit.ratings", func(m *indices.Methodology) *int64 { return &m.SuppressBelow }),
			wholeField("grade_from", "methodology.unit.ratings", func(m *indices.Methodology) *int64 { return &m.GradeFrom }),
			wholeField("person_from", "methodology.unit.ratings", func(m *indices.Methodology) *int64 { return &m.Terms.PersonFrom }),
			{name: "confidence", label: "methodology.field.confidence", unit: "methodology.unit.percent",
				get: func(m indices.Methodology) string { return percentText(m.Confidence) },
				set: func(m *indices.Methodology, v float64) { m.Confidence = v / 100 }},
		}},
		{"strata", append(shareFields("strata", "figures.stratum.", indices.WeightedStrata(), true, func(m *indices.Methodology) *map[string]float64 { return &m.Terms.Strata }),
			formulaField{name: "trim", label: "methodology.field.trim", unit: "methodology.unit.times",
				get: func(m indices.Methodology) string { return numberText(m.Terms.Trim) },
				set: func(m *indices.Methodology, v float64) { m.Terms.Trim = v }})},
		{"channels", channelFields()},
		{"brand", shareFields("brand", "methodology.brand.", indices.BrandParts(), false, func(m *indices.Methodology) *map[string]float64 { return &m.Terms.Brand })},
		{"social", append(shareFields("social", "methodology.social.", indices.SocialParts(), false, func(m *indices.Methodology) *map[string]float64 { return &m.Terms.Social }),
			formulaField{name: "covered", label: "methodology.field.covered", unit: "methodology.unit.percent",
				get: func(m indices.Methodology) string { return percentText(m.Terms.Covered) },
				set: func(m *indices.Methodology, v float64) { m.Terms.Covered = v / 100 }})},
		{"scales", []formulaField{
			intField("trust_from", func(m *indices.Methodology) *int { return &m.Terms.TrustFrom }),
			intField("favourable_from", func(m *indices.Methodology) *int { return &m.Terms.FavourableFrom }),
		}},
		{"ranks", []formulaField{
			intField("peers_from", func(m *indices.Methodology) *int { return &m.Terms.PeersFrom }),
			intField("draws", func(m *indices.Methodology) *int { return &m.Terms.Draws }),
			intField("ends", func(m *indices.Methodology) *int { return &m.Terms.Ends }),
		}},
	}
}

func scoreFields() []formulaField {
	var list []formulaField
	for i := 4; i >= 0; i-- {
		list = append(list, formulaField{name: "score" + strconv.Itoa(i+1), label: levelTexts()[i], unit: "methodology.unit.points",
			get: func(m indices.Methodology) string { return numberText(m.Scores[i]) },
			set: func(m *indices.Methodology, v float64) { m.Scores[i] = v }})
	}
	return list
}

func wholeField(name, unit string, at func(*indices.Methodology) *int64) formulaField {
	return formulaField{name: name, label: "methodology.field." + name, unit: unit,
		get: func(m indices.Methodology) string { return strconv.FormatInt(*at(&m), 10) },
		set: func(m *indices.Methodology, v float64) { *at(m) = int64(v) }}
}

func intField(name string, at func(*indices.Methodology) *int) formulaField {
	return formulaField{name: name, label: "methodology.field." + name,
		get: func(m indices.Methodology) string { return strconv.Itoa(*at(&m)) },
		set: func(m *indices.Methodology, v float64) { *at(m) = int(v) }}
}

// shareFields are weights in per cent; where all are left empty, there are none.
func shareFields(group, prefix string, parts []string, blank bool, at func(*indices.Methodology) *map[string]float64) []formulaField {
	var list []formulaField
	for _, part := range parts {
		list = append(list, formulaField{name: group + "." + part, label: prefix + part, unit: "methodology.unit.percent", blank: blank,
			get: func(m indices.Methodology) string {
				if w, ok := (*at(&m))[part]; ok {
					return percentText(w)
				}
				return ""
			},
			set: func(m *indices.Methodology, v float64) { setPart(at(m), part, v/100) }})
	}
	return list
}

func channelFields() []formulaField {
	var list []formulaField
	for _, channel := range indices.Channels() {
		if channel == "import" {
			continue
		}
		list = append(list, formulaField{name: "channel." + channel, label: "figures.channel." + channel, unit: "methodology.unit.points", blank: true,
			get: func(m indices.Methodology) string {
				if points, ok := m.Terms.Channels[channel]; ok {
					return numberText(points)
				}
				return ""
			},
			set: func(m *indices.Methodology, v float64) {
				if v != 0 {
					setPart(&m.Terms.Channels, channel, v)
				}
			}})
	}
	return list
}

func setPart(parts *map[string]float64, name string, v float64) {
	if *parts == nil {
		*parts = map[string]float64{}
	}
	(*parts)[name] = v
}

func numberText(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// percentText writes 0.285 as 28.5, without the dust of binary fractions.
func percentText(v float64) string { return numberText(math.Round(v*1e6) / 1e4) }

// readFormula puts what was typed into formulas; complaints are by field. What is no
// number is said here, what a number may be, by the service.
func readFormula(p web.Page, typed func(string) string, m *indices.Methodology) map[string]string {
	wrong := map[string]string{}
	m.Terms.Strata, m.Terms.Channels, m.Terms.Brand, m.Terms.Social = nil, nil, nil, nil
	for _, g := range formulaGroups() {
		for _, f := range g.fields {
			text := strings.TrimSuffix(strings.TrimSpace(strings.ReplaceAll(typed(f.name), "，", ".")), "%")
			if text == "" && f.blank {
				continue
			}
			v, err := strconv.ParseFloat(text, 64)
			switch {
			case text == "":
				wrong[f.name] = p.T("fault.field.required")
			case err != nil || math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > 1e9 || len(text) > 20:
				wrong[f.name] = p.T("methodology.fault.number")
			case f.whole() && v != math.Trunc(v):
				wrong[f.name] = p.T("methodology.fault.whole")
			default:
				f.set(m, v)
			}
		}
	}
	return wrong
}

// whole tells whether the number counts something.
func (f formulaField) whole() bool {
	return slices.Contains([]string{"suppress_below", "grade_from", "person_from", "trust_from", "favourable_from", "peers_from", "draws", "ends"}, f.name)
}

// formulaView is a group as it is shown, with what was typed.
type formulaView struct {
	Key, Title, Lead string
	Error            string // of the group as a whole
	Fields           []formulaFieldView
}

type formulaFieldView struct {
	Name, Label, Unit, Value, Error string
	Share                           float64 // for the bar; 0–1
	Bar                             bool
}

func formulaViews(p web.Page, m indices.Methodology, typed func(string) string) []formulaView {
	var views []formulaView
	for _, g := range formulaGroups() {
		v := formulaView{Key: g.key, Title: p.T("methodology.group." + g.key), Lead: p.T("methodology.lead." + g.key), Error: p.Errors[g.key]}
		for _, f := range g.fields {
			field := formulaFieldView{Name: f.name, Label: p.T(f.label), Value: f.get(m), Error: p.Errors[f.name]}
			if f.unit != "" {
				field.Unit = p.T(f.unit)
			}
			if n, err := strconv.ParseFloat(field.Value, 64); err == nil && f.unit == "methodology.unit.percent" && f.name != "confidence" && f.name != "covered" {
				field.Share, field.Bar = n/100, true
			}
			if typed != nil {
				field.Value = typed(f.name)
			}
			v.Fields = append(v.Fields, field)
		}
		views = append(views, v)
	}
	return views
}
