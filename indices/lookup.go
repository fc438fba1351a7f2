package indices

import (
	"context"
	"strconv"
	"strings"

	"minping/internal/actor"
	"minping/internal/fault"
)

// Resolve finds a unit as callers name it: by id ("42") or kind:code
// ("office:tax"). NotFound for what does not exist or is a division out of by's
// scope; Unauthorized or Forbidden for a division where by may see none; Invalid
// for another form.
func (s *Service) Resolve(ctx context.Context, by actor.Actor, text string) (Unit, error) {
	id, err := s.identify(ctx, by, text)
	if err != nil {
		return Unit{}, err
	}
	return s.visible(ctx, by, id)
}

func (s *Service) identify(ctx context.Context, by actor.Actor, text string) (int64, error) {
	kind, code, coded := strings.Cut(text, ":")
	id, err := strconv.ParseInt(text, 10, 64)
	switch {
	case !coded && err == nil && id > 0:
		return id, nil
	case !coded || kind == "" || code == "" || len(choice("", kind, LevelNames())) > 0:
		return 0, fault.New(fault.Invalid, "indices.fault.unit_form").With("Value", text)
	}
	// Before looking, so that the answer does not tell which divisions there are.
	if _, err := scopeFor(by, Level(kind)); err != nil {
		return 0, err
	}
	return s.store.unitByCode(ctx, Level(kind), code)
}
