package fill

import (
	"context"
	"strings"

	"minping/accounts"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/server/demo"
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
	{"division_chief", "处长", accounts.DivisionChief, "division"},
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

func (f Filler) accounts(ctx context.Context, by actor.Actor, city *demo.Data, p places) ([]Account, error) {
	var made []Account
	var list []accounts.NewAccount
	for _, a := range demoAccounts {
		unit := map[string]int64{"city": p.city, "office": p.firstOffice, "hall": p.firstHall, "division": p.firstDivision}[a.over]
		list = append(list, accounts.NewAccount{Username: a.username, DisplayName: a.name, Password: f.Password,
			Roles: []accounts.RoleAt{{Role: a.role, Unit: unit}}})
		made = append(made, Account{Username: a.username, Name: a.name})
	}
	list = append(list, f.staffAccounts(city, p)...)
	created, err := f.Accounts.CreateAll(ctx, by, append(list, f.deskAccounts(city, p)...))
	if err != nil {
		return nil, err
	}
	p.desk.note(created)
	made = append(made, Account{Username: dispatcherName, Name: "受理派单员"})
	if err := f.lives(ctx, by, p); err != nil {
		return nil, err
	}
	if f.APIKey == "" {
		return made, nil
	}
	return made, f.Accounts.CreateKeyAs(ctx, by, "机关工委排名系统（演示）", accounts.Committee, f.APIKey)
}

// staffAccounts are some of the city's people with accounts of their own, by
// their staff numbers: chiefs over their divisions, clerks as handlers over theirs.
func (f Filler) staffAccounts(city *demo.Data, p places) []accounts.NewAccount {
	const chiefs, handlers = 16, 16
	var list []accounts.NewAccount
	taken := map[int]bool{}
	add := func(person int, role accounts.Role, unit int64) {
		who := city.Staff[person]
		taken[person] = true
		list = append(list, accounts.NewAccount{Username: strings.ToLower(who.Number), DisplayName: who.Name, StaffNo: who.Number,
			Password: f.Password, Roles: []accounts.RoleAt{{Role: role, Unit: unit}}})
	}
	for _, t := range city.Tenures {
		if len(list) < chiefs && t.To.IsZero() && !taken[t.Person] {
			add(t.Person, accounts.DivisionChief, p.divisions[t.Division])
		}
	}
	for _, d := range city.Duties {
		who := city.Staff[d.Person]
		if len(list) < chiefs+handlers && d.To.IsZero() && who.Left.IsZero() && who.Division != demo.None && !taken[d.Person] {
			add(d.Person, accounts.Handler, p.divisions[who.Division])
		}
	}
	return list
}

// lives adds what a real list has too: somebody invited, somebody who left, and a
// role that begins next month.
func (f Filler) lives(ctx context.Context, by actor.Actor, p places) error {
	today := workday.Of(f.Now)
	left := accounts.NewAccount{Username: "zhoumin", DisplayName: "周敏", Password: f.Password,
		Roles: []accounts.RoleAt{{Role: accounts.Handler, Unit: p.firstOffice}}}
	gone, err := f.Accounts.Create(ctx, by, left)
	if err != nil {
		return err
	}
	if _, err := f.Accounts.Offboard(ctx, by, gone.ID); err != nil {
		return err
	}
	mover, err := f.Accounts.Create(ctx, by, accounts.NewAccount{Username: "liangwen", DisplayName: "梁雯", Password: f.Password,
		Roles: []accounts.RoleAt{{Role: accounts.Handler, Unit: p.firstOffice}}})
	if err != nil {
		return err
	}
	next := accounts.Term{Role: accounts.OfficeLeader, Unit: p.offices[len(p.offices)-1], From: today.AddDays(30)}
	if err := f.Accounts.GrantTerm(ctx, by, mover.ID, next); err != nil {
		return err
	}
	_, err = f.Accounts.Invite(ctx, by, accounts.NewInvited{Username: "qinsiyuan", DisplayName: "秦思远",
		Terms: []accounts.Term{{Role: accounts.Reviewer, From: today}}})
	return err
}
