package main

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/accounts"
	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/vault"
	"minping/notify"
	"minping/privacy"
)

// contacts are what the desk does with the contacts of citizens. A command that does
// not open the vault opens, erases and sends nothing.
func (p *platform) contacts() complaints.Contacts {
	return complaints.Contacts{
		Reveal: func(ctx context.Context, by actor.Actor, r vault.Request) (vault.Contact, error) {
			if p.vault == nil {
				return vault.Contact{}, fault.New(fault.NotFound, "complaints.no_contact")
			}
			return p.vault.Reveal(ctx, by, r)
		},
		Masked: func(ctx context.Context, q pg.Querier, ids []uuid.UUID) (map[uuid.UUID]vault.Masked, error) {
			if p.vault == nil {
				return nil, nil
			}
			return p.vault.Masked(ctx, q, ids)
		},
		Erase: func(ctx context.Context, tx *sqlx.Tx, e complaints.Erasure) error {
			if p.privacy == nil {
				return fault.New(fault.Conflict, "complaints.contact_closed")
			}
			return p.privacy.EraseCase(ctx, tx, privacy.CaseContact{Record: e.Contact, Submission: e.Submission, Place: e.Place, ByPerson: e.ByPerson})
		},
		Copied: func(ctx context.Context, tx *sqlx.Tx, submission uuid.UUID) error {
			if p.privacy == nil {
				return nil
			}
			return p.privacy.CopiedCase(ctx, tx, submission)
		},
		SendLink: p.sendLink,
		Sends:    func() bool { return p.notify != nil && p.notify.Ready() },
	}
}

// sendLink sends the citizen the address to answer by. What it ends in is in the vault
// until the message is out, and nowhere after that.
func (p *platform) sendLink(ctx context.Context, tx *sqlx.Tx, l complaints.LinkMessage) error {
	if p.notify == nil || !p.notify.Ready() {
		return fault.New(fault.Conflict, "complaints.link_off")
	}
	c, err := p.vault.RevealIn(ctx, tx, actor.System("sms"), vault.Request{Record: l.Contact, Purpose: "sms", Reason: "发送回访短信 send the link of a callback"})
	if err != nil {
		return err
	}
	if !vault.Mobile(c.Phone.Reveal()) {
		return fault.New(fault.Conflict, "complaints.link_no_phone")
	}
	text := "【民评】您反映的事项已有答复，请点开 " + p.baseURL + "/c/" + l.Token + " 回答三个问题（约半分钟），7 天内有效。"
	if l.Language == "en" {
		text = "[Minping] The office has answered you. Three short questions, valid for 7 days: " + p.baseURL + "/c/" + l.Token
	}
	return p.notify.Send(ctx, tx, notify.SMS{Phone: c.Phone, Text: vault.Hide(text), Template: "callback", LateAt: l.LateAt})
}

// recipients tells whom a notice reaches: roles over the place, in service today. Where
// an office has nobody of a role, whoever is above is told, so that no step of a clock is
// told to nobody.
func (p *platform) recipients(ctx context.Context, q pg.Querier, to complaints.Addressee) ([]int64, error) {
	if to.Account != 0 {
		return []int64{to.Account}, nil
	}
	here, office, city := accounts.Over{Office: to.Office, Division: to.Division}, accounts.Over{Office: to.Office}, accounts.Over{City: true}
	head := held{office, accounts.OfficeLeader}
	chief := held{here, accounts.DivisionChief}
	switch to.Audience {
	case "handler":
		return p.firstOf(ctx, q, held{here, accounts.Handler}, chief, head)
	case "chief":
		return p.firstOf(ctx, q, chief, head)
	case "head":
		return p.firstOf(ctx, q, head, held{city, accounts.Committee})
	case "supervisor":
		over, err := p.firstOf(ctx, q, held{city, accounts.Committee})
		if err != nil {
			return nil, err
		}
		heads, err := p.firstOf(ctx, q, head)
		return slices.Concat(over, heads), err
	case "desk":
		return p.firstOf(ctx, q, held{accounts.Over{City: true, Office: to.Office}, accounts.Handler}, held{city, accounts.Committee})
	case "caller":
		return p.firstOf(ctx, q, held{city, accounts.Callback})
	case "reviewer":
		return p.firstOf(ctx, q, held{city, accounts.Reviewer})
	case "discipline":
		return p.firstOf(ctx, q, held{city, accounts.Discipline})
	}
	return nil, nil
}

type held struct {
	over accounts.Over
	role accounts.Role
}

// firstOf gives the holders of the first role that somebody holds.
func (p *platform) firstOf(ctx context.Context, q pg.Querier, roles ...held) ([]int64, error) {
	for _, h := range roles {
		list, err := p.accounts.InRoles(ctx, q, h.over, h.role)
		if err != nil || len(list) > 0 {
			return list, err
		}
	}
	return nil, nil
}

// deliverNotices tells people inside the program what their cases' clocks say.
func (p *platform) deliverNotices(ctx context.Context) error {
	_, err := p.desk.DeliverNotices(ctx)
	return err
}
