package main

import (
	"context"
	"errors"
	"io"
	"minping/accounts"
	"minping/complaints/workday"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/settings"
	"minping/offices"
	"minping/privacy"
	"minping/surveys"
	"strings"
	"time"

	"github.com/google/uuid"
)

// calls has every method of every service that takes an actor, by its name.
// Inputs are such that the question of access is answered before anything else
// could be wrong, and nothing is changed that another line needs.
var calls = map[string]call{
	"settings.List": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.settings.List(ctx, by)
		return err
	},
	"settings.Get": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.settings.Get(ctx, by, "rating.late_days")
		return err
	},
	"settings.Proposal": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.settings.Proposal(ctx, by, 999)
		return err
	},
	"settings.Preview": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.settings.Preview(ctx, by, settings.Change{Key: "rating.late_days"})
		return err
	},
	"settings.Change": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.settings.Change(ctx, by, settings.Change{Key: "rating.late_days"})
		return err
	},
	"settings.Approve": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.settings.Approve(ctx, by, 999)
		return err
	},
	"settings.Reject": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.settings.Reject(ctx, by, 999, "x")
		return err
	},
	"settings.Withdraw": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.settings.Withdraw(ctx, by, 999)
		return err
	},
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
	"audit.Archive": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.audit.Archive(ctx, by, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), io.Discard)
		return err
	},
	"audit.CheckNow": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.audit.CheckNow(ctx, by)
	},
	"audit.Compare": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.audit.Compare(ctx, by, audit.Head{Seq: 1})
		return err
	},
	"audit.Entry": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.audit.Entry(ctx, by, audit.Cursor{Seq: 1})
		return err
	},
	"audit.Export": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.audit.Export(ctx, by, audit.Filter{Action: "vault."}, audit.CSV, io.Discard)
	},
	"audit.Remove": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.audit.Remove(ctx, by, strings.NewReader("no archive"))
		if errors.Is(err, audit.ErrArchive) {
			return nil // it was let in
		}
		return err
	},
	"audit.Search": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.audit.Search(ctx, by, audit.Filter{}, audit.Cursor{}, 1)
		return err
	},
	"audit.StartCheck": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.audit.StartCheck(ctx, by)
	},
	"audit.State": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.audit.State(ctx, by)
		return err
	},
	"surveys.TicketCodes": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, _, err := g.pf.surveys.TicketCodes(ctx, by, h.id("batch"))
		return err
	},
	"surveys.TakeTickets": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, _, err := g.pf.surveys.TakeTickets(ctx, by, h.id("batch"))
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
	"accounts.CreateAll": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.CreateAll(ctx, by, nil)
		return err
	},
	"accounts.Search": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, _, err := g.pf.accounts.Search(ctx, by, accounts.Filter{})
		return err
	},
	"accounts.Person": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		_, err := s.Person(ctx, by, id)
		return err
	}),
	"accounts.ChangeDetails": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.ChangeDetails(ctx, by, id, accounts.Details{})
	}),
	"accounts.GrantTerm": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.GrantTerm(ctx, by, id, accounts.Term{})
	}),
	"accounts.CheckTerm": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.CheckTerm(ctx, by, id, accounts.Term{})
	}),
	"accounts.EndTerm": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.EndTerm(ctx, by, id, 0, workday.Day{})
	}),
	"accounts.Invite": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.Invite(ctx, by, accounts.NewInvited{})
		return err
	},
	"accounts.CheckInvited": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.accounts.CheckInvited(ctx, by, accounts.NewInvited{})
	},
	"accounts.Reinvite": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		_, err := s.Reinvite(ctx, by, id)
		return err
	}),
	"accounts.RevokeInvitation": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.RevokeInvitation(ctx, by, id)
	}),
	"accounts.Offboard": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		_, err := s.Offboard(ctx, by, id)
		return err
	}),
	"accounts.Unlock": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.Unlock(ctx, by, id)
	}),
	"accounts.EndSessionsOf": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
		return s.EndSessionsOf(ctx, by, id, "")
	}),
	"accounts.PlanRoster": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.PlanRoster(ctx, by, offices.FormSheet{}, nil)
		return err
	},
	"accounts.ApplyRoster": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.ApplyRoster(ctx, by, offices.FormSheet{}, nil)
		return err
	},
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
	"accounts.BeginPasskey": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, _, err := g.pf.accounts.BeginPasskey(ctx, by)
		return err
	},
	"accounts.AddPasskey": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, _, err := g.pf.accounts.AddPasskey(ctx, by, accounts.NewPasskey{Name: "x"})
		return err
	},
	"accounts.RemovePasskey": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.RemovePasskey(ctx, by, accounts.Removal{})
		return err
	},
	"accounts.ConfirmPassword": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.accounts.ConfirmPassword(ctx, by, "x")
	},
	"accounts.LinkIdentity": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.accounts.LinkIdentity(ctx, by, accounts.Identity{Issuer: "https://sso.example", Subject: "x"})
	},
	"accounts.UnlinkIdentity": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.accounts.UnlinkIdentity(ctx, by, 0, "x")
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
		_, err := g.pf.accounts.CreateKey(ctx, by, accounts.NewKey{})
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
	"indices.Standings": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.indices.Standings(ctx, by, indices.Query{Level: indices.Division, Period: thisMonth()})
		return seen(list.Rows, err, func(r indices.Standing) bool { return r.Unit.ID == h.id("division") })
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

	"privacy.Contacts": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.privacy.Contacts(ctx, by, privacy.ContactFilter{})
		return seen(list, err, func(l privacy.Listed) bool { return l.Record == h.record() })
	},
	"privacy.Contact": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.privacy.Contact(ctx, by, h.record())
		return err
	},
	"privacy.Open": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.privacy.Open(ctx, by, h.record(), "callback", "核实差评情况")
		return err
	},
	"privacy.Openings": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.privacy.Openings(ctx, by, 0, 10)
		return err
	},
	"privacy.OpeningsPerMonth": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.privacy.OpeningsPerMonth(ctx, by)
		return err
	},
	"privacy.Find": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.privacy.Find(ctx, by, "13800001234")
		return err
	},
	"privacy.CopyFor": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.privacy.CopyFor(ctx, by, []uuid.UUID{h.record()}, "已核对身份证")
		return err
	},
	"privacy.EraseFor": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.privacy.EraseFor(ctx, by, []uuid.UUID{h.record()}, "x") // refused for its reason: others ask after it
		return err
	},
	"privacy.Requests": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.privacy.Requests(ctx, by, 10)
		return err
	},
	"privacy.WordsOf": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, _, err := g.pf.privacy.WordsOf(ctx, by, h.id("request"))
		return err
	},
	"privacy.Answer": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		return g.pf.privacy.Answer(ctx, by, privacy.Decision{Request: h.id("request"), Refuse: true, Reason: "x"})
	},
}

func (h half) record() uuid.UUID { return uuid.MustParse(h["record"]) }
