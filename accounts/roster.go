package accounts

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/offices"
)

// RosterForm is the workbook by which many accounts are made at once: one row per
// account and role.
func RosterForm() offices.Form {
	return offices.Form{Title: "账号", Rules: []string{
		"第一行是表头，请勿改动。一人担任几个角色就写几行，用户名、姓名相同。",
		"用户名已有的，只补上表里有而账号没有的角色；已有的账号和角色不会重复，也不会被删除或停用。",
		"新账号没有密码。导入后为每人生成一张邀请单，本人凭邀请码自己设置密码，七天内有效。",
		"只要有一处错误，整份文件都不会写入；请按提示改好后重新导入。",
	}, Columns: []offices.FormColumn{
		{Name: "username", Heading: "用户名", Aliases: []string{"账号", "登录名"}, Required: true, Code: true, Max: 40, Width: 18, Note: "小写字母开头，2–40 位，只含小写字母、数字和 . _ -。再次导入时凭它认出同一账号。"},
		{Name: "display_name", Heading: "姓名", Aliases: []string{"name"}, Required: true, Max: 50, Width: 14, Note: "不超过 50 个字。"},
		{Name: "staff_no", Heading: "工号", Aliases: []string{"人员工号"}, Code: true, Max: 32, Width: 14, Note: "可不填。名录里的工号；用来避免本人经办与自己有关的事项。"},
		{Name: "role", Heading: "角色", Required: true, Max: 40, Width: 16, Note: "如：承办人员、处长、机关领导、大厅管理员。"},
		{Name: "unit", Heading: "范围编码", Aliases: []string{"单位编码", "机关编码", "处室编码", "大厅编码"}, Code: true, Max: 80, Width: 18, Note: "机关、处室或大厅在名录里的编码；全市的角色不填。不同级别有相同编码时，写成 office:编码、division:编码或 hall:编码。"},
		{Name: "from", Heading: "起始日期", Aliases: []string{"开始日期"}, Day: true, Width: 13, Note: "可不填，不填为导入当天。写成 2026-11-23 的样子。"},
		{Name: "to", Heading: "截止日期", Aliases: []string{"结束日期"}, Day: true, Width: 13, Note: "最后一天，含当日；长期的不填，或写“长期”。"},
	}}
}

// maxRoster is how many rows one file may have.
const maxRoster = 2000

// Roster is what importing a file does, or why it may not.
type Roster struct {
	Rows, New, RolesAdded, Unchanged int
	Problems                         []offices.Problem
	Invitations                      []Invitation // only from ApplyRoster
}

// OK tells whether the file may be applied; Writes, whether that changes anything.
func (r Roster) OK() bool     { return len(r.Problems) == 0 }
func (r Roster) Writes() bool { return r.New+r.RolesAdded > 0 }

// ReadRoster reads a file for PlanRoster and ApplyRoster.
func ReadRoster(name string, r io.Reader) (offices.FormSheet, error) {
	sheet, err := offices.ReadForm(name, r, RosterForm())
	if err == nil && sheet.Count > maxRoster {
		return sheet, fault.New(fault.TooLarge, "accounts.roster.rows").With("Max", maxRoster)
	}
	return sheet, err
}

// PlanRoster tells what ApplyRoster would do and every fault of the file. It goes
// the whole way and then takes everything back. Needs account:write. roles names
// the roles as files may write them.
func (s *Service) PlanRoster(ctx context.Context, by actor.Actor, sheet offices.FormSheet, roles map[string]Role) (Roster, error) {
	return s.roster(ctx, by, sheet, roles, true)
}

// ApplyRoster invites whom the file names and gives their roles: all, or where
// there is any fault nothing, and then the answer comes with an Invalid fault.
// Applying a file twice changes nothing the second time. Needs account:write.
func (s *Service) ApplyRoster(ctx context.Context, by actor.Actor, sheet offices.FormSheet, roles map[string]Role) (Roster, error) {
	return s.roster(ctx, by, sheet, roles, false)
}

func (s *Service) roster(ctx context.Context, by actor.Actor, sheet offices.FormSheet, roles map[string]Role, dry bool) (Roster, error) {
	if err := allowed(by, accountWrite); err != nil {
		return Roster{}, s.denied(ctx, by, 0, err)
	}
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return Roster{}, fmt.Errorf("import accounts: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // no-op after Commit
	run := rosterRun{s: s, tx: tx, by: by, sheet: &sheet, roles: roles, out: Roster{Rows: sheet.Count, Problems: sheet.Problems}}
	for _, row := range sheet.Rows {
		if err := run.take(ctx, row); err != nil {
			return Roster{}, fmt.Errorf("import accounts: %w", err)
		}
	}
	if dry {
		run.out.Invitations = nil
		return run.out, nil
	}
	if !run.out.OK() {
		run.out.Invitations = nil
		return run.out, fault.New(fault.Invalid, "offices.import.faulty").With("Count", len(run.out.Problems))
	}
	// Last, for nobody else can record until the commit.
	for _, e := range append(run.told, run.out.told(by)) {
		if err := s.audit(ctx, tx, e); err != nil {
			return Roster{}, err
		}
	}
	err = tx.Commit()
	if err != nil {
		return Roster{}, fmt.Errorf("import accounts: %w", err)
	}
	return run.out, nil
}

func (r Roster) told(by actor.Actor) AuditEvent {
	return AuditEvent{Action: "account.import", By: by, Object: "accounts/import", Detail: map[string]string{
		"rows": strconv.Itoa(r.Rows), "invited": strconv.Itoa(r.New), "roles_added": strconv.Itoa(r.RolesAdded)}}
}

// rosterRun is one import going through a file, row by row, in one transaction.
type rosterRun struct {
	s     *Service
	tx    *sqlx.Tx
	by    actor.Actor
	sheet *offices.FormSheet
	roles map[string]Role
	told  []AuditEvent // for the audit, should it come to that
	out   Roster
}

// take does one row within a savepoint: what a row breaks is taken back, told,
// and the next row is looked at.
func (r *rosterRun) take(ctx context.Context, row offices.Row) error {
	if _, err := r.tx.ExecContext(ctx, `SAVEPOINT row`); err != nil {
		return err
	}
	err := r.row(ctx, row)
	f, ok := fault.As(err)
	if err == nil || !ok {
		return err
	}
	if _, err := r.tx.ExecContext(ctx, `ROLLBACK TO SAVEPOINT row`); err != nil {
		return err
	}
	if len(f.Fields) == 0 {
		r.out.Problems = append(r.out.Problems, r.sheet.At(row.Number, "", f.Key, f.Args))
	}
	for _, field := range f.Fields {
		r.out.Problems = append(r.out.Problems, r.sheet.At(row.Number, field.Name, field.Key, field.Args))
	}
	return nil
}

func (r *rosterRun) row(ctx context.Context, row offices.Row) error {
	n := NewInvited{Username: row.Cells[0], DisplayName: row.Cells[1], StaffNo: row.Cells[2]}
	if wrong := r.s.checkInvited(&n); len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	term, err := r.term(ctx, row)
	if err != nil {
		return err
	}
	account, isNew, err := r.account(ctx, n)
	if err != nil {
		return err
	}
	if _, err := lockAccount(ctx, r.tx, account); err != nil {
		return err
	}
	if r.by.Account != 0 && r.by.Account == account {
		return fault.Fielded(complain("username", "accounts.role.self"))
	}
	if held, err := holdsTerm(ctx, r.tx, account, term, row.Cells[5] != ""); err != nil {
		return err
	} else if held {
		r.out.Unchanged++
		return nil
	}
	if wrong := r.s.checkTerm(term); len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	if err := r.s.termIn(ctx, r.tx, account, term.from(r.by)); err != nil {
		return err
	}
	if !isNew {
		r.out.RolesAdded++
	} else if err := r.invited(ctx, account, n); err != nil {
		return err
	}
	r.told = append(r.told, term.granted(r.by, account))
	return nil
}

func (r *rosterRun) invited(ctx context.Context, account int64, n NewInvited) error {
	inv, err := r.s.codeFor(ctx, r.tx, account)
	if err != nil {
		return err
	}
	inv.Username, inv.Name = n.Username, n.DisplayName
	r.out.New++
	r.out.Invitations = append(r.out.Invitations, inv)
	r.told = append(r.told, AuditEvent{Action: "account.invite", By: r.by, Object: objectOf(account),
		Detail: map[string]string{"username": n.Username, "expires": inv.ExpiresAt.UTC().Format(time.RFC3339)}})
	return nil
}

func (r *rosterRun) term(ctx context.Context, row offices.Row) (Term, error) {
	t := Term{Role: Role(row.Cells[3]), From: workday.Of(r.s.now())}
	if named, ok := r.roles[row.Cells[3]]; ok {
		t.Role = named
	}
	if !t.Role.Known() {
		return t, fault.Fielded(fault.Field{Name: "role", Key: "accounts.roster.role", Args: map[string]any{"Value": row.Cells[3]}})
	}
	if row.Cells[5] != "" {
		t.From, _ = workday.Parse(row.Cells[5]) // the form has read both days
	}
	if row.Cells[6] != "" {
		t.To, _ = workday.Parse(row.Cells[6])
	}
	unit, err := unitByCode(ctx, r.tx, t.Role, row.Cells[4])
	if pg.None(err) {
		return t, fault.Fielded(fault.Field{Name: "unit", Key: "accounts.roster.unit", Args: map[string]any{"Value": row.Cells[4]}})
	}
	t.Unit = unit
	return t, err
}

// account finds whom a row means, or makes the account.
func (r *rosterRun) account(ctx context.Context, n NewInvited) (id int64, isNew bool, err error) {
	known, err := accountNamed(ctx, r.tx, n.Username)
	if pg.None(err) {
		id, err = r.s.makeInvited(ctx, r.tx, r.by, n)
		return id, true, err
	}
	if err != nil {
		return 0, false, err
	}
	switch {
	case known.Left:
		return 0, false, fault.Fielded(complain("username", "accounts.left"))
	case known.Name != n.DisplayName:
		return 0, false, fault.Fielded(fault.Field{Name: "display_name", Key: "accounts.roster.name", Args: map[string]any{"Value": known.Name}})
	case n.StaffNo != "" && known.StaffNo != n.StaffNo:
		return 0, false, fault.Fielded(fault.Field{Name: "staff_no", Key: "accounts.roster.staff", Args: map[string]any{"Value": known.StaffNo}})
	}
	return known.ID, false, nil
}
