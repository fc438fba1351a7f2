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
		"case:file", "case:read", "case:triage", "case:dispatch", "case:handle", "case:reply", "case:extend", "case:merge", "case:appeal"}},
	{OfficeLeader, []string{"city", "office"}, []actor.Permission{
		"directory:read", "rating:read", "index:read", "index:internal", "publication:read", "survey:read",
		"publication:write", "ticket:write",
		"case:file", "case:read", "case:triage", "case:dispatch", "case:handle", "case:reply", "case:extend", "case:merge", "case:appeal", "case:supervise", "wall:read"}},
	{HallManager, []string{"city", "hall"}, []actor.Permission{
		"directory:read", "publication:read", "publication:write", "ticket:write", "rating:read", "index:read",
		"case:file", "case:read", "wall:read"}},
	{Brand, []string{"city", "office"}, []actor.Permission{
		"survey:read", "survey:write", "publication:read", "publication:write", "ticket:write",
		"rating:read", "index:read", "index:internal", "directory:read"}},
	{Committee, []string{"city"}, []actor.Permission{
		"index:read", "index:internal", "index:committee", "directory:read", "publication:read", "survey:read", "rating:read",
		settings.PermRead, settings.PermPropose, settings.PermApprove, "opening:count",
		"case:read", "case:dispatch", "case:supervise", "case:terminate", "wall:read"}},
	{Discipline, []string{"city"}, []actor.Permission{"directory:read", "index:read", settings.PermRead,
		"case:discipline"}},
	{Callback, []string{"city"}, []actor.Permission{"directory:read", "index:read", "contact:read", "vault:open",
		"case:file", "case:read", "case:callback"}},
	{Reviewer, []string{"city"}, []actor.Permission{"directory:read", "index:read",
		"case:read", "case:review"}},
	{Quality, []string{"city"}, []actor.Permission{"rating:read", "index:read", "index:internal", "directory:read",
		settings.PermRead, settings.PermPropose, settings.PermApprove}},
	{Privacy, []string{"city"}, []actor.Permission{"privacy:handle", "vault:open", "directory:read"}},
	{SystemAdmin, []string{"city"}, []actor.Permission{
		"directory:read", "directory:write", "directory:import", "import:run",
		"publication:read", "publication:write", "ticket:write", "survey:read",
		settings.PermRead, settings.PermOperate}},
	{SecurityAdmin, []string{"city"}, []actor.Permission{accountRead, accountWrite, keyRead, keyWrite, "opening:count", "directory:read", settings.PermRead, settings.PermSecure}},
	{AuditAdmin, []string{"city"}, []actor.Permission{"audit:read", accountRead, keyRead, "directory:read", settings.PermRead}},
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

// permissionSets makes the sets that actors share; nobody writes to them.
func permissionSets() map[Role]map[actor.Permission]bool {
	sets := make(map[Role]map[actor.Permission]bool, len(may))
	for _, row := range may {
		set := make(map[actor.Permission]bool, len(row.permissions))
		for _, p := range row.permissions {
			set[p] = true
		}
		sets[row.role] = set
	}
	return sets
}
