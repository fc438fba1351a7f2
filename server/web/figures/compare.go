package figures

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"minping/indices"
	"minping/internal/i18n"
	"minping/server/web"
)

// CompareRow is one unit of a comparison.
type CompareRow struct {
	Name, Code   string
	Place        string // where a window is, for many share a name
	Href         string
	Count        string
	Value, Range string
	Good, Bad    string
	Bar          Bar
	Standing     Standing
	Shown        bool
	Data         *Datum
}

// Heading is a column that may be sorted by.
type Heading struct {
	Text, Href string
	Sort       string // aria-sort: ascending, descending, none
}

// Compare is the table of the units of one level.
type Compare struct {
	P          web.Page
	Caption    string
	Headings   []Heading
	Rows       []CompareRow
	Total      int
	ScaleFrom  string
	ScaleTo    string
	Prev, Next string
	From, To   int
}

// CompareConfig is what a comparison is made of.
type CompareConfig struct {
	Page    web.Page
	Caption string
	Link    Link
	Anchor  string // where the table stands on its page, e.g. "#offices"
	Sort    string // name, sat, good, bad, n; a leading "-" turns the order round
	Query   string // part of a name or code
	At      int    // page from 1
	Size    int    // rows on a page
	Href    func(indices.Row) string
	Numbers map[int64]string // of windows: what the sign above them says
	Places  map[int64]string // of windows: the hall they are in
}

// title is the name a row goes by, with its number where it is a window.
func (c CompareConfig) title(r indices.Row) string {
	name := r.Unit.Title(c.Page.Lang)
	if number := c.Numbers[r.Unit.ID]; number != "" {
		return number + " " + name
	}
	return name
}

// NewCompare filters, sorts and words the rows. A unit without figures stands
// last whatever the order: it is neither good nor bad.
func NewCompare(c CompareConfig, rows []indices.Row) Compare {
	rows = c.matching(rows)
	c.sort(rows)
	scale := scaleOf(rows)
	t := Compare{P: c.Page, Caption: c.Caption, Total: len(rows), ScaleFrom: c.Page.Fix(scale.From, 0), ScaleTo: c.Page.Fix(scale.To, 0)}
	t.Headings = headings(c)
	at, size := max(c.At, 1), max(c.Size, 1)
	pages := max((len(rows)+size-1)/size, 1)
	at = min(at, pages)
	if at > 1 {
		t.Prev = c.Link.With("page", strconv.Itoa(at-1)) + c.Anchor
	}
	if at < pages {
		t.Next = c.Link.With("page", strconv.Itoa(at+1)) + c.Anchor
	}
	from, to := (at-1)*size, min(at*size, len(rows))
	t.From, t.To = from+1, to
	for _, r := range rows[from:to] {
		t.Rows = append(t.Rows, compareRow(c, scale, r))
	}
	return t
}

func compareRow(c CompareConfig, scale Scale, r indices.Row) CompareRow {
	p := c.Page
	row := CompareRow{Name: c.title(r), Code: r.Unit.Code, Place: c.Places[r.Unit.ID], Count: r.CountText(), Standing: StandingOf(p, r.Figures),
		Shown: r.Shown(), Bar: scale.Bar(r.Sat)}
	if c.Href != nil {
		row.Href = c.Href(r)
	}
	row.Value, row.Range = Points(p, r.Sat)
	row.Good, _ = Rate(p, r.Good)
	row.Bad, _ = Rate(p, r.Bad)
	if row.Shown {
		row.Count = p.Num(r.N)
		row.Data = &Datum{attr(r.Sat.Value), attr(r.Sat.Low), attr(r.Sat.High), r.N}
	}
	return row
}

func (c CompareConfig) matching(rows []indices.Row) []indices.Row {
	query := strings.ToLower(strings.TrimSpace(c.Query))
	if query == "" {
		return slices.Clone(rows)
	}
	var found []indices.Row
	for _, r := range rows {
		for _, text := range []string{c.title(r), r.Unit.Name, r.Unit.NameEn, r.Unit.Code, c.Places[r.Unit.ID]} {
			if strings.Contains(strings.ToLower(text), query) {
				found = append(found, r)
				break
			}
		}
	}
	return found
}

func (c CompareConfig) sort(rows []indices.Row) {
	column, down := strings.CutPrefix(c.Sort, "-")
	value := map[string]func(indices.Row) float64{
		"sat": func(r indices.Row) float64 { return r.Sat.Value }, "good": func(r indices.Row) float64 { return r.Good.Value },
		"bad": func(r indices.Row) float64 { return r.Bad.Value }, "n": func(r indices.Row) float64 { return float64(r.N) },
	}[column]
	byName := c.nameOrder()
	slices.SortStableFunc(rows, func(a, b indices.Row) int {
		if value == nil {
			if down {
				a, b = b, a
			}
			return byName(a, b)
		}
		if a.Shown() != b.Shown() {
			return cmp.Compare(boolInt(b.Shown()), boolInt(a.Shown()))
		}
		if !a.Shown() {
			return byName(a, b)
		}
		order := cmp.Compare(value(a), value(b))
		if down {
			order = -order
		}
		return cmp.Or(order, byName(a, b))
	})
}

// nameOrder is the order of a Chinese list: by pinyin, numbers by their value.
func (c CompareConfig) nameOrder() func(a, b indices.Row) int {
	tag := language.Chinese
	if c.Page.Lang == i18n.English {
		tag = language.English
	}
	order := collate.New(tag, collate.Numeric)
	return func(a, b indices.Row) int {
		return cmp.Or(order.CompareString(c.title(a), c.title(b)), cmp.Compare(a.Unit.Code, b.Unit.Code))
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// scaleOf is the narrowest scale in tens that holds every interval, so that
// differences can be seen; the table says where it begins.
func scaleOf(rows []indices.Row) Scale {
	low := 100.0
	for _, r := range rows {
		if r.Sat != nil {
			low = min(low, r.Sat.Low)
		}
	}
	return Scale{From: min(math.Floor(low/10)*10, 90), To: 100}
}

func headings(c CompareConfig) []Heading {
	list := []struct{ column, key string }{
		{"name", "figures.name"}, {"n", "figures.n"}, {"sat", "figures.sat"}, {"good", "figures.good"}, {"bad", "figures.bad"}}
	current, down := strings.CutPrefix(cmp.Or(c.Sort, "name"), "-")
	var hs []Heading
	for _, h := range list {
		head := Heading{Text: c.Page.T(h.key), Sort: "none"}
		next := h.column
		if h.column != "name" {
			next = "-" + h.column // the first press shows the highest
		}
		if h.column == current {
			head.Sort, next = "ascending", "-"+h.column
			if down {
				head.Sort, next = "descending", h.column
			}
		}
		head.Href = c.Link.With("sort", next) + c.Anchor
		hs = append(hs, head)
	}
	return hs
}
