package console

import (
	"context"
	"slices"
	"strconv"
	"time"

	"minping/internal/actor"
	"minping/server/web"
	"minping/server/web/figures"
	"minping/surveys"
)

// wordings turns codes of tags and numbers of answers into the words that the
// citizen saw, which stand in the version that was asked.
type wordings struct {
	surveys  *surveys.Service
	page     web.Page
	versions map[int]surveys.Version
}

func newWordings(s *surveys.Service, p web.Page) *wordings {
	return &wordings{surveys: s, page: p, versions: map[int]surveys.Version{}}
}

// version reads what citizens were asked, which is nobody's secret.
func (w *wordings) version(ctx context.Context, id int) (surveys.Version, error) {
	if v, ok := w.versions[id]; ok {
		return v, nil
	}
	v, err := w.surveys.Version(ctx, actor.System("console"), id)
	if err == nil {
		w.versions[id] = v
	}
	return v, err
}

var signalKeys = map[string]string{
	surveys.SignalHoneypot: "console.signal.honeypot", surveys.SignalHasty: "console.signal.hasty", surveys.SignalRepeat: "console.signal.repeat",
}

func (w *wordings) rating(ctx context.Context, r surveys.RatingRow) (ratingView, error) {
	p := w.page
	version, err := w.version(ctx, r.Version)
	if err != nil {
		return ratingView{}, err
	}
	keys := figures.LevelKeys()
	v := ratingView{Level: r.Level, LevelText: p.T(keys[r.Level-1]), When: w.hour(r), Comment: r.Comment, Lang: r.Language,
		Channel: figures.ChannelText(p, string(r.Channel)), Stratum: figures.StratumText(p, string(r.Stratum)),
		Aside: r.Standing == surveys.StandingQuarantined}
	if r.Unit != nil {
		v.Unit = named(p, r.Unit.Name, r.Unit.NameEn, r.Unit.Number)
		if hall := r.Unit.Hall; hall != nil && hall.ID != r.Unit.ID {
			v.Hall = named(p, hall.Name, hall.NameEn, "")
		}
	}
	for _, t := range version.Definition.Tags(r.Level) {
		if slices.Contains(r.Tags, t.Code) {
			v.Tags = append(v.Tags, t.Text.In(p.Lang))
		}
	}
	for _, q := range version.Definition.Further() {
		v.Answers = append(v.Answers, w.answers(q, r)...)
	}
	if r.Standing != surveys.StandingClear {
		for _, s := range r.Signals {
			v.Suspect = append(v.Suspect, signalText(p, s))
		}
	}
	return v, nil
}

// hour tells the day of the visit and, where the rating came on that day, the hour.
func (w *wordings) hour(r surveys.RatingRow) string {
	day := w.page.Date(r.VisitedOn.Start())
	at := r.ReceivedAt.UTC().Add(8 * time.Hour)
	if r.Channel == surveys.ChannelImport || at.Format(time.DateOnly) != r.VisitedOn.String() {
		return day
	}
	return w.page.T("console.ratings.hour", "Day", day, "Hour", strconv.Itoa(at.Hour()))
}

func (w *wordings) answers(q surveys.Question, r surveys.RatingRow) []answerView {
	var list []answerView
	text := q.Text.In(w.page.Lang)
	if said := r.Texts[q.ID]; said != "" {
		list = append(list, answerView{text, said})
	}
	for _, a := range r.Answers {
		if a.Question == q.ID {
			list = append(list, answerView{text, optionText(q, a.Value, w.page.Lang)})
		}
	}
	return list
}

func optionText(q surveys.Question, value int, lang string) string {
	for _, o := range q.Options {
		if o.Value == value {
			return o.Text.In(lang)
		}
	}
	return strconv.Itoa(value)
}

// signalText says in words why a rating is suspect.
func signalText(p web.Page, signal string) string {
	if key, ok := signalKeys[signal]; ok {
		return p.T(key)
	}
	return signal
}
