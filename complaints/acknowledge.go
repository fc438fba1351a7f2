package complaints

import (
	"context"

	"minping/internal/actor"
)

// Acknowledge signs for a dispatched case 签收; who does is its handler unless
// somebody is assigned. Needs case:handle. Conflict where it is not waiting for that.
func (s *Service) Acknowledge(ctx context.Context, by actor.Actor, id ID, seen int) (Case, error) {
	return s.act(ctx, by, id, deed{action: ActAcknowledge, seen: seen, part: "handler"})
}

// Start begins to handle an acknowledged case. Needs case:handle.
func (s *Service) Start(ctx context.Context, by actor.Actor, id ID, seen int) (Case, error) {
	return s.act(ctx, by, id, deed{action: ActStart, seen: seen, part: "handler"})
}
