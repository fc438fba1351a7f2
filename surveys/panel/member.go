package panel

import (
	"context"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/offices"
)

// MaxMembers is how many one wave invites at most.
const MaxMembers = 20_000

// member is a line of the file.
type member struct {
	reference, group, age, district string
	own                             int64
	row                             int
}

// Form is the file in which members are named.
func Form() offices.Form {
	return offices.Form{Title: "调查对象", Rules: []string{
		"第一行是表头，请勿改动。一人一行。",
		"编号由组织方自行编排，用来分发邀请函；请勿填写姓名、身份证号、手机号。",
		"已有的编号不能重复导入；只要有一处错误，整份文件都不会写入。",
	}, Columns: []offices.FormColumn{
		{Name: "reference", Heading: "编号", Aliases: []string{"序号", "reference"}, Required: true, Max: 64, Width: 16, Note: "同一轮调查内不得重复。"},
		{Name: "group", Heading: "人群", Aliases: []string{"类别", "group"}, Required: true, Max: 20, Width: 12, Note: "群众、社会、基层、专家、市民代表、代表委员、上级、同级、下级之一。"},
		{Name: "age", Heading: "年龄段", Aliases: []string{"年龄", "age"}, Max: 10, Width: 10, Note: "18-29、30-44、45-59、60+ 之一，可不填。"},
		{Name: "district", Heading: "区市", Aliases: []string{"区县", "district"}, Max: 40, Width: 12, Note: "可不填，只用于分发。"},
		{Name: "own", Heading: "所属机关编码", Aliases: []string{"所属机关", "own"}, Code: true, Max: 64, Width: 16, Note: "本人在机关任职的填写，不会请他评价本机关。"},
	}}
}

// ReadMembers reads a file for Import.
func ReadMembers(name string, r io.Reader) (offices.FormSheet, error) {
	return offices.ReadForm(name, r, Form())
}

// Report is what an import did, or every fault that kept it from doing anything.
type Report struct {
	Rows     int
	Problems []offices.Problem
}

// Import adds the members of a file, and draws for each the offices to answer about: all
// of them or, where there is any fault, none. Forbidden as Waves; NotFound; Conflict where
// the wave is closed; Invalid with the report's problems.
func (s *Service) Import(ctx context.Context, by actor.Actor, id int64, sheet offices.FormSheet) (Report, error) {
	report := Report{Rows: sheet.Count, Problems: sheet.Problems}
	if err := admit(by); err != nil {
		return report, err
	}
	err := s.inWave(ctx, id, func(tx *sqlx.Tx, w locked) error {
		if w.State == Closed {
			return fault.New(fault.Conflict, "five.panel.fault.closed")
		}
		known, err := selectReferences(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(known)+sheet.Count > MaxMembers {
			return fault.New(fault.Invalid, "five.panel.fault.many").With("Max", MaxMembers)
		}
		codes, err := selectOfficeCodes(ctx, tx)
		if err != nil {
			return err
		}
		list, problems := readMembers(&sheet, known, codes)
		if report.Problems = append(report.Problems, problems...); len(report.Problems) > 0 || len(list) == 0 {
			return fault.New(fault.Invalid, "five.panel.fault.file")
		}
		about, err := selectOfficeIDs(ctx, tx, id)
		if err != nil {
			return err
		}
		plan := rotate(list, rotation{offices: about, each: w.PerMember, begin: len(known), seed: uint64(id)})
		if err := insertMembers(ctx, tx, id, list, plan); err != nil {
			return err
		}
		return s.note(ctx, tx, by, did{audit.PanelImport, id, audit.Detail{"rows": len(list)}})
	})
	return report, err
}

// readMembers checks the rows that could be read.
func readMembers(sheet *offices.FormSheet, known map[string]bool, codes map[string]int64) (list []member, problems []offices.Problem) {
	groups := map[string]string{}
	for _, g := range Groups() {
		groups[g.Zh], groups[g.Key] = g.Key, g.Key
	}
	for _, row := range sheet.Rows {
		m := member{reference: row.Cells[0], group: groups[row.Cells[1]], age: row.Cells[2], district: row.Cells[3], row: row.Number}
		wrong := func(column, key string) {
			problems = append(problems, sheet.At(row.Number, column, key, nil))
		}
		if known[m.reference] {
			wrong("reference", "five.panel.fault.twice")
		}
		known[m.reference] = true
		if m.group == "" {
			wrong("group", "five.panel.fault.group")
		}
		if m.age != "" && !slices.Contains(AgeBands(), m.age) {
			wrong("age", "five.panel.fault.age")
		}
		if code := row.Cells[4]; code != "" {
			if m.own = codes[code]; m.own == 0 {
				wrong("own", "five.panel.fault.own")
			}
		}
		list = append(list, m)
	}
	return list, problems
}

// rotation says which offices are drawn for members.
type rotation struct {
	offices     []int64
	each, begin int // begin: how many members the wave has already
	seed        uint64
}

// rotate gives every member so many offices, never their own, so that within each group
// the offices are asked about equally often, give or take what members' own offices upset.
// Chance decides who gets which: the least asked so far, and among those any.
func rotate(list []member, r rotation) [][]int64 {
	src := rand.New(rand.NewPCG(r.seed, uint64(r.begin))) //nolint:gosec // a draw that can be repeated, no secret
	asked := map[string]map[int64]int{}
	plan := make([][]int64, len(list))
	for i, m := range list {
		if asked[m.group] == nil {
			asked[m.group] = map[int64]int{}
		}
		count := asked[m.group]
		order := slices.Clone(r.offices)
		src.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		slices.SortStableFunc(order, func(a, b int64) int { return count[a] - count[b] })
		for _, office := range order {
			if len(plan[i]) == r.each {
				break
			}
			if office != m.own {
				plan[i] = append(plan[i], office)
				count[office]++
			}
		}
	}
	return plan
}
