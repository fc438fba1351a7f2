package fill

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"minping/accounts"
	"minping/internal/actor"
	"minping/privacy"
	"minping/surveys"
)

// demoContacts are people who were dissatisfied today and left a way to reach them.
// The numbers belong to nobody: the middle four digits are zeros.
var demoContacts = []struct {
	code, comment, name, reach string
	level                      int
	words                      bool // asks for words of the comment to be blacked out
}{
	{"demo0001", "取号后等了一个多小时，窗口只开了两个。", "张桂兰", "13800000127", 1, false},
	{"demo0002", "同样的材料跑了三趟，每次说的都不一样。", "李建国", "13900000244", 1, false},
	{"demo0003", "态度生硬，问多了就不耐烦。", "", "15000000368", 2, false},
	{"demo0005", "我是城东幼儿园的王老师，办居住证被要求回单位开证明。", "王老师", "18600000412", 2, true},
	{"demo0008", "网上说能办，到了现场又说系统不通。", "陈女士", "chen.demo@example.com", 1, false},
}

// contacts lets the pages of contacts, openings and requests show something.
func (f Filler) contacts(ctx context.Context) error {
	if f.Privacy == nil {
		return nil
	}
	for i, c := range demoContacts {
		stored, err := f.Surveys.Rate(ctx, surveys.Submission{ID: uuid.New(), Code: c.code, Level: c.level, Comment: c.comment,
			Stratum: string(surveys.StratumPublic), Device: fmt.Sprintf("demo-device-%024d", i), Language: "zh-CN"})
		if err != nil {
			return err
		}
		if err := f.Privacy.Leave(ctx, stored.Receipt, privacy.Left{Name: privacy.Hide(c.name), Reach: privacy.Hide(c.reach)}); err != nil {
			return err
		}
		if c.words {
			if err := f.Privacy.AskWords(ctx, stored.Receipt); err != nil {
				return err
			}
		}
	}
	return f.openings(ctx)
}

// openings has the callback caller look at two of them.
func (f Filler) openings(ctx context.Context) error {
	all, err := f.Accounts.List(ctx, actor.System("demo"))
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Username != string(accounts.Callback) {
			continue
		}
		by, err := f.Accounts.ActorOf(ctx, a.ID)
		if err != nil {
			return err
		}
		list, err := f.Privacy.Contacts(ctx, by, privacy.ContactFilter{})
		if err != nil {
			return err
		}
		for i, reason := range []string{"差评回访：核实等候时间", "差评回访：核实一次性告知情况"} {
			if i < len(list) {
				if _, err := f.Privacy.Open(ctx, by, list[i].Record, "callback", reason); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
