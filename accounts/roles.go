package accounts

import (
	"slices"

	"minping/internal/actor"
	"minping/internal/settings"
)

// Role is a named set of permissions, held over the city, an office, a
// division or a hall.
type Role string

// The roles.
const (
	Handler       Role = "handler"        // 承办人员
	DivisionChief Role = "division_chief" // 处长
	OfficeLeader  Role = "office_leader"  // 机关领导
	HallManager   Role = "hall_manager"   // 大厅管理员
	Brand         Role = "brand"          // 品牌建设
	Committee     Role = "committee"      // 机关工委
	Discipline    Role = "discipline"     // 纪检监察
	Callback      Role = "callback"       // 回访员
	Reviewer      Role = "reviewer"       // 复核员
	Quality       Role = "quality"        // 数据质量
	Privacy       Role = "privacy"        // 个人信息保护专员
	SystemAdmin   Role = "sysadmin"       // 系统管理员
	SecurityAdmin Role = "secadmin"       // 安全管理员
	AuditAdmin    Role = "auditadmin"     // 审计管理员
)

// The permissions that this package checks itself.
const (
	accountRead  = actor.Permission("account:read")
	accountWrite = actor.Permission("account:write")
	keyRead      = actor.Permission("apikey:read")
	keyWrite     = actor.Permission("apikey:write")

	// accountConfirm lets a second person confirm a reset that another has asked for.
	accountConfirm = actor.Permission("account:confirm")
	// accountReset resets at once, without a second person. No role has it: only the
	// program itself, from the server's own terminal.
	accountReset = actor.Permission("account:reset")
)

// may says what each role permits and over which kinds of unit it may be held.
// This table is the whole of authorization by role; docs and tests read it.
var may = []struct {
	role        Role
	over        []string
	permissions []actor.Permission
}{
	{Handler, []string{"city", "office", "division"}, []actor.Permission{
		"directory:read", "rating:read", "index:read", "index:internal", "publication:read", "survey:read",
		"case:file", "case:read", "case:triage", "case:dispatch", "case:handle", "case:reply", "case:extend", "case:merge"}},
	{DivisionChief, []string{"city", "office", "division"}, []actor.Permission{
		"directory:read", "rating:read", "index:read", "index:internal", "publication:read", "survey:read",
		"case:file", "case:read", "case:triage", "case:dispatch", "case:handle", "case:reply", "case:extend", "case:merge", "template:write", "case:appeal", "case:publish"}},
	{OfficeLeader, []string{"city", "office"}, []actor.Permission{
		"directory:read", "rating:read", "index:read", "index:internal", "publication:read", "survey:read",
		"publication:write",
		"case:file", "case:read", "case:triage", "case:dispatch", "case:handle", "case:reply", "case:extend", "case:merge", "template:write", "case:appeal", "case:supervise", "case:publish", "wall:read"}},
	{HallManager, []string{"city", "hall"}, []actor.Permission{
		"directory:read", "publication:read", "publication:write", "ticket:write", "served:write", "rating:read", "index:read",
		"case:file", "case:read", "wall:read"}},
	{Brand, []string{"city", "office"}, []actor.Permission{
		"survey:read", "survey:write", "publication:read", "publication:write", "ticket:write",
		"rating:read", "index:read", "index:internal", "directory:read", "panel:write", "brand:write"}},
	{Committee, []string{"city"}, []actor.Permission{
		"index:read", "index:internal", "index:committee", "directory:read", "panel:write", "publication:read", "survey:read", "rating:read",
		settings.PermRead, settings.PermPropose, settings.PermApprove, "opening:count", "ticket:read",
		"case:read", "case:dispatch", "template:write", "case:supervise", "case:terminate", "case:publish", "wall:read", "brand:write"}},
	{Discipline, []string{"city"}, []actor.Permission{"directory:read", "index:read", settings.PermRead,
		"case:discipline"}},
	{Callback, []string{"city"}, []actor.Permission{"directory:read", "index:read", "contact:read", "vault:open",
		"case:file", "case:read", "case:callback"}},
	{Reviewer, []string{"city"}, []actor.Permission{"directory:read", "index:read",
		"case:read", "case:review"}},
	{Quality, []string{"city"}, []actor.Permission{"rating:read", "index:read", "index:internal", "directory:read", "served:write", "ticket:read",
		settings.PermRead, settings.PermPropose, settings.PermApprove}},
	{Privacy, []string{"city"}, []actor.Permission{"privacy:handle", "vault:open", "directory:read"}},
	{SystemAdmin, []string{"city"}, []actor.Permission{
		"directory:read", "directory:write", "directory:import", "import:run",
		"publication:read", "publication:write", "ticket:write", "served:write", "survey:read",
		settings.PermRead, settings.PermOperate}},
	{SecurityAdmin, []string{"city"}, []actor.Permission{accountRead, accountWrite, accountConfirm, keyRead, keyWrite, "opening:count", "directory:read", settings.PermRead, settings.PermSecure}},
	{AuditAdmin, []string{"city"}, []actor.Permission{"audit:read", "ticket:read", accountRead, accountConfirm, keyRead, "directory:read", settings.PermRead}},
}

// citywideOnly are permissions that a role has only where it is held over the whole
// city. A survey is the city's, so a brand team of one office writes no version of it;
// and who is rated hands out no tickets for its own windows: halls do, and the city.
var citywideOnly = map[Role][]actor.Permission{
	Brand: {"survey:write", "ticket:write", "panel:write"},
}

// separated are the three administrators 三员 of GB/T 22239 (8.1.5): three people.
var separated = []Role{SystemAdmin, SecurityAdmin, AuditAdmin}

// Roles lists every role, in the table's order.
func Roles() []Role {
	roles := make([]Role, 0, len(may))
	for _, row := range may {
		roles = append(roles, row.role)
	}
	return roles
}

// Overs lists the kinds of unit that the role may be held over.
func (r Role) Overs() []string {
	for _, row := range may {
		if row.role == r {
			return slices.Clone(row.over)
		}
	}
	return nil
}

// Known tells whether there is such a role.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Administers tells whether the role is one of the three administrators.
func (r Role) Administers() bool { return slices.Contains(separated, r) }

// Over tells whether the role may be held over a kind of unit.
func (r Role) Over(kind string) bool { return slices.Contains(r.Overs(), kind) }

// Permissions gives what the role permits.
func (r Role) Permissions() []actor.Permission {
	for _, row := range may {
		if row.role == r {
			return slices.Clone(row.permissions)
		}
	}
	return nil
}

// PermissionsOver gives what the role permits where it is held over a kind of unit.
func (r Role) PermissionsOver(kind string) []actor.Permission {
	all := r.Permissions()
	if kind == "city" {
		return all
	}
	return slices.DeleteFunc(all, func(p actor.Permission) bool { return slices.Contains(citywideOnly[r], p) })
}

// CitywideOnly tells whether the role has a permission only over the whole city.
func (r Role) CitywideOnly(p actor.Permission) bool { return slices.Contains(citywideOnly[r], p) }

// setKey names a role's set of permissions: over the city, or over a part of it.
type setKey struct {
	role Role
	part bool
}

// permissionSets makes the sets that actors share; nobody writes to them.
func permissionSets() map[setKey]map[actor.Permission]bool {
	sets := make(map[setKey]map[actor.Permission]bool, 2*len(may))
	for _, row := range may {
		for _, part := range []bool{false, true} {
			kind := "city"
			if part {
				kind = "part"
			}
			set := map[actor.Permission]bool{}
			for _, p := range row.role.PermissionsOver(kind) {
				set[p] = true
			}
			sets[setKey{row.role, part}] = set
		}
	}
	return sets
}
