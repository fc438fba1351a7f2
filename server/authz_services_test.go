package main

import (
	"context"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"minping/accounts"
	"minping/complaints/workday"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/offices"
	"minping/surveys"
)

// call is how a service's method is called in the table of authorization, for
// something that belongs to a half. A list gives errUnseen where it shows nothing of the half.
type call func(ctx context.Context, g *guarded, by actor.Actor, h half) error

var errUnseen = errors.New("the list shows nothing of this half")

// seen tells whether a list has an item that lies in the half.
func seen[T any](list []T, err error, in func(T) bool) error {
	if err == nil && !slices.ContainsFunc(list, in) {
		return errUnseen
	}
	return err
}

// services are those whose every method with an actor must stand in calls.
func (g *guarded) services() map[string]any {
	return map[string]any{"accounts": g.pf.accounts, "offices": g.pf.offices, "surveys": g.pf.surveys, "indices": g.pf.indices}
}

// calls has every method of every service that takes an actor, by its name.
// Inputs are such that the question of access is answered before anything else
// could be wrong, and nothing is changed that another line needs.
var calls = map[string]call{
	"offices.Units": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.offices.Units(ctx, by, offices.Filter{Kind: offices.Window})
		return seen(list, err, func(u offices.Unit) bool { return u.ID == h.id("window") })
	},
	"offices.AllUnits": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.offices.AllUnits(ctx, by, offices.Window)
		return seen(list, err, func(u offices.Unit) bool { return u.ID == h.id("window") })
	},
	"offices.Unit": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.offices.Unit(ctx, by, h.id("window"))
		return err
	},
	"offices.ByCode": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.offices.ByCode(ctx, by, offices.Window, h["window_code"])
		return err
	},
	"offices.Staff": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.offices.Staff(ctx, by, offices.StaffFilter{})
		return seen(list, err, func(p offices.Staff) bool { return p.OfficeID == h.id("office") })
	},
	"offices.OnDuty": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.offices.OnDuty(ctx, by, h.id("window"), time.Now())
		return err
	},
	"offices.Duties": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.offices.Duties(ctx, by, h.id("window"))
		return err
	},
	"offices.Tenures": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.offices.Tenures(ctx, by, h.id("division"))
		return err
	},
	"offices.Tree": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		tree, err := g.pf.offices.Tree(ctx, by)
		return seen(append(flatten(tree.City), flatten(tree.Halls...)...), err, func(id int64) bool { return id == h.id("window") })
	},
	"offices.Export": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.offices.Export(ctx, by, io.Discard)
	},
	"offices.ExportCSV": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		var b strings.Builder
		err := g.pf.offices.ExportCSV(ctx, by, offices.Windows, &b)
		return seen([]string{b.String()}, err, func(s string) bool { return strings.Contains(s, h["window_code"]) })
	},
	"offices.Plan": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.offices.Plan(ctx, by, offices.Sheets{})
		return err
	},
	"offices.Apply": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.offices.Apply(ctx, by, offices.Sheets{})
		return err
	},
	"offices.Save": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.offices.Save(ctx, by, offices.UnitInput{ID: h.id("window")})
		return err
	},
	"offices.RenameCity": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.offices.RenameCity(ctx, by, "", "")
		return err
	},

	"surveys.Surveys": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.surveys.Surveys(ctx, by)
		return err
	},
	"surveys.Version": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.surveys.Version(ctx, by, int(h.id("version")))
		return err
	},
	"surveys.Bank": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.surveys.Bank(ctx, by)
		return err
	},
	"surveys.NewVersion": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.surveys.NewVersion(ctx, by, "walk-in", surveys.Definition{})
		return err
	},
	"surveys.Publish": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.surveys.Publish(ctx, by, surveys.PublishInput{VersionID: int(h.id("version")), Title: "x", LateWorkdays: 5,
			Channels: []surveys.Channel{surveys.ChannelWeb}, UnitIDs: []int64{h.id("window")}})
		return err
	},
	"surveys.Publications": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.surveys.Publications(ctx, by, surveys.PublicationFilter{})
		return seen(list, err, func(p surveys.Publication) bool { return p.ID == h.id("publication") })
	},
	"surveys.Publication": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, _, err := g.pf.surveys.Publication(ctx, by, h.id("publication"))
		return err
	},
	"surveys.ClosePublication": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.surveys.ClosePublication(ctx, by, h.id("publication"))
		return err
	},
	"surveys.Codes": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.surveys.Codes(ctx, by, surveys.CodeFilter{})
		return seen(list, err, func(c surveys.UnitCode) bool { return c.Unit.ID == h.id("window") })
	},
	"surveys.RotateCode": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.surveys.RotateCode(ctx, by, surveys.CodeAt{Code: h["exit_code"]})
		return err
	},
	"surveys.RevokeCode": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		return g.pf.surveys.RevokeCode(ctx, by, surveys.CodeAt{Code: h["ticket_code"]})
	},
	"surveys.Ratings": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.surveys.Ratings(ctx, by, surveys.RatingFilter{Unit: h.id("window")})
		return err
	},
	"surveys.ImportRatings": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		file, err := surveys.ReadRatings(strings.NewReader("office,level\n"))
		if err == nil {
			_, err = g.pf.surveys.ImportRatings(ctx, by, surveys.RatingImport{File: file})
		}
		return err
	},
	"surveys.IssueTickets": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.surveys.IssueTickets(ctx, by, surveys.TicketOrder{Unit: h.id("window"), Channel: surveys.ChannelTicket, VisitedOn: workday.Of(time.Now()), Count: 1})
		return err
	},
	"surveys.ImportTickets": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.surveys.ImportTickets(ctx, by, surveys.ChannelTicket, strings.NewReader(""))
		return err
	},
	"surveys.ExportTickets": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		return g.pf.surveys.ExportTickets(ctx, by, h.id("batch"), "http://127.0.0.1", io.Discard)
	},
	"surveys.TicketBatches": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.surveys.TicketBatches(ctx, by, surveys.TicketFilter{})
		return seen(list, err, func(b surveys.TicketBatch) bool { return b.ID == h.id("batch") })
	},
	"surveys.TicketBatch": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.surveys.TicketBatch(ctx, by, h.id("batch"))
		return err
	},
	"surveys.TicketCodes": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, _, err := g.pf.surveys.TicketCodes(ctx, by, h.id("batch"))
		return err
	},

	"accounts.List": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.List(ctx, by)
		return err
	},
	"accounts.Get": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		_, err := s.Get(ctx, by, id)
		return err
	}),
	"accounts.Grant": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.Grant(ctx, by, id, accounts.RoleAt{})
	}),
	"accounts.Withdraw": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.Withdraw(ctx, by, id, accounts.RoleAt{})
	}),
	"accounts.Disable": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.Disable(ctx, by, id)
	}),
	"accounts.Enable": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.Enable(ctx, by, id)
	}),
	"accounts.ResetPassword": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.ResetPassword(ctx, by, id, "x")
	}),
	"accounts.ResetFactor": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.ResetFactor(ctx, by, id, "x")
	}),
	"accounts.Create": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.Create(ctx, by, accounts.NewAccount{})
		return err
	},
	"accounts.ChangePassword": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.ChangePassword(ctx, by, accounts.PasswordChange{Current: "x"})
		return err
	},
	"accounts.Enrol": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.Enrol(ctx, by)
		return err
	},
	"accounts.ConfirmEnrolment": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, _, err := g.pf.accounts.ConfirmEnrolment(ctx, by, accounts.Confirmation{})
		return err
	},
	"accounts.RenewRecoveryCodes": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.RenewRecoveryCodes(ctx, by, "x")
		return err
	},
	"accounts.Security": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.Security(ctx, by)
		return err
	},
	"accounts.EndSession": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.accounts.EndSession(ctx, by, "none")
	},
	"accounts.EndOtherSessions": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.accounts.EndOtherSessions(ctx, by, "none")
	},
	"accounts.SignedOut": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.accounts.SignedOut(ctx, by, "none")
	},
	"accounts.ListKeys": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.ListKeys(ctx, by)
		return err
	},
	"accounts.CreateKey": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.CreateKey(ctx, by, "", "", time.Time{})
		return err
	},
	"accounts.CreateKeyAs": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.accounts.CreateKeyAs(ctx, by, "", "", "")
	},
	"accounts.RevokeKey": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.accounts.RevokeKey(ctx, by, 0)
	},

	"indices.Index": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.indices.Index(ctx, by, indices.Query{Level: indices.Division, Period: thisMonth()})
		return seen(list, err, func(r indices.Row) bool { return r.Unit.ID == h.id("division") })
	},
	"indices.Trend": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.indices.Trend(ctx, by, h.division(), indices.Grain(""))
		return err
	},
	"indices.Answers": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.indices.Answers(ctx, by, h.division())
		return err
	},
	"indices.ByChannel": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.indices.ByChannel(ctx, by, h.division())
		return err
	},
	"indices.ByStratum": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.indices.ByStratum(ctx, by, h.division())
		return err
	},
	"indices.Figures": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.indices.Figures(ctx, by, h.division())
		return err
	},
	"indices.Reasons": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.indices.Reasons(ctx, by, h.division(), 5)
		return err
	},
	"indices.Resolve": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.indices.Resolve(ctx, by, "division:"+h["division_code"])
		return err
	},
}

// onOther calls a method for the account of somebody else, which exists.
func onOther(f func(context.Context, *accounts.Service, actor.Actor, int64) error) call {
	return func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return f(ctx, g.pf.accounts, by, g.other)
	}
}

func (h half) division() indices.Subject {
	return indices.Subject{Unit: h.id("division"), Period: thisMonth()}
}

func thisMonth() indices.Period {
	p, err := indices.ParsePeriod(workday.Of(time.Now()).String()[:7])
	if err != nil {
		panic(err)
	}
	return p
}

func flatten(nodes ...*offices.Node) []int64 {
	var ids []int64
	for _, n := range nodes {
		if n != nil {
			ids = append(append(ids, n.ID), flatten(n.Children...)...)
		}
	}
	return ids
}

// answerOf reads what a call's error says about access.
func answerOf(err error) string {
	switch kind := fault.KindOf(err); {
	case errors.Is(err, errUnseen), err != nil && kind == fault.NotFound:
		return hidden
	case err != nil && kind == fault.Forbidden:
		return refused
	case err != nil && kind == fault.Unauthorized:
		return unknown
	case err != nil && kind == fault.Internal:
		return "!"
	}
	return passed
}

var actorType = reflect.TypeFor[actor.Actor]()

// methods lists every exported method of the services that takes an actor.
func (g *guarded) methods() []string {
	var list []string
	for name, service := range g.services() {
		for m := range reflect.TypeOf(service).Methods() {
			if m.Type.NumIn() > 2 && m.Type.In(2) == actorType {
				list = append(list, name+"."+m.Name)
			}
		}
	}
	slices.Sort(list)
	return list
}

// TestEveryMethodForEveryRole calls every service method as everybody, for
// something in and out of their scope: the routes are not the only way in.
func TestEveryMethodForEveryRole(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	table := map[string]map[string]string{}
	who := subjects()
	t.Run("subjects", func(t *testing.T) {
		for _, s := range who {
			t.Run(s.String(), func(t *testing.T) {
				t.Parallel()
				got := openGuarded(t).callAll(s)
				mu.Lock()
				defer mu.Unlock()
				for row, outcome := range got {
					if table[row] == nil {
						table[row] = map[string]string{}
					}
					table[row][s.String()] = outcome
				}
			})
		}
	})
	checkListsAgainstDetails(t, table, who)
	golden(t, "authorization-methods.golden", drawTable(table, who))
}

func (g *guarded) callAll(s subject) map[string]string {
	g.t.Helper()
	by := actor.Actor{}
	if s.role != "" {
		a := g.account(s)
		var err error
		if by, err = g.pf.accounts.ActorOf(g.t.Context(), a.ID); err != nil {
			g.t.Fatal(err)
		}
	}
	got := map[string]string{}
	for _, name := range g.methods() {
		how, listed := calls[name]
		if !listed {
			g.t.Errorf("%s is not in the table of authorization: say how it is called", name)
			continue
		}
		for place, h := range g.halves {
			err := how(g.t.Context(), g, by, h)
			if got[name+"  "+place] = answerOf(err); answerOf(err) == "!" {
				g.t.Errorf("%s as %s: %v", name, s, err)
			}
		}
	}
	return got
}

// details names, for each list, the method that shows one of its items.
var details = map[string]string{
	"offices.Units": "offices.Unit", "offices.AllUnits": "offices.Unit", "offices.Tree": "offices.Unit", "offices.ExportCSV": "offices.Unit",
	"surveys.Publications": "surveys.Publication", "surveys.TicketBatches": "surveys.TicketBatch", "indices.Index": "indices.Figures",
}

// checkListsAgainstDetails: a list never shows what a detail would refuse.
func checkListsAgainstDetails(t *testing.T, table map[string]map[string]string, who []subject) {
	t.Helper()
	for list, detail := range details {
		for _, s := range who {
			for _, place := range []string{"here", "there"} {
				l, d := table[list+"  "+place][s.String()], table[detail+"  "+place][s.String()]
				if l == passed && d != passed {
					t.Errorf("%s, %s: %s shows what %s answers with %q", s, place, list, detail, d)
				}
			}
		}
	}
}
