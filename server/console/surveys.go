package console

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/server/web"
	"minping/server/web/figures"
	"minping/surveys"
)

// Surveys and their versions. Who opens them: the brand team, before publishing,
// to see exactly what citizens will be asked; a leader who wants to know what a
// figure rests on. In five seconds: the questions in their order, as worded.

type surveysPage struct {
	web.Page
	Surveys    []surveys.Survey
	MayPublish bool
}

func (h *Handler) surveyList(c echo.Context) error {
	list, err := h.surveys.Surveys(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	p := surveysPage{Page: h.site.Page(c, "console.surveys.title"), Surveys: list,
		MayPublish: web.Holds(web.ActorOf(c), surveys.PermPublicationWrite)}
	return h.site.Render(c, http.StatusOK, "surveys", p)
}

type versionPage struct {
	web.Page
	Version    surveys.Version
	Heading    string
	Questions  []questionView
	MayPublish bool
}

// questionView is one question as citizens see it, and when they see it.
type questionView struct {
	Number   int
	Text     string
	Other    string // the other language
	Kind     string
	Feeds    string
	Required bool
	Options  []string
	Tags     []tagGroup
	When     string
	Turns    string
}

type tagGroup struct {
	Level string
	Texts []string
}

func (h *Handler) version(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	v, err := h.surveys.Version(c.Request().Context(), web.ActorOf(c), int(req.ID))
	if err != nil {
		return err
	}
	p := versionPage{Page: h.site.Page(c, "console.surveys.title"), Version: v, MayPublish: web.Holds(web.ActorOf(c), surveys.PermPublicationWrite)}
	p.Heading = p.T("console.surveys.version", "Title", v.Title.In(p.Lang), "Number", v.Number)
	p.Crumbs = []web.Crumb{{Text: p.Title, Href: "/console/surveys"}, {Text: p.Heading}}
	p.Title = p.Heading
	for i, q := range v.Definition.Questions {
		p.Questions = append(p.Questions, viewQuestion(p.Page, i+1, q, v.Definition))
	}
	return h.site.Render(c, http.StatusOK, "survey_version", p)
}

var kindKeys = map[surveys.Kind]string{
	surveys.KindLevel: "console.question.level", surveys.KindTags: "console.question.tags", surveys.KindScale10: "console.question.scale10",
	surveys.KindSingle: "console.question.single", surveys.KindMultiple: "console.question.multiple",
	surveys.KindAgree: "console.question.agree", surveys.KindText: "console.question.text",
}

func viewQuestion(p web.Page, number int, q surveys.Question, d surveys.Definition) questionView {
	v := questionView{Number: number, Text: q.Text.In(p.Lang), Other: q.Text.En, Kind: p.T(kindKeys[q.Kind]),
		Feeds: figures.DimensionText(p, q.Feeds), Required: q.Required, Options: optionTexts(q.Options, p.Lang)}
	if p.Lang == "en" {
		v.Other = q.Text.Zh
	}
	if len(q.Tags) > 0 {
		keys := figures.LevelKeys()
		for level := 5; level >= 1; level-- {
			group := tagGroup{Level: p.T(keys[level-1])}
			for _, t := range q.Tags {
				if t.Level == level {
					group.Texts = append(group.Texts, t.Text.In(p.Lang))
				}
			}
			v.Tags = append(v.Tags, group)
		}
	}
	if q.Only != nil {
		v.When = p.T("console.question.only", "Question", wordingOf(d, q.Only.Key, p.Lang), "Min", q.Only.Min, "Max", q.Only.Max)
	}
	v.Turns = turns(p, q.Rotate)
	return v
}

func turns(p web.Page, r *surveys.Rotation) string {
	switch {
	case r == nil:
		return ""
	case r.OneIn > 1:
		return p.T("console.question.one_in", "N", r.OneIn)
	}
	return p.T("console.question.rotate", "N", r.Show, "Group", r.Group)
}

func wordingOf(d surveys.Definition, key, lang string) string {
	for _, q := range d.Questions {
		if q.Key == key {
			return q.Text.In(lang)
		}
	}
	return key
}

func optionTexts(options []surveys.Option, lang string) []string {
	var list []string
	for _, o := range options {
		list = append(list, fmt.Sprintf("%s（%d）", o.Text.In(lang), o.Value))
	}
	return list
}

type bankPage struct {
	web.Page
	Questions []bankView
}

type bankView struct {
	questionView
	Key     string
	Retired bool
}

// bank lists the questions that versions are made of.
func (h *Handler) bank(c echo.Context) error {
	list, err := h.surveys.Bank(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	p := bankPage{Page: h.site.Page(c, "console.bank.title")}
	p.Crumbs = []web.Crumb{{Text: p.T("console.surveys.title"), Href: "/console/surveys"}, {Text: p.Title}}
	for i, q := range list {
		view := viewQuestion(p.Page, i+1, surveys.Question{Kind: q.Kind, Feeds: q.Feeds, Text: q.Text, Options: q.Options}, surveys.Definition{})
		p.Questions = append(p.Questions, bankView{view, q.Key, q.Retired})
	}
	return h.site.Render(c, http.StatusOK, "bank", p)
}
