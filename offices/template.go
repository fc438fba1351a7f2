package offices

import (
	"io"
	"strconv"
)

// Template writes the empty workbook for an import: every sheet with its
// headings, and a sheet that explains each column and is not read.
func Template(w io.Writer) error {
	b, err := newBook()
	if err != nil {
		return err
	}
	defer b.close()
	if err := b.grid(guideTitle, guide()); err != nil {
		return err
	}
	for _, t := range Tables() {
		if err := b.sheet(t, nil); err != nil {
			return err
		}
	}
	return b.write(w)
}

// guide explains every column of every sheet, and first what holds for all.
func guide() grid {
	g := grid{headings: []string{"工作表", "列", "是否必填", "最多字数", "说明"}, widths: []float64{12, 14, 10, 10, 72}}
	for _, rule := range []string{
		"第一行是表头，请勿改动；列的先后次序不限，用不到的选填列可以整列删去。",
		"删去的列保持系统里原有的内容；列还在而单元格空着，表示把原有内容清空。",
		"编码相同的行更新原有记录，编码没有的行新增记录；表中没有写到的记录保持不变，导入不会删除任何记录。",
		"日期写成 2026-11-23 或 2026/11/23 的样子。",
		"只要有一处错误，整份文件都不会写入；请按提示改好后重新导入。",
	} {
		g.rows = append(g.rows, []string{"通用", "", "", "", rule})
	}
	for _, t := range Tables() {
		for _, c := range layouts[t].columns {
			g.rows = append(g.rows, []string{layouts[t].title, c.heading, yesNo(c.rule.required), c.most(), c.note})
		}
	}
	return g
}

func yesNo(b bool) string {
	if b {
		return "必填"
	}
	return "选填"
}

// most is the length limit as text; days have none worth telling.
func (c column) most() string {
	if c.day != noDay {
		return ""
	}
	return strconv.Itoa(c.rule.max)
}
