package accounts

import (
	"slices"

	"minping/internal/actor"
	"minping/internal/settings"
)

// described says of every permission how it is put in words: whether it lets
// somebody do something or only see it, and whether the unit that a role is held
// over bounds it. What is not bounded is the same for the whole city.
var described = []struct {
	permission actor.Permission
	does       bool
	bounded    bool
}{
	{"index:read", false, false},
	{"index:internal", false, true},
	{"index:committee", false, false},
	{"rating:read", false, true},
	{"survey:read", false, false},
	{"publication:read", false, true},
	{"directory:read", false, true},
	{settings.PermRead, false, false},
	{"contact:read", false, true},
	{"opening:count", false, false},
	{"case:read", false, true},
	{"ticket:read", false, false},
	{"wall:read", false, true},
	{accountRead, false, false},
	{keyRead, false, false},
	{"audit:read", false, false},
	{"survey:write", true, false},
	{"panel:write", true, false},
	{"publication:write", true, true},
	{"brand:write", true, true},
	{"ticket:write", true, true},
	{"served:write", true, true},
	{"directory:write", true, true},
	{"directory:import", true, false},
	{"import:run", true, false},
	{"case:file", true, true},
	{"case:triage", true, true},
	{"case:dispatch", true, true},
	{"case:handle", true, true},
	{"case:reply", true, true},
	{"case:extend", true, true},
	{"case:merge", true, true},
	{"template:write", true, true},
	{"case:appeal", true, true},
	{"case:supervise", true, true},
	{"case:terminate", true, false},
	{"case:callback", true, false},
	{"case:review", true, false},
	{"case:publish", true, true},
	{"case:discipline", true, false},
	{settings.PermPropose, true, false},
	{settings.PermApprove, true, false},
	{settings.PermOperate, true, false},
	{settings.PermSecure, true, false},
	{"vault:open", true, false},
	{"privacy:handle", true, false},
	{accountWrite, true, false},
	{accountConfirm, true, false},
	{keyWrite, true, false},
}

// Permissions lists every permission that a role can have, in the order in which
// pages show them: first what is seen, then what is done.
func Permissions() []actor.Permission {
	list := make([]actor.Permission, 0, len(described))
	for _, d := range described {
		list = append(list, d.permission)
	}
	return list
}

// Reach is what somebody may do, in the order of Permissions: within the units
// that a role is held over, or in the whole city.
type Reach struct {
	Sees, SeesCitywide []actor.Permission
	Does, DoesCitywide []actor.Permission
	Hidden             []actor.Permission // what others see and they do not
}

// Explain puts the permissions of a role over a kind of unit in order.
func (r Role) Explain(kind string) Reach {
	var out Reach
	has := r.PermissionsOver(kind)
	for _, d := range described {
		into := &out.Hidden
		switch held := slices.Contains(has, d.permission); {
		case !held && d.does:
			continue
		case !held:
		case d.does && d.bounded:
			into = &out.Does
		case d.does:
			into = &out.DoesCitywide
		case d.bounded:
			into = &out.Sees
		default:
			into = &out.SeesCitywide
		}
		*into = append(*into, d.permission)
	}
	return out
}
