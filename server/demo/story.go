package demo

import "math"

// Where the story plays; days are counted back from today.
const (
	newHallCode  = "H06"
	paddedCode   = "H03-D12"
	silentCode   = "H05-A09"
	scandalAgo   = 250
	scandalDays  = 62
	scandalDepth = 2.0
	reformAgo    = 400
	reformLift   = 1.20
	outageAgo    = 140
	outageDays   = 4
	paddedAgo    = 150
	paddedDays   = 56
	smallPerDay  = 0.075 // ratings a day of the office that stays too small to grade
)

// addStory casts the story's parts and writes its events.
func (d *Data) addStory() {
	d.Scandal, d.Reform, d.Small = d.office("GJJ"), d.office("SJJ"), d.office("DAG")
	d.Padded, d.Silent = d.window(paddedCode), d.window(silentCode)
	d.plans[d.Silent].load = 0
	for w := range d.Windows {
		if d.Windows[w].Office == d.Small {
			d.plans[w].fixed, d.plans[w].load = true, smallPerDay
		}
	}
	d.addEvents()
}

func (d *Data) addEvents() {
	add := func(ago int, office int, kind, zh, en string) {
		d.Events = append(d.Events, Event{On: d.openDay(ago), Office: office, Kind: kind, TextZH: zh, TextEN: en})
	}
	add(640, d.office("SPJ"), "brand", "“阳光审批”品牌发布服务承诺，办理进度全程公开。", "The Sunshine Approval brand publishes its service pledge; progress becomes visible throughout.")
	add(520, d.office("YBJ"), "reform", "门诊慢特病待遇“免申即享”，无需提交材料。", "Chronic-disease benefits are granted without application or papers.")
	add(reformAgo, d.Reform, "reform", "企业开办实行“一窗受理、一次办结”，材料可容缺后补。", "Business start-up moves to a single window; missing papers may follow later.")
	add(330, None, "hall", "鹤屿区政务服务中心正式启用。", "The Heyu District Government Services Centre opens.")
	add(scandalAgo, d.Scandal, "incident", "媒体曝光公积金窗口推诿、午间空岗，市民投诉集中。", "The press reports fund windows turning people away and standing empty at noon; complaints pile up.")
	add(scandalAgo-scandalDays, d.Scandal, "remedy", "公积金中心完成作风整顿，实行首问负责和午间轮值。", "The fund centre completes its overhaul: first-asked responsibility and staffed lunch hours.")
	add(outageAgo, d.office("RSJ"), "outage", "社保经办系统升级期间业务办理缓慢，持续约四天。", "Social insurance processing is slow for some four days during a system upgrade.")
	add(95, d.office("TYJ"), "brand", "“老兵之家”获评年度优秀机关品牌。", "Veterans' Home is named an outstanding office brand of the year.")
	for at := range d.days {
		if daysToSpringFestival(d.days[at].date) == 24 {
			d.Events = append(d.Events, Event{On: d.days[at].date, Office: None, Kind: "season",
				TextZH: "春节前办事高峰开始。", TextEN: "The rush before the Spring Festival begins."})
		}
	}
	d.nameHallCount()
}

// nameHallCount writes the true number of windows into the opening's text.
func (d *Data) nameHallCount() {
	n := 0
	for _, w := range d.Windows {
		if w.Hall == d.NewHall {
			n++
		}
	}
	for i := range d.Events {
		if d.Events[i].Kind == "hall" {
			d.Events[i].TextZH = d.Halls[d.NewHall].Name + "正式启用，" + decimal(n) + " 个窗口对外服务。"
		}
	}
}

// phase is what the story does to an office on a day.
type phase struct {
	shift   float64 // on satisfaction, logit scale
	rude    bool    // complaints are about attitude: reasons 115 and 214
	oneStop bool    // praise is about one window: reasons 510 and 511
	slow    bool    // complaints are about the system
}

// phases gives an office's phase for every day.
func (d *Data) phases(office int) []phase {
	out := make([]phase, len(d.days))
	drift := d.drift(office)
	for at := range out {
		out[at].shift = drift * (float64(at)/float64(len(out)) - 0.5)
	}
	code := d.Offices[office].Code
	switch {
	case office == d.Scandal:
		d.scandal(out)
	case office == d.Reform:
		d.reform(out, reformAgo, reformLift)
	case code == "YBJ":
		d.reform(out, 520, 0.3)
	case code == "RSJ":
		d.outage(out)
	}
	return out
}

// drift is how far an office moves over the two years.
func (d *Data) drift(office int) float64 {
	switch d.Offices[office].Code {
	case "SWJ":
		return 0.40
	case "CGJ":
		return -0.30
	case "JTJ":
		return -0.25
	case "ZGJ":
		return 0.25
	}
	return 0.05 * float64(office%7-3)
}

// scandal: two months at the bottom, reached within days, then half of the loss
// regained every two months.
func (d *Data) scandal(out []phase) {
	start := d.index(d.openDay(scandalAgo))
	for at := start; at < len(out); at++ {
		since := float64(at - start)
		depth := scandalDepth * math.Min(1, (since+2)/6)
		if since > scandalDays {
			depth *= math.Exp(-(since - scandalDays) / 85)
		}
		out[at].shift -= depth
		out[at].rude = since <= scandalDays+25
	}
}

func (d *Data) reform(out []phase, ago int, lift float64) {
	start := d.index(d.openDay(ago))
	for at := start; at < len(out); at++ {
		out[at].shift += lift * (1 - math.Exp(-float64(at-start)/70))
		out[at].oneStop = true
	}
}

func (d *Data) outage(out []phase) {
	start := d.index(d.openDay(outageAgo))
	for at := start; at < min(start+outageDays, len(out)); at++ {
		out[at].shift -= 1.3
		out[at].slow = true
	}
}

// padding tells how many ratings are stuffed at the padded window on a day:
// on some days of two months, a burst.
func (d *Data) padding(at int) int {
	start := d.index(d.openDay(paddedAgo))
	if at < start || at >= start+paddedDays || !d.days[at].work {
		return 0
	}
	switch d.days[at].date.Weekday() {
	case 2, 4, 5:
		return 22 + (at*7)%19
	}
	return 0
}

// opened tells whether a window serves on a day. On Saturdays every second
// window of the halls with Saturday service does.
func (d *Data) opened(w, at int) bool {
	if at < d.plans[w].from {
		return false
	}
	return d.days[at].work || d.days[at].saturday && d.Halls[d.Windows[w].Hall].Saturday && w%2 == 0
}
