package indices

import (
	"context"
	"strconv"
	"strings"

	"minping/internal/fault"
)

// Resolve reads a unit as callers name it: an id ("42") or kind:code
// ("office:demo-tax"). Public: it tells an id and nothing else. NotFound for
// what does not exist, Invalid, naming the field, for another form.
func (s *Service) Resolve(ctx context.Context, field, text string) (int64, error) {
	if kind, code, ok := strings.Cut(text, ":"); ok {
		if len(choice(field, kind, LevelNames())) > 0 || kind == "" || code == "" {
			return 0, badChoice(field, text)
		}
		return s.store.unitByCode(ctx, Level(kind), code)
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.Fielded(fault.Field{Name: field, Key: "indices.fault.unit_form", Args: map[string]any{"Value": text}})
	}
	u, _, err := s.store.unit(ctx, id)
	return u.ID, err
}
