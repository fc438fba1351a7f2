package citizen

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/labstack/echo/v4"

	"minping/surveys"
)

// sheetKey names one rendering of the rating page. A version never changes, so
// a rendering holds as long as the program runs.
type sheetKey struct {
	version int
	variant int
	face    face
}

// sheet is the rating page of one key, cut at its slots.
type sheet struct {
	blank  []part // nothing typed yet
	filled []part // every slot
	policy []string
}

// maxSheets bounds the memory of renderings (some 25 KB each); with more in use,
// all are made anew.
const maxSheets = 1024

// sheets is a map that is copied when it grows, so that readers never wait.
type sheets struct {
	grow  sync.Mutex
	known atomic.Pointer[map[sheetKey]*sheet]
}

func (s *sheets) find(key sheetKey) *sheet {
	if known := s.known.Load(); known != nil {
		return (*known)[key]
	}
	return nil
}

func (s *sheets) keep(key sheetKey, made *sheet) {
	s.grow.Lock()
	defer s.grow.Unlock()
	grown := map[sheetKey]*sheet{}
	if known := s.known.Load(); known != nil && len(*known) < maxSheets {
		grown = maps.Clone(*known)
	}
	grown[key] = made
	s.known.Store(&grown)
}

// sheet gives the page for a version; lot decides which of its rotating
// questions are asked. The large page asks none of them.
func (h *Handler) sheet(c echo.Context, v *surveys.Version, lot uint32, f face) (*sheet, error) {
	key := sheetKey{version: v.ID, face: f}
	if !f.elder {
		key.variant = int(lot % uint32(max(1, v.Variants())))
	}
	if s := h.sheets.find(key); s != nil {
		return s, nil
	}
	view := sheetOf(h.baseView(c, f), v, key.variant)
	style := h.full
	if !f.kiosk {
		style = h.form
	}
	view.CSS = style.css
	var b strings.Builder
	if err := h.pages.ExecuteTemplate(&b, "rate.html", view); err != nil {
		return nil, fmt.Errorf("render rating page: %w", err)
	}
	parts := cutParts(squeezeHTML(b.String()))
	s := &sheet{filled: parts, blank: blank(parts), policy: style.policy}
	h.sheets.keep(key, s)
	return s, nil
}

// sheetView is what the template of the rating page sees.
type sheetView struct {
	view
	Question  string
	Levels    []levelView
	Strata    []choice
	Questions []questionView
	Required  bool // one of the questions must be answered
}

type levelView struct {
	Value int
	Word  string
	Core  []choice
	More  []choice
}

type choice struct {
	Value string
	Word  string
}

type questionView struct {
	Name     string // form field
	ID       string
	Kind     surveys.Kind
	Text     string
	Required bool
	Choices  []choice
}

func sheetOf(base view, v *surveys.Version, variant int) sheetView {
	d, lang := v.Definition, base.Lang
	sv := sheetView{view: base, Question: place(d.Level().Text.In(lang))}
	for _, o := range d.Level().Options {
		l := levelView{Value: o.Value, Word: o.Text.In(lang)}
		for _, t := range d.Tags(o.Value) {
			c := choice{Value: strconv.Itoa(t.Code), Word: t.Text.In(lang)}
			if t.Core {
				l.Core = append(l.Core, c)
			} else if !base.Elder {
				l.More = append(l.More, c)
			}
		}
		sv.Levels = append(sv.Levels, l)
	}
	slices.SortFunc(sv.Levels, func(a, b levelView) int { return b.Value - a.Value })
	for _, s := range []surveys.Stratum{surveys.StratumPublic, surveys.StratumSociety, surveys.StratumGrassroots} {
		sv.Strata = append(sv.Strata, choice{Value: string(s), Word: sv.T("citizen.stratum." + string(s))})
	}
	for _, q := range d.Shown(variant) {
		if base.Elder && !q.Required {
			continue
		}
		sv.Questions = append(sv.Questions, viewQuestion(q, lang))
		sv.Required = sv.Required || q.Required
	}
	return sv
}

func viewQuestion(q surveys.Question, lang string) questionView {
	id := strconv.Itoa(q.ID)
	v := questionView{Name: "q." + id, ID: "q" + id, Kind: q.Kind, Text: place(q.Text.In(lang)), Required: q.Required}
	if q.Kind == surveys.KindScale10 {
		for n := range 11 {
			v.Choices = append(v.Choices, choice{strconv.Itoa(n), strconv.Itoa(n)})
		}
	}
	for _, o := range q.Options {
		v.Choices = append(v.Choices, choice{strconv.Itoa(o.Value), o.Text.In(lang)})
	}
	return v
}

// place puts slots where a question names the office or its brand.
func place(text string) string {
	return strings.NewReplacer("{office}", slot{kind: slotOffice}.mark(), "{brand}", slot{kind: slotCalled}.mark()).Replace(text)
}

// MaxComment is told beside the field.
func (sheetView) MaxComment() int { return surveys.MaxComment }
