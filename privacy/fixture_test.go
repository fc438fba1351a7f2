package privacy_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/pgtest"
	"minping/internal/vault"
	"minping/privacy"
)

// house is the service over two rated offices and some ratings.
type house struct {
	t       *testing.T
	db      *sqlx.DB
	s       *privacy.Service
	v       *vault.Vault
	ratings map[string]privacy.Rating // by receipt
	now     time.Time
	offices [2]int64
	hall    int64

	mu    sync.Mutex
	codes []privacy.Code // as they were to be sent
}

// day is a Monday.
var day = workday.Day{Year: 2026, Month: 11, Day: 23}

func newHouse(t *testing.T) *house {
	t.Helper()
	t.Parallel()
	h := &house{t: t, db: pgtest.New(t), ratings: map[string]privacy.Rating{}, now: day.Start().Add(10 * time.Hour)}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, code := range []string{"tax", "police"} {
		must(h.db.Get(&h.offices[i], `INSERT INTO units (kind, code, name, name_en) VALUES ('office', $1, '市税务局', 'Tax Bureau') RETURNING id`, code))
	}
	must(h.db.Get(&h.hall, `INSERT INTO units (kind, code, name) VALUES ('hall', 'H1', '市民中心') RETURNING id`))
	keys, err := vault.ParseKeyring("2026a:0123456789abcdeffedcba9876543210")
	must(err)
	h.v, err = vault.Open(t.Context(), vault.Config{DB: h.db, Keys: keys, Now: h.clock, OnOpen: func(ctx context.Context, tx *sqlx.Tx, o vault.Opening) error {
		return audit.Record(ctx, tx, audit.Entry{At: o.At, By: o.By, Action: audit.VaultOpen, Object: audit.Object{Kind: "contact", ID: o.Record.String()},
			Detail: audit.Detail{"purpose": o.Purpose, "reason": o.Reason}})
	}})
	must(err)
	h.s, err = privacy.New(privacy.Config{DB: h.db, Vault: h.v, Now: h.clock, Calendar: workday.Builtin, Key: []byte("0123456789abcdef"),
		Given: h.given, GivenAs: h.givenAs, BlackOut: func(context.Context, *sqlx.Tx, actor.Actor, privacy.Words) error { return nil },
		SendCode: func(_ context.Context, _ *sqlx.Tx, c privacy.Code) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.codes = append(h.codes, c)
			return nil
		}})
	must(err)
	return h
}

func (h *house) clock() time.Time { return h.now }

func (h *house) given(_ context.Context, receipt string) (privacy.Rating, error) {
	r, ok := h.ratings[receipt]
	if !ok {
		return r, fault.New(fault.NotFound, "fault.receipt.unknown")
	}
	return r, nil
}

func (h *house) givenAs(_ context.Context, ids []uuid.UUID) (list []privacy.Rating, _ error) {
	for _, r := range h.ratings {
		if slices.Contains(ids, r.Submission) {
			list = append(list, r)
		}
	}
	return list, nil
}

// rate adds a rating of an office and gives its receipt.
func (h *house) rate(office int64, level int) string {
	receipt := fmt.Sprintf("receipt%d", len(h.ratings))
	h.ratings[receipt] = privacy.Rating{Submission: uuid.New(), Receipt: receipt, UnitID: office, Unit: "市税务局", Place: actor.Place{Office: office, Hall: h.hall},
		VisitedOn: day, ReceivedAt: h.now, Until: day.AddDays(7), Level: level, Comment: "排队两小时", Language: "zh-CN"}
	return receipt
}

func left(name, reach string) privacy.Left {
	return privacy.Left{Name: privacy.Hide(name), Reach: privacy.Hide(reach)}
}

func (h *house) leave(receipt, name, reach string) {
	h.t.Helper()
	if err := h.s.Leave(h.t.Context(), receipt, left(name, reach)); err != nil {
		h.t.Fatalf("leave: %v", err)
	}
}

func (h *house) state(receipt string) privacy.State {
	h.t.Helper()
	st, err := h.s.State(h.t.Context(), receipt)
	if err != nil {
		h.t.Fatal(err)
	}
	return st
}

func person(account int64, office int64, permissions ...actor.Permission) actor.Actor {
	set := map[actor.Permission]bool{}
	for _, p := range permissions {
		set[p] = true
	}
	return actor.Actor{Account: account, Name: fmt.Sprintf("账号%d", account), Grants: []actor.Grant{{Permissions: set, Office: office}}}
}

func caller() actor.Actor  { return person(7, 0, privacy.PermContactRead, privacy.PermOpen) }
func officer() actor.Actor { return person(8, 0, privacy.PermHandle, privacy.PermOpen) }

func (h *house) contacts(by actor.Actor) []privacy.Listed {
	h.t.Helper()
	list, err := h.s.Contacts(h.t.Context(), by, privacy.ContactFilter{})
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func (h *house) count(query string, args ...any) (n int) {
	h.t.Helper()
	if err := h.db.Get(&n, query, args...); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// wrong tells that an error is of a kind and, for Invalid, about a field.
func (h *house) wrong(err error, kind fault.Kind, field string) {
	h.t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind || field != "" && (len(f.Fields) == 0 || f.Fields[0].Name != field) {
		h.t.Errorf("%v, want kind %d about %q", err, kind, field)
	}
}

// code is what the last message told.
func (h *house) code() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	text := h.codes[len(h.codes)-1].Text.Reveal()
	_, rest, _ := strings.Cut(text, "验证码 ")
	return rest[:6]
}

var errHalfway = errors.New("the power went")

// orphan puts a contact into the vault that nothing refers to, as no program of ours can.
func (h *house) orphan() vault.ID {
	h.t.Helper()
	var id vault.ID
	if err := pg.InTx(h.t.Context(), h.db, func(tx *sqlx.Tx) (err error) {
		id, err = h.v.Put(h.t.Context(), tx, vault.Entry{Kind: "contact", Contact: vault.Contact{Phone: vault.Hide("13900001111")}})
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return id
}
