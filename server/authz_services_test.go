package main

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"minping/accounts"
	"minping/complaints/workday"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/offices"
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
	return map[string]any{"accounts": g.pf.accounts, "audit": g.pf.audit, "offices": g.pf.offices, "surveys": g.pf.surveys, "indices": g.pf.indices,
		"privacy": g.pf.privacy, "settings": g.pf.settings, "calendar": g.pf.calendar, "complaints": g.pf.desk, "publish": g.pf.public, "brand": g.pf.brand}
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
		for _, place := range places {
			err := how(g.t.Context(), g, by, g.halves[place])
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
	"surveys.Publications": "surveys.Publication", "surveys.TicketBatches": "surveys.TicketBatch", "indices.Index": "indices.Figures", "indices.Standings": "indices.Figures",
	"privacy.Contacts": "privacy.Contact",
}

// checkListsAgainstDetails: a list never shows what a detail would refuse.
func checkListsAgainstDetails(t *testing.T, table map[string]map[string]string, who []subject) {
	t.Helper()
	for list, detail := range details {
		for _, s := range who {
			for _, place := range places {
				l, d := table[list+"  "+place][s.String()], table[detail+"  "+place][s.String()]
				if l == passed && d != passed {
					t.Errorf("%s, %s: %s shows what %s answers with %q", s, place, list, detail, d)
				}
			}
		}
	}
}
