package fill

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"minping/accounts"
	"minping/complaints"
	"minping/internal/actor"
	"minping/server/demo"
	"minping/surveys"
)

// badDays is how long before today bad ratings have been opening cases.
const badDays = 45

// people are the accounts that handle cases, by their part.
type people struct {
	handlers  map[int]complaints.Doer // by the office's place among the city's
	usernames map[string]int          // of handlers → office
	city      map[demo.Doer]complaints.Doer
}

// dispatcherName is the account of the dispatch desk: a handler over the whole city.
const dispatcherName = "dispatcher"

// deskAccounts are one handler for every office that has none, and the dispatch desk.
func (f Filler) deskAccounts(city *demo.Data, p places) []accounts.NewAccount {
	list := []accounts.NewAccount{{Username: dispatcherName, DisplayName: "受理派单员", Password: f.Password,
		Roles: []accounts.RoleAt{{Role: accounts.Handler, Unit: p.city}}}}
	p.desk.usernames = map[string]int{"handler": slices.Index(p.offices, p.firstOffice)}
	served := map[int]bool{p.desk.usernames["handler"]: true}
	for i := len(city.Staff) - 1; i >= 0; i-- {
		who := city.Staff[i]
		if served[who.Office] || !who.Left.IsZero() {
			continue
		}
		name := strings.ToLower(who.Number)
		served[who.Office], p.desk.usernames[name] = true, who.Office
		list = append(list, accounts.NewAccount{Username: name, DisplayName: who.Name, StaffNo: who.Number, Password: f.Password,
			Roles: []accounts.RoleAt{{Role: accounts.Handler, Unit: p.offices[who.Office]}}})
	}
	return list
}

// note keeps the numbers of the accounts that were made.
func (p *people) note(made []accounts.Account) {
	p.city = map[demo.Doer]complaints.Doer{}
	functions := map[string]demo.Doer{dispatcherName: demo.ByDispatcher, "callback": demo.ByCaller, "reviewer": demo.ByReviewer,
		"committee": demo.BySupervisor, "discipline": demo.ByDiscipline}
	for _, a := range made {
		doer := complaints.Doer{Account: a.ID, Name: a.DisplayName}
		if function, is := functions[a.Username]; is {
			p.city[function] = doer
		}
		if office, is := p.usernames[a.Username]; is {
			p.handlers[office] = doer
		}
	}
}

// cases stores the year's cases and those of the last weeks' bad ratings, by time.
func (f Filler) cases(ctx context.Context, by actor.Actor, city *demo.Data, p places) (complaints.PastReport, error) {
	t := teller{city: city, places: p, paths: map[[3]string]int{}}
	written := city.Cases()
	if err := f.categories(ctx, by, &t, written); err != nil {
		return complaints.PastReport{}, err
	}
	bad, err := f.badRatings(ctx, by, city)
	if err != nil {
		return complaints.PastReport{}, err
	}
	return f.Desk.FillPast(ctx, by, t.tell(f, written, bad))
}

// categories makes the tree in which the written cases stand.
func (f Filler) categories(ctx context.Context, by actor.Actor, t *teller, written []demo.Case) error {
	var paths [][3]string
	for _, c := range written {
		if !slices.Contains(paths, c.Category) {
			paths = append(paths, c.Category)
		}
	}
	slices.SortFunc(paths, func(a, b [3]string) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	if _, err := f.Desk.ImportCategories(ctx, by, paths); err != nil {
		return err
	}
	tree, err := f.Desk.Categories(ctx)
	if err != nil {
		return err
	}
	at := map[int][3]string{}
	for _, c := range tree { // parents come first
		path := at[c.Parent]
		path[c.Level-1] = c.Name
		at[c.ID], t.paths[path] = path, c.ID
	}
	return nil
}

// badRatings lists the bad ratings of the last weeks, oldest first.
func (f Filler) badRatings(ctx context.Context, by actor.Actor, city *demo.Data) ([]surveys.RatingRow, error) {
	filter := surveys.RatingFilter{From: city.Today.AddDays(-badDays), BadOnly: true, Limit: 100}
	var list []surveys.RatingRow
	for {
		page, err := f.Surveys.Ratings(ctx, by, filter)
		if err != nil {
			return nil, err
		}
		list = append(list, page...)
		if len(page) < filter.Limit {
			slices.Reverse(list)
			return list, nil
		}
		last := page[len(page)-1]
		filter.BeforeDay, filter.BeforeID = last.VisitedOn, last.ID
	}
}

// teller turns the city's words into the product's.
type teller struct {
	city   *demo.Data
	places places
	paths  map[[3]string]int
	stands []int // of each written case, its place in the fill
	n      int
}

// tell gives written cases and those of bad ratings in the order in which they came in.
func (t *teller) tell(f Filler, written []demo.Case, bad []surveys.RatingRow) iter.Seq[complaints.Past] {
	answers := t.city.AnswersBad()
	windows := map[int64]int{}
	for i, id := range t.places.windows {
		windows[id] = i
	}
	return func(yield func(complaints.Past) bool) {
		for len(written) > 0 || len(bad) > 0 {
			var past complaints.Past
			if len(bad) == 0 || len(written) > 0 && written[0].Filed.Before(opened(bad[0])) {
				past, written = t.written(written[0]), written[1:]
				t.stands = append(t.stands, t.n)
			} else {
				r := bad[0]
				bad = bad[1:]
				window, known := windows[unitOf(r)]
				if !known || opened(r).After(f.Now) {
					continue
				}
				past = t.rated(f, r, answers(demo.BadRated{At: opened(r), Window: window}, r.ID))
			}
			t.n++
			if !yield(past) {
				return
			}
		}
	}
}

func unitOf(r surveys.RatingRow) int64 {
	if r.Unit == nil {
		return 0
	}
	return r.Unit.ID
}

// opened is when the case of a rating was opened: moments after it came in.
func opened(r surveys.RatingRow) time.Time { return r.ReceivedAt.Add(9 * time.Second) }
