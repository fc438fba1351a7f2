package fill

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/demo"
)

// directory goes the way of an import: one table per sheet, checked and applied at once.
func (f Filler) directory(ctx context.Context, by actor.Actor, city *demo.Data) error {
	if _, err := f.Offices.RenameCity(ctx, by, city.Name, city.NameEN); err != nil {
		return err
	}
	var all offices.Sheets
	for _, t := range tables(city) {
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		if err := w.WriteAll(t.rows); err != nil {
			return fmt.Errorf("write %s: %w", t.name, err)
		}
		sheets, err := offices.ReadSheets(t.name+".csv", &text)
		if err != nil {
			return fmt.Errorf("read %s: %w", t.name, err)
		}
		all = all.With(sheets)
	}
	plan, err := f.Offices.Apply(ctx, by, all)
	if err != nil && len(plan.Problems) > 0 {
		return fmt.Errorf("%w: %+v", err, plan.Problems[0])
	}
	return err
}

type table struct {
	name string
	rows [][]string
}

func tables(c *demo.Data) []table {
	return []table{officeTable(c), divisionTable(c), hallTable(c), windowTable(c), staffTable(c), dutyTable(c), tenureTable(c)}
}

func officeTable(c *demo.Data) table {
	t := table{"机关", [][]string{{"机关编码", "机关名称", "英文名称", "机关类型", "所属区县", "品牌名称", "品牌承诺", "启用日期"}}}
	for _, o := range c.Offices {
		t.rows = append(t.rows, []string{o.Code, o.Name, o.NameEN, o.Type, o.District, o.Brand, o.Promise, day(o.Since)})
	}
	return t
}

func divisionTable(c *demo.Data) table {
	t := table{"处室", [][]string{{"处室编码", "处室名称", "英文名称", "机关编码"}}}
	for _, d := range c.Divisions {
		t.rows = append(t.rows, []string{d.Code, d.Name, d.NameEN, c.Offices[d.Office].Code})
	}
	return t
}

func hallTable(c *demo.Data) table {
	t := table{"大厅", [][]string{{"大厅编码", "大厅名称", "英文名称", "地址", "启用日期"}}}
	for _, h := range c.Halls {
		t.rows = append(t.rows, []string{h.Code, h.Name, h.NameEN, h.Address, day(h.Opened)})
	}
	return t
}

func windowTable(c *demo.Data) table {
	t := table{"窗口", [][]string{{"窗口编码", "窗口名称", "英文名称", "窗口号", "机关编码", "处室编码", "大厅编码", "启用日期"}}}
	for _, w := range c.Windows {
		division := ""
		if w.Division != demo.None {
			division = c.Divisions[w.Division].Code
		}
		t.rows = append(t.rows, []string{w.Code, w.Name, w.NameEN, w.Number, c.Offices[w.Office].Code, division, c.Halls[w.Hall].Code, day(w.Opened)})
	}
	return t
}

func staffTable(c *demo.Data) table {
	t := table{"人员", [][]string{{"工号", "姓名", "机关编码", "处室编码", "入职日期", "离职日期"}}}
	for _, p := range c.Staff {
		division := ""
		if p.Division != demo.None {
			division = c.Divisions[p.Division].Code
		}
		t.rows = append(t.rows, []string{p.Number, p.Name, c.Offices[p.Office].Code, division, day(p.Joined), day(p.Left)})
	}
	return t
}

func dutyTable(c *demo.Data) table {
	t := table{"值守", [][]string{{"工号", "窗口编码", "开始日期", "结束日期"}}}
	for _, d := range c.Duties {
		t.rows = append(t.rows, []string{c.Staff[d.Person].Number, c.Windows[d.Window].Code, day(d.From), day(d.To)})
	}
	return t
}

func tenureTable(c *demo.Data) table {
	t := table{"任期", [][]string{{"处室编码", "工号", "开始日期", "结束日期"}}}
	for _, d := range c.Tenures {
		t.rows = append(t.rows, []string{c.Divisions[d.Division].Code, c.Staff[d.Person].Number, day(d.From), day(d.To)})
	}
	return t
}

func day(d workday.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
