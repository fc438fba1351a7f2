package complaints

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// fillIns are what a template may leave open, as officials write it. What the program
// does not know of a case stays open, and a reply in which something is open is not sent.
var fillIns = []string{"诉求编号", "诉求标题", "单位", "承办人", "受理日期", "办理期限", "今天", "分类", "联系电话"}

// FillIns lists the fill-ins that templates may have.
func FillIns() []string { return slices.Clone(fillIns) }

var fillIn = regexp.MustCompile(`\{([^{}\n]{1,30})\}`)

// unknownFillIn gives the first thing in braces that is no fill-in; "" where there is none.
func unknownFillIn(body string) string {
	for _, m := range fillIn.FindAllStringSubmatch(body, -1) {
		if !slices.Contains(fillIns, m[1]) {
			return m[1]
		}
	}
	return ""
}

// stillOpen is Invalid where words to a citizen have a fill-in that nobody filled.
func stillOpen(body string) error {
	for _, m := range fillIn.FindAllStringSubmatch(body, -1) {
		if slices.Contains(fillIns, m[1]) {
			return fault.Fielded(fault.Field{Name: "body", Key: "complaints.fill_in_open", Args: map[string]any{"Name": m[1]}})
		}
	}
	return nil
}

// Offer is a template for a case, filled in as far as the case says it.
type Offer struct {
	Template
	Text string
}

// offersMost is how many templates are offered for a case.
const offersMost = 12

// Offers gives the templates for a case, those for its category and kind first, then those most
// used. Needs case:reply or case:triage at the case. NotFound, Forbidden.
func (s *Service) Offers(ctx context.Context, by actor.Actor, id ID) ([]Offer, error) {
	var list []Offer
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := selectCase(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := see(ctx, tx, by, &c); err != nil {
			return err
		}
		if may(by, PermReply, &c) != nil && may(by, PermTriage, &c) != nil {
			return forbidden()
		}
		tree, err := selectCategories(ctx, tx)
		if err != nil {
			return err
		}
		above := categoriesAbove(tree, c.Category)
		templates, err := selectTemplatesFor(ctx, tx, c, above, offersMost)
		if err != nil || len(templates) == 0 {
			return err
		}
		values, err := s.values(ctx, tx, by, c, tree)
		if err != nil {
			return err
		}
		for _, t := range templates {
			list = append(list, Offer{t, filled(t.Body, values)})
		}
		return nil
	})
	return list, err
}

// categoriesAbove gives a category and those that it lies in.
func categoriesAbove(tree []Category, id int) []int64 {
	var list []int64
	for id != 0 && len(list) < 3 {
		list = append(list, int64(id))
		i := slices.IndexFunc(tree, func(c Category) bool { return c.ID == id })
		if i < 0 {
			break
		}
		id = tree[i].Parent
	}
	return list
}

// values are what a case says for the fill-ins; what it does not say is missing.
func (s *Service) values(ctx context.Context, q pg.Querier, by actor.Actor, c Case, tree []Category) (map[string]string, error) {
	day := func(d workday.Day) string { return fmt.Sprintf("%d年%d月%d日", d.Year, int(d.Month), d.Day) }
	v := map[string]string{"诉求编号": strconv.FormatInt(c.ID, 10), "诉求标题": c.Title, "受理日期": day(workday.Of(c.ReceivedAt)), "今天": day(workday.Of(s.now()))}
	names, err := selectLabels(ctx, q, []int64{c.Office}, []int64{c.Handler})
	if err != nil {
		return nil, err
	}
	v["单位"], v["承办人"] = names.Units[c.Office].Name, names.Accounts[c.Handler]
	if v["承办人"] == "" {
		v["承办人"] = by.Name
	}
	if path := pathOf(tree, c.Category); c.Category != 0 {
		v["分类"] = strings.Trim(path[0]+"／"+path[1]+"／"+path[2], "／")
	}
	if c.DueAt != nil && c.DueClock == ClockHandle {
		v["办理期限"] = day(workday.Of(*c.DueAt))
	}
	return v, nil
}

func filled(body string, values map[string]string) string {
	return fillIn.ReplaceAllStringFunc(body, func(open string) string {
		if v := values[open[1:len(open)-1]]; v != "" {
			return v
		}
		return open
	})
}

// countUse notes that a reply began with a template, in the transaction that sends it. A
// template that is gone meanwhile is no reason not to send a reply.
func countUse(template int64) func(context.Context, *sqlx.Tx, *Case, Event) error {
	if template == 0 {
		return nil
	}
	return func(ctx context.Context, tx *sqlx.Tx, c *Case, e Event) error {
		return insertTemplateUse(ctx, tx, template, c, e)
	}
}
