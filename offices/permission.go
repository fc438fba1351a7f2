package offices

import "minping/internal/actor"

// The permissions this package checks.
const (
	PermRead   actor.Permission = "directory:read"
	PermWrite  actor.Permission = "directory:write"
	PermImport actor.Permission = "directory:import"
)
