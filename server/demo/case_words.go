package demo

import (
	"math/rand/v2"
	"strings"
)

// caseSlots fill what matters leave open. Places are invented as the city is.
func caseSlots() map[string]string {
	return map[string]string{
		"路":  "澜江路、汐月路、云埠大道、青禾中路、鹤屿街、学海路、锦帆路、春申巷、石桥头路、望江西路、滨海二路、梧桐街",
		"小区": "澜岸花园、汐湾新城、云锦苑、青禾家园、鹤鸣里、江畔名邸、书香苑、金穗公寓、星河湾、老船厂宿舍、东篱小区、和园",
		"楼":  "3号楼、7号楼、12号楼2单元、1栋、5栋、9号楼、16号楼1单元",
		"晚":  "晚上十点以后、凌晨一点多、每天早上五点多、午休的时候、一到周末、后半夜",
		"天":  "三天、四五天、一个多星期、十来天、半个月、快一个月",
		"久":  "半个小时、四十分钟、一个多小时、大半天",
		"次":  "两三次、好几次、三四趟、五六回、无数次",
		"亲":  "我妈、我爸、家里老人、爱人、孩子",
		"时":  "周一上午、周五下午、周末、中午",
		"几":  "2、3、4、5、6、8、12",
	}
}

const caseOpenings = `
您好，
您好，我是附近的居民，
领导您好，
你好，向你们反映一个问题：
尊敬的领导：
反映一下，
`

const replyOpenings = `
您好！您反映的问题收悉，感谢您对我们工作的关心和监督。
您好！您的诉求我们已经收到并第一时间安排核查，现将情况答复如下：
尊敬的市民您好：来信收悉。
您好！接到您的反映后，我们当天安排专人到场了解情况。
`

const replyEndings = `
如有疑问，请拨打我们的办公电话，我们会继续为您解释。
感谢您的理解与支持。
后续如再次出现类似情况，请随时反映，我们马上处理。
对给您带来的不便，我们诚恳道歉。
`

const noteLines = `
已与当事人电话沟通，情绪平稳，同意等整改结果。
现场照片已存档，涉及两家单位，需再核实责任边界。
同一地点上月有类似反映，建议并案研究。
请分管领导阅示。
与属地街道约定后天下午联合到场。
`

const askLines = `
请您补充一下具体位置（最近的门牌号或路口），方便我们到场核实。
请问是哪一天、大约几点遇到的？如有单据请告知上面的编号。
请问您是否已经向物业或单位反映过？对方怎么答复的？
`

const answerLines = `
就在路口往东五十米，药店对面。
是本周二上午十点左右，当时有两个窗口在办。
反映过，对方说要等通知，没有书面答复。
`

const addLines = `
补充一下：今天又发生了一次。
已经好几天了，请问有进展吗？
补充：还有几户邻居也遇到同样的问题。
`

const returnLines = `
经核查，该路段属区管道路，不在我单位职责范围，建议派属地部门。
该事项主管部门为其他单位，附职责分工依据。
`

const transferLines = `
现场核实后主要问题为工程质量，建议由行业主管部门牵头办理。
涉及收费标准认定，转有关部门主办，我单位配合。
`

const extendLines = `
需第三方机构出具检测报告，检测周期较长，申请延期，请您谅解。
涉及多个部门联合现场认定，时间安排在下周，申请延期办理。
`

const superviseLines = `
已超过办理时限，请主要负责同志过问，两个工作日内报告进展。
群众多次反映，列入挂牌督办。
同类问题反复出现，请限期拿出解决方案。
`

const refuseLines = `
您反映的事项法院正在审理，依法应当按诉讼程序解决，我们不再重复受理，请您谅解。
您反映的事项此前已办结并答复，本次没有提供新的情况，不再重复受理；如有新情况请补充。
`

const routeLines = `
您反映的是历史遗留的信访事项，依法由信访部门受理，我们已告知您受理地点和电话，可凭本编号前往登记。
您反映的合同纠纷属于司法途径解决的事项，建议向人民法院起诉或申请仲裁，公共法律服务热线可提供免费咨询。
`

const reportLines = `
{时}在窗口办事时，听到工作人员暗示“找某某公司代办就快”，回来一查那家公司就在大厅楼下，疑似有利益往来。
办理许可时被要求到指定的检测机构做检测，费用比别家高一倍，不去就说材料不合格。
工作人员工作时间长期不在岗，同事代打卡，{次}去都没见到人，怀疑吃空饷。
审批过程中有人向我透露评审专家名单，并暗示可以“打招呼”。
`

const reportReplies = `
您反映的问题线索已按程序登记并开展核查，核查期间依法为您保密。现已对当事人谈话提醒，并对窗口引导代办的问题开展专项清理。
经核查，反映的部分情况属实，已对相关人员立案审查；其余情况未发现证据。感谢您的监督。
`

const withdrawLines = `
问题已经解决了，谢谢。
已经和对方协商好了，不用再办了。
`

const appealLines = `
经调取当日叫号和监控记录，该评价时间段本窗口未开放，疑为扫错二维码。
评价内容所述事项为其他单位业务，与本窗口无关，附办件记录。
同一笔业务已于当日评价过一次，内容完全一致。
`

// pen writes about one matter: the place and the numbers are drawn once and stay.
type pen struct {
	rng  *rand.Rand
	bank bank
}

func newPen(rng *rand.Rand, slots map[string][]string, fixed map[string]string) pen {
	drawn := map[string][]string{}
	for _, slot := range slotOrder {
		drawn[slot] = []string{oneOf(rng, slots[slot])}
	}
	for slot, word := range fixed {
		drawn[slot] = []string{word}
	}
	return pen{rng, bank{slots: drawn}}
}

// slotOrder draws in one order, so that a seed always gives the same words.
var slotOrder = []string{"路", "小区", "楼", "晚", "天", "久", "次", "亲", "时", "几"}

func (p pen) line(of string) string { return p.bank.fill(p.rng, oneOf(p.rng, lines(of))) }

// letter is what a citizen says of a matter, and what the office will find.
func (p pen) letter(m *matter) (title, body, found string) {
	says := lines(m.says)
	which := p.rng.IntN(len(says))
	body = says[which]
	if p.rng.Float64() < 0.7 {
		body = oneOf(p.rng, lines(caseOpenings)) + body
	}
	return p.bank.fill(p.rng, lines(m.titles)[which]), p.bank.fill(p.rng, body+"。"+oneOf(p.rng, lines(m.wants))), lines(m.answers)[which]
}

// reply is what an office answers.
func (p pen) reply(found string) string {
	return strings.Join([]string{p.line(replyOpenings), p.line(found), p.line(replyEndings)}, "\n")
}
