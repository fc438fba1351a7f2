package fill

import (
	"context"

	"minping/accounts"
	"minping/internal/actor"
)

// Account is one account of the demonstration, as printed.
type Account struct{ Username, Name string }

type demoAccount struct {
	username, name string
	role           accounts.Role
	over           string // city, office, hall, division
}

// demoAccounts: one per role, named as the role.
var demoAccounts = []demoAccount{
	{"handler", "承办人员", accounts.Handler, "office"},
	{"division_chief", "处长", accounts.DivisionChief, "office"},
	{"office_leader", "机关领导", accounts.OfficeLeader, "office"},
	{"hall_manager", "大厅管理员", accounts.HallManager, "hall"},
	{"brand", "品牌建设", accounts.Brand, "city"},
	{"committee", "机关工委", accounts.Committee, "city"},
	{"discipline", "纪检监察", accounts.Discipline, "city"},
	{"callback", "回访员", accounts.Callback, "city"},
	{"reviewer", "复核员", accounts.Reviewer, "city"},
	{"quality", "数据质量管理员", accounts.Quality, "city"},
	{"privacy", "个人信息保护专员", accounts.Privacy, "city"},
	{"sysadmin", "系统管理员", accounts.SystemAdmin, "city"},
	{"secadmin", "安全管理员", accounts.SecurityAdmin, "city"},
	{"auditadmin", "审计管理员", accounts.AuditAdmin, "city"},
}

func (f Filler) accounts(ctx context.Context, by actor.Actor, p places) ([]Account, error) {
	var made []Account
	for _, a := range demoAccounts {
		unit := map[string]int64{"city": p.city, "office": p.firstOffice, "hall": p.firstHall}[a.over]
		_, err := f.Accounts.Create(ctx, by, accounts.NewAccount{Username: a.username, DisplayName: a.name,
			Password: f.Password, Roles: []accounts.RoleAt{{Role: a.role, Unit: unit}}})
		if err != nil {
			return nil, err
		}
		made = append(made, Account{Username: a.username, Name: a.name})
	}
	if f.APIKey == "" {
		return made, nil
	}
	return made, f.Accounts.CreateKeyAs(ctx, by, "机关工委排名系统（演示）", accounts.Committee, f.APIKey)
}
