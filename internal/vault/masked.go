package vault

import (
	"context"

	"minping/internal/pg"
)

// Masked is a contact as everybody who works on a matter may see it.
type Masked struct {
	Name, Phone, Email, Address, IDNumber string
	Erased                                bool
}

// Mask hides what would tell who it is.
func (c Contact) Mask() Masked {
	return Masked{
		Name: MaskName(c.Name.Reveal()), Phone: MaskPhone(c.Phone.Reveal()), Email: MaskEmail(c.Email.Reveal()),
		Address: MaskAddress(c.Address.Reveal()), IDNumber: MaskIDNumber(c.IDNumber.Reveal()),
	}
}

// Masked gives the masked contacts of records, by id; an unknown id is left
// out, an erased record is there and empty.
func (v *Vault) Masked(ctx context.Context, q pg.Querier, ids []ID) (map[ID]Masked, error) {
	if len(ids) == 0 {
		return map[ID]Masked{}, nil
	}
	rows, err := selectRecords(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	masked := make(map[ID]Masked, len(rows))
	for _, row := range rows {
		if row.ErasedAt != nil {
			masked[row.ID] = Masked{Erased: true}
			continue
		}
		c, err := v.decrypt(row)
		if err != nil {
			return nil, err
		}
		masked[row.ID] = c.Mask()
	}
	return masked, nil
}
