package privacy

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/vault"
)

// Copy is what is kept of a person, as they are given it (PIPL art. 45).
type Copy struct {
	MadeAt  time.Time    `json:"made_at"`
	Notice  string       `json:"notice"`
	Ratings []CopyRating `json:"ratings"`
}

// CopyRating is one rating with the contact left with it.
type CopyRating struct {
	Receipt    string         `json:"receipt,omitempty"`
	Unit       string         `json:"unit"`
	VisitedOn  string         `json:"visited_on"`
	ReceivedAt time.Time      `json:"received_at"`
	Level      int            `json:"level"`
	Channel    string         `json:"channel"`
	Stratum    string         `json:"stratum"`
	Service    string         `json:"service,omitempty"`
	Tags       []int          `json:"tags,omitempty"`
	Answers    []Answer       `json:"answers,omitempty"`
	Texts      map[int]string `json:"texts,omitempty"`
	Comment    string         `json:"comment,omitempty"`
	Language   string         `json:"language"`
	Contact    *CopyContact   `json:"contact,omitempty"`
}

// CopyContact is masked where a receipt is all that was shown, and plain where
// the person proved who they are.
type CopyContact struct {
	Name   string `json:"name,omitempty"`
	Phone  string `json:"phone,omitempty"`
	Email  string `json:"email,omitempty"`
	Masked bool   `json:"masked"`
}

func copyOf(r Rating, c *CopyContact, receipt bool) CopyRating {
	out := CopyRating{Unit: r.Unit, VisitedOn: r.VisitedOn.String(), ReceivedAt: r.ReceivedAt, Level: r.Level, Channel: r.Channel, Stratum: r.Stratum,
		Service: r.Service, Tags: r.Tags, Answers: r.Answers, Texts: r.Texts, Comment: r.Comment, Language: r.Language, Contact: c}
	if receipt {
		out.Receipt = r.Receipt
	}
	return out
}

func maskedCopy(m Masked) *CopyContact {
	return &CopyContact{Name: m.Name, Phone: m.Phone, Email: m.Email, Masked: true}
}

// Copy gives whoever holds a receipt a copy of what is kept under it; the
// contact is masked, for a receipt may have been seen by others. NotFound.
func (s *Service) Copy(ctx context.Context, receipt string) (Copy, error) {
	st, err := s.State(ctx, receipt)
	if err != nil {
		return Copy{}, err
	}
	var contact *CopyContact
	if st.Left {
		contact = maskedCopy(st.Contact)
	}
	c := Copy{MadeAt: s.Now().UTC(), Notice: "/privacy", Ratings: []CopyRating{copyOf(st.Rating, contact, true)}}
	return c, s.exported(ctx, exported{way: WayReceipt, submissions: []uuid.UUID{st.Rating.Submission}})
}

type exported struct {
	by          actor.Actor
	way         string
	reason      string
	submissions []uuid.UUID
}

// exported writes a copy that was given into the register and the chain.
func (s *Service) exported(ctx context.Context, e exported) error {
	return pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error {
		now := s.Now()
		for _, id := range e.submissions {
			if _, err := insertRequest(ctx, tx, requestRow{Kind: "export", Way: e.way, Submission: &id, AskedAt: now, DueOn: s.due().String(),
				AnsweredAt: &now, Outcome: ptr("done"), Account: account(e.by)}); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, doing{by: e.by, action: audit.PrivacyExport, kind: "submission", id: first(e.submissions),
			detail: audit.Detail{"way": e.way, "reason": e.reason, "ratings": len(e.submissions)}})
	})
}

func first(ids []uuid.UUID) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0].String()
}

// WordsAsked is what became of a request to black out words.
type WordsAsked struct {
	Asked   bool
	DueOn   string
	Done    bool
	Refused bool
	Answer  string
}

// AskedWords tells what became of it. Whoever holds the receipt may ask.
func (s *Service) AskedWords(ctx context.Context, r Rating) (WordsAsked, error) {
	row, err := wordsRequest(ctx, s.DB, r.Submission)
	if pg.None(err) {
		return WordsAsked{}, nil
	}
	if err != nil {
		return WordsAsked{}, err
	}
	w := WordsAsked{Asked: true, DueOn: row.DueOn, Answer: row.Answer}
	if row.Outcome != nil {
		w.Done, w.Refused = *row.Outcome == "done", *row.Outcome == "refused"
	}
	return w, nil
}

// AskWords asks that what in the words of a receipt's rating tells who wrote
// them be blacked out. A person decides, for a receipt may have been seen by
// whoever the words displease. Asking twice is one request. NotFound; Conflict
// where the rating has no words.
func (s *Service) AskWords(ctx context.Context, receipt string) error {
	r, err := s.Given(ctx, receipt)
	if err != nil {
		return err
	}
	if r.Comment == "" && len(r.Texts) == 0 {
		return fault.New(fault.Conflict, "privacy.words.none")
	}
	return pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error {
		due := s.due().String()
		id, err := insertRequest(ctx, tx, requestRow{Kind: "words", Way: WayReceipt, Submission: &r.Submission, AskedAt: s.Now(), DueOn: due})
		if err != nil || id == 0 {
			return err
		}
		return s.record(ctx, tx, doing{action: audit.PrivacyAsk, kind: "request", id: strconv.FormatInt(id, 10), place: r.Place,
			detail: audit.Detail{"kind": "words", "way": WayReceipt, "due_on": due}})
	})
}

// plain gives a contact in plain text to the person it belongs to.
func (s *Service) plain(ctx context.Context, by actor.Actor, req vault.Request) (*CopyContact, error) {
	c, err := s.Vault.Reveal(ctx, by, req)
	switch fault.KindOf(err) {
	case fault.Gone, fault.NotFound:
		return nil, nil //nolint:nilnil // erased meanwhile: there is no contact any more
	}
	if err != nil {
		return nil, err
	}
	return &CopyContact{Name: c.Name.Reveal(), Phone: c.Phone.Reveal(), Email: c.Email.Reveal()}, nil
}
