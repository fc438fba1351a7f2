package surveys

import (
	"testing"

	"minping/internal/words"
)

func TestWordsCountPeople(t *testing.T) {
	t.Parallel()
	list := []comment{{5, "材料齐全，材料一次办好"}, {4, "材料少"}, {1, "材料太多，排队太久"}, {5, "办好■■材料"}}
	people, n := tallyWords(list, false)
	if n != 2 || people["材料"] != 2 {
		t.Errorf("%d comments, %v: one person counts once, a blacked-out comment not at all", n, people)
	}
	if people, n := tallyWords(list, true); n != 1 || people["排队"] != 1 {
		t.Errorf("%d bad comments, %v", n, people)
	}
}

func TestFewPeopleAreNotPointedAt(t *testing.T) {
	t.Parallel()
	got := tell(map[string]int{"材料": 12, "秘密": saidPeople - 1, "贷款": 6}, map[string]int{"材料": 300, "贷款": 2, "秘密": 0})
	if len(got) != 2 || got[0].Word != "贷款" || !(got[0].Z > got[1].Z) {
		t.Errorf("%+v", got)
	}
	for _, w := range []words.Word{{Text: "张三丰", Pos: "nr"}, {Text: "13800000000", Pos: "x"}, {Text: "的", Pos: "u", Stop: true}, {Text: "三个", Pos: "m"}} {
		if telling(w) {
			t.Errorf("%s is told", w.Text)
		}
	}
}
