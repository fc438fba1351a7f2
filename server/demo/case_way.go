package demo

import (
	"sort"
	"strings"
	"time"
)

// way is a case on its way through the desk.
type way struct {
	*desk
	c       *Case
	at      time.Time // when the last thing happened
	office  int       // has it
	pen     pen
	found   string // lines: what the office finds
	urgency string
	late    bool // takes longer than it may
	stuck   bool // nobody goes on with it
}

// matter is about the town.
func (w *way) matter(m *matter, fixed map[string]string) {
	w.pen = newPen(w.rng, w.slots, fixed)
	c := w.c
	c.Kind = map[byte]string{'c': "complaint", 'q': "consultation", 'r': "request", 's': "suggestion"}[m.kinds[w.rng.IntN(len(m.kinds))]]
	if w.chance(0.5) {
		c.Kind = map[byte]string{'c': "complaint", 'q': "consultation", 'r': "request", 's': "suggestion"}[m.kinds[0]]
	}
	if fixed != nil {
		c.Kind = "complaint"
	}
	c.Category, w.urgency = m.path, m.urgency
	c.Title, c.Body, w.found = w.pen.letter(m)
	offices := strings.Fields(m.offices)
	w.office = w.Data.office(offices[0])
	if len(offices) > 1 && w.chance(0.15) {
		w.office = w.Data.office(oneOf(w.rng, offices[1:]))
	}
}

const windowFound = `
经核查，当时窗口正在交接班，未及时说明情况，我们已对当班人员批评教育，并在叫号屏增加提示。
经调取监控，您反映的情况属实，窗口负责人已当面道歉，我们调整了排班，高峰时段增开一个窗口。
材料要求前后不一致的问题已经整改，窗口统一使用一次性告知单，今后以告知单为准。
该情况系系统升级所致，已恢复正常；我们为受影响的群众开通了补办通道，无须再排队。
`

// window is about how somebody was served.
func (w *way) window() {
	at := w.rng.Float64() * w.weights[len(w.weights)-1]
	w.c.Window = sort.SearchFloat64s(w.weights, at)
	w.office = w.Windows[w.c.Window].Office
	w.pen, w.found = newPen(w.rng, w.slots, nil), windowFound
	name := w.plans[w.c.Window].service.name
	w.c.Kind = "complaint"
	w.c.Category = [3]string{"政务服务", "窗口服务", oneOf(w.rng, []string{"服务态度", "排队等候", "一次告知", "办理时限"})}
	w.c.Title = name + oneOf(w.rng, []string{"窗口服务态度差", "排队时间太长", "来回跑了好几趟", "迟迟办不下来", "材料要求前后不一"})
	text := join(w.words.sentence(w.rng, shelf{blame, name}, phase{}), oneOf(w.rng, lines(badEndingLines))[len("，"):])
	w.c.Body = w.words.fill(w.rng, strings.ReplaceAll("我来办"+name+"，"+text, "{事}", name))
}

const praiseFound = `
您的鼓励已转达本人和所在处室，我们将继续把服务做细做实。
收到您的表扬，我们倍感温暖，已在单位内部通报。
`

func (w *way) praise() {
	w.window()
	name := w.plans[w.c.Window].service.name
	w.c.Kind, w.found, w.c.Category = "praise", praiseFound, [3]string{"政务服务", "表扬感谢", "工作人员"}
	w.c.Title = "感谢" + name + "窗口"
	text := w.words.sentence(w.rng, shelf{praise, name}, phase{})
	w.c.Body = w.words.fill(w.rng, strings.ReplaceAll("今天来办"+name+"，"+text, "{事}", name))
}

// report is about somebody's conduct.
func (w *way) report() {
	w.window()
	w.c.Kind, w.found, w.c.Category = "report", reportReplies, [3]string{"纪律作风", "廉洁问题", "线索反映"}
	w.c.Title = "反映" + w.Offices[w.office].Name + "工作人员问题"
	w.c.Body = w.pen.line(reportLines)
}

// later moves on by so many minutes of office hours, at least and at most.
func (w *way) later(least, most int) {
	minutes := time.Duration(least+w.rng.IntN(most-least+1)) * time.Minute
	w.at = w.clock.After(w.clock.NextOpen(w.at), minutes).Add(time.Duration(w.rng.IntN(59)) * time.Second)
}

// add puts a step down, while the case goes on and the instant is not over.
func (w *way) add(s Step) {
	if w.stuck || w.at.After(w.now) {
		w.stuck = true
		return
	}
	s.At = w.at
	if s.By == ByHandler {
		s.Office = w.office
	}
	if s.Action != "dispatch" && s.Action != "transfer" {
		s.To = None
	}
	w.c.Steps = append(w.c.Steps, s)
}

// recent tells whether the case is young enough to lie about unfinished.
func (w *way) recent() bool { return w.now.Sub(w.c.Filed) < 45*24*time.Hour }

// may stops here a case that nobody goes on with.
func (w *way) may(share float64) {
	if w.recent() && w.chance(share) {
		w.stuck = true
	}
}
