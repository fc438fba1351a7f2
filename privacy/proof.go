package privacy

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/vault"
)

// How a telephone is proved.
const (
	CodeLasts   = 10 * time.Minute
	ProofLasts  = 15 * time.Minute // from the right code on
	codeTries   = 5
	phoneWindow = time.Hour // of the settings codes_phone and codes_city
)

// Start makes a code for a telephone and sends it there, if a contact with that
// number is here. What comes back and how long it takes does not tell whether
// one is. Invalid (phone); TooMany for a number that was asked for too often;
// NotFound where there is no gateway.
//
// The city's bound counts what is really sent, so that made-up numbers use nothing
// up. Beyond it the answer is the same and nothing is sent: a refusal would tell,
// to whoever has brought the count to the edge, whether the number before was known.
func (s *Service) Start(ctx context.Context, phone string) (uuid.UUID, error) {
	if !s.ByPhone() {
		return uuid.UUID{}, fault.New(fault.NotFound, "privacy.phone.off")
	}
	if !vault.Mobile(phone) || len(phone) > 60 {
		return uuid.UUID{}, fault.Fielded(fault.Field{Name: "phone", Key: "privacy.phone.wrong"})
	}
	number := vault.Phone.Normal(phone)
	code, err := drawCode()
	if err != nil {
		return uuid.UUID{}, err
	}
	p := proofRow{ID: uuid.New(), Phone: s.digest("phone", number), At: s.Now()}
	p.Code = s.digest("code", p.ID.String(), code)
	err = pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error {
		// One after the other for one number, so that the count holds.
		ofPhone, sent, err := countProofs(ctx, tx, p.Phone, p.At.Add(-phoneWindow))
		if err != nil {
			return err
		}
		if ofPhone >= s.set.codesPhone.At(p.At) {
			f := fault.New(fault.TooMany, "privacy.phone.often")
			f.RetryAfter = phoneWindow
			return f
		}
		known, err := s.Vault.Find(ctx, tx, vault.Phone, number)
		if err != nil {
			return err
		}
		list, err := selectListedOf(ctx, tx, known)
		if err != nil {
			return err
		}
		for _, l := range list {
			p.Records = append(p.Records, l.Record)
		}
		if err := insertProof(ctx, tx, p); err != nil {
			return err
		}
		bound := s.set.codesOfCity.At(p.At)
		full := sent >= bound
		if full {
			s.Log.WarnContext(ctx, "too many codes by short message this hour: none is sent until there are fewer", "bound", bound)
		}
		return s.SendCode(ctx, tx, Code{Phone: vault.Hide(number), LateAt: p.At.Add(CodeLasts), Unwanted: full || len(list) == 0,
			Text: vault.Hide("【民评】验证码 " + code + "，10 分钟内有效，用于查询或删除您留下的联系方式。任何人向您索要都不要给。")})
	})
	return p.ID, err
}

func drawCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("draw code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}

// digest is keyed: who reads the table alone can try no numbers.
func (s *Service) digest(parts ...string) []byte {
	mac := hmac.New(sm3.New, s.Key)
	mac.Write([]byte(strings.Join(parts, "\x00")))
	return mac.Sum(nil)
}

func wrongCode() error {
	return fault.Fielded(fault.Field{Name: "code", Key: "privacy.phone.code_wrong"})
}

// Prove takes the code that came to the telephone, and gives a token that stands
// for the proof for a quarter of an hour. A try is counted before it is judged.
// Invalid (code) for a wrong one, an old one, a used one and after five tries alike.
func (s *Service) Prove(ctx context.Context, id uuid.UUID, code string) (token string, err error) {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '\u3000':
			return -1
		}
		return 'x'
	}, code)
	if len(digits) != 6 || strings.ContainsRune(digits, 'x') {
		return "", fault.Fielded(fault.Field{Name: "code", Key: "privacy.phone.code_six"})
	}
	want, err := countTry(ctx, s.DB, id, s.Now().Add(-CodeLasts))
	if pg.None(err) {
		return "", wrongCode()
	}
	if err != nil {
		return "", err
	}
	if !hmac.Equal(want, s.digest("code", id.String(), digits)) {
		return "", wrongCode()
	}
	raw := make([]byte, 24)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("draw token: %w", err)
	}
	token = base64.RawURLEncoding.EncodeToString(raw)
	if first, err := useProof(ctx, s.DB, id, s.digest("token", id.String(), token), s.Now()); err != nil {
		return "", err
	} else if !first {
		return "", wrongCode() // the same code in two windows at once
	}
	return token, nil
}

func (s *Service) proven(ctx context.Context, id uuid.UUID, token string) (proofRow, error) {
	p, err := selectProof(ctx, s.DB, id)
	if err != nil && !pg.None(err) {
		return p, err
	}
	if err != nil || p.ProvedAt == nil || s.Now().Sub(*p.ProvedAt) >= ProofLasts || !hmac.Equal(p.Token, s.digest("token", id.String(), token)) {
		return p, fault.New(fault.Gone, "privacy.phone.over")
	}
	return p, nil
}

// Proved lists what is kept under the number that was proved, masked. Gone once
// the proof is over.
func (s *Service) Proved(ctx context.Context, id uuid.UUID, token string) ([]Listed, error) {
	p, err := s.proven(ctx, id, token)
	if err != nil {
		return nil, err
	}
	rows, err := selectListedOf(ctx, s.DB, p.Records)
	if err != nil {
		return nil, err
	}
	return s.mask(ctx, rows)
}

// CopyProved gives the holder of a proved number a copy of what is kept under
// it. Gone once the proof is over.
func (s *Service) CopyProved(ctx context.Context, id uuid.UUID, token string) (Copy, error) {
	p, err := s.proven(ctx, id, token)
	if err != nil {
		return Copy{}, err
	}
	rows, err := selectListedOf(ctx, s.DB, p.Records)
	if err != nil {
		return Copy{}, err
	}
	return s.copyRows(ctx, rows, exported{by: actor.System("privacy"), way: WayPhone, reason: "本人经手机验证索取副本 copy for the person, by phone"})
}

func (s *Service) copyRows(ctx context.Context, rows []listedRow, e exported) (Copy, error) {
	out := Copy{MadeAt: s.Now().UTC(), Notice: "/privacy", Ratings: []CopyRating{}}
	records := map[uuid.UUID]listedRow{}
	for _, r := range rows {
		e.submissions = append(e.submissions, r.Submission)
		records[r.Submission] = r
	}
	ratings, err := s.GivenAs(ctx, e.submissions)
	if err != nil {
		return out, err
	}
	for _, r := range ratings {
		row := records[r.Submission]
		c, err := s.plain(ctx, e.by, vault.Request{Record: row.Record, At: row.place(), Purpose: "export", Reason: e.reason})
		if err != nil {
			return out, err
		}
		out.Ratings = append(out.Ratings, copyOf(r, c, false))
	}
	return out, s.exported(ctx, e)
}

// EraseProved ends every contact with the number that was proved. Gone once the proof is over.
func (s *Service) EraseProved(ctx context.Context, id uuid.UUID, token string) (erased int, err error) {
	p, err := s.proven(ctx, id, token)
	if err != nil {
		return 0, err
	}
	for _, record := range p.Records {
		err := pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error {
			row, err := lockContactOf(ctx, tx, record)
			if pg.None(err) || err == nil && row.ErasedAt != nil {
				return nil
			}
			if err != nil {
				return err
			}
			erased++
			return s.erase(ctx, tx, row, erasure{by: "person", way: WayPhone})
		})
		if err != nil {
			return erased, err
		}
	}
	return erased, nil
}
