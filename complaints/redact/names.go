package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Where a name may stand. Chinese has no capitals and no spaces, so a name is known by
// its surname and by what stands around it: a title after it, words such as 我叫 before
// it, the end of a letter, a clear break on both sides.
const (
	posts = `书记|市长|县长|区长|局长|处长|科长|股长|镇长|乡长|村长|厅长|部长|省长|主任|院长|校长|园长|站长|所长|队长|组长|会长|社长|厂长|店长|班长|台长|馆长|秘书长|董事长|理事长|` +
		`支书|秘书|主席|委员|代表|行长|常委|主管|巡视员|总监|总经理|经理|检察官|法官|律师|警官|民警|教授|医生|医师|大夫|护士长|护士|老师|教练|师傅|老板|工程师|干部|政委|某某|某`
	courtesy = `先生|女士|小姐|同志|同学|阿姨|大爷|大妈|大叔|叔叔|大姐|大哥|大嫂|奶奶|爷爷`
)

var (
	surname   = alternatives(slices.Concat(compound, strings.Split(singles, "")))
	given     = `\p{Han}{1,2}?`
	titled    = regexp.MustCompile(`(` + surname + `)(` + given + `)??(?:原|副|大|总|老|市委|县委|区委|省委|镇委|工委|党委)?(?:` + posts + `|` + courtesy + `|总[^共体量之是结数额在计]|局[，。长的说])`)
	called    = regexp.MustCompile(`(?:求助人|我叫|名叫|叫做|本人叫|我是|我系|本人|姓名|联系人|反映人|举报人|投诉人|申请人|被告|原告|当事人|法人代表|法定代表人|法人|负责人|实际控制人|经办人|承办人|老板|包工头|村民|居民|业主|户主|房东|房主|租户|网友|市民|患者|病人|学生|考生|职工|员工|工人|教师|老师|干部|司机|丈夫|老公|妻子|老婆|爱人|儿子|女儿|父亲|母亲|爸爸|妈妈|公公|婆婆|岳父|岳母|哥哥|弟弟|姐姐|妹妹|侄子|外甥|邻居|书记|主任|村长|支书|组长|会计|局长|所长|校长|院长|经理|董事长|秘书)(?:的?名字)?(?:是|为|叫|系)?[:： ]{0,3}(` + surname + `)(\p{Han}{1,2})`)
	elder     = regexp.MustCompile(`(?:老|小|姓)(` + surname + `)(?:头|家|说|讲|在|，|,|。|的|某|$)|(` + surname + `)(?:某某|某|姓人|XX|xx|××|\*{1,2}|Ｘ)`)
	honoured  = regexp.MustCompile(`(?:尊敬|敬爱)的(\p{Han}{2})(?:书记|市长|县长|区长|局长|省长|镇长)`)
	signature = regexp.MustCompile(`(?:^|[\s。！!？?,，；;：:、）)"”])(` + surname + `)(\p{Han}{1,2})(?:[\s。,，；;（(、0-9]|$)`)
	inside    = regexp.MustCompile(`(?:^|[\s。！!？?,，；;：:、“”"（()）和与跟同及由被把让向给找叫])(` + surname + `)(\p{Han}{2})(?:[\s。，,；;、“”"（()）和与跟的在将把被说因于以从至等一]|$)`)
)

// compound surnames first: the longer one wins.
var compound = strings.Fields("欧阳 司马 上官 诸葛 夏侯 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 端木 百里 呼延 南宫 轩辕 申屠 独孤 东郭 西门 第五 澹台 公冶 宗政 濮阳 淳于 单于 太史 仲孙 钟离 鲜于 闾丘 亓官 司寇 子车 颛孙 巫马 公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 东门 南门 羊舌 微生 梁丘 左丘 赫连")

// singles: those that more than nine of ten people bear, and rarer ones that are
// hardly ever another word. Surnames that are mostly other words (向 和 于 从 任 时 有 …) are in
// doubtful.
const singles = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖萧田董袁潘蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范廖石贾韦夏付傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝匡向于任常时楚原粟厉谌揭帅晋鄢邸阙谯皮娜言官"

// wordlike are surnames that are other words nearly always, doubtful ones that are so
// more often than not. The first need a title or an introduction and a whole given name.
const (
	wordlike = "向于任常时原和师全应明成单车项连路管关左党商官边言皮沙席司宫冷荣尚房米计平年农楚安查解"
	doubtful = "方文武高石田白金江万包古华简景盛甘温康丛麻谷池谢祝严易"
)

func alternatives(list []string) string { return strings.Join(list, "|") }

func names(t *flat) []Span {
	out := t.matchNames(titled, titleFits)
	out = append(out, t.matchNames(called, func(_, s, g, next string) bool { return likely(s, g, next) && (ends(next) || sure(g)) })...)
	out = append(out, t.matches(honoured, 1, Name, func(text string, start, end int) bool { return sure(text[start:end]) })...)
	loose := func(_, s, g, next string) bool {
		return !strings.Contains(wordlike, s) && likely(s, g, next) && sure(g) && !strings.ContainsAny(lastRune(g), "城园苑湾府桥站镇山河湖江海路区")
	}
	out = append(out, t.matchNames(signature, loose)...)
	out = append(out, t.matchNames(inside, loose)...)
	plain := func(text string, start, end int) bool { return !strings.Contains(wordlike+doubtful, text[start:end]) }
	out = append(out, t.matches(elder, 1, Name, plain)...)
	out = append(out, sequences(t)...)
	out = append(out, t.matches(elder, 2, Name, func(text string, start, end int) bool { return !strings.Contains(wordlike, text[start:end]) })...)
	return append(out, again(t, out)...)
}

func lastRune(s string) string {
	_, n := utf8.DecodeLastRuneInString(s)
	return s[len(s)-n:]
}

func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// ends tells whether a name may end before what follows.
func ends(next string) bool {
	r, n := utf8.DecodeRuneInString(next)
	return n == 0 || !unicode.Is(unicode.Han, r) || strings.ContainsRune(after, r)
}

// matchNames finds surname and given name in two groups that follow each other.
func (t *flat) matchNames(p *regexp.Regexp, ok func(before, surname, given, next string) bool) []Span {
	var out []Span
	for from := 0; from < len(t.s); {
		m := p.FindStringSubmatchIndex(t.s[from:])
		if m == nil {
			break
		}
		start, mid := from+m[2], from+m[3]
		end := mid
		if m[4] >= 0 {
			end = from + m[5]
		}
		if given := t.s[mid:end]; utf8.RuneCountInString(given) == 2 && strings.Contains(after, lastRune(given)) {
			end -= len(lastRune(given)) // 张伟在: the last is no part of the name
		}
		if ok(t.s[max(0, start-12):start], t.s[start:mid], t.s[mid:end], t.s[end:min(len(t.s), end+12)]) {
			out = append(out, Span{start, end, Name})
			from = end
			continue
		}
		from = start + len(firstRune(t.s[start:]))
	}
	return out
}

// titleFits judges a surname with a title: 胡书记, 王小明先生.
func titleFits(before, s, g, next string) bool {
	last := lastRune(before)
	if s == "谢" && strings.ContainsAny(last, "感谢多致答酬") {
		return false
	}
	if g == "" {
		return !strings.Contains(wordlike, s) && !common[s+firstRune(next)] && !strings.ContainsAny(last, "担现主责姓名历")
	}
	return likely(s, g, "") && (!strings.Contains(doubtful, s) || sure(g))
}

// likely tells whether characters may be a given name at all; next is what follows.
func likely(s, g, next string) bool {
	if g == "" || common[s+g] || common[s+firstRune(g)] || common[g] || common[lastRune(g)+firstRune(next)] || strings.Contains(g, s) || strings.ContainsAny(g, never) {
		return false
	}
	if s == "周" && strings.ContainsAny(firstRune(g), "一二三四五六日末边围期") {
		return false
	}
	return !strings.Contains(wordlike, s) || sure(g) && utf8.RuneCountInString(g) == 2
}

// sure tells whether every character is one that people are often named with.
func sure(g string) bool {
	for _, r := range g {
		if !strings.ContainsRune(givenOften, r) {
			return false
		}
	}
	return g != ""
}

// after follows a name and is hardly ever its last character.
const after = "的在是和与把被将说向从因为于同及等已也都就还有去来到给对让叫以未没不自由先女副某老家们又再却并且这那个一二三四五六七八九十住反"

// never stand in a given name.
const never = "的了是在我你他她它们和与及或就也都不没有这那个为被把将向从对于以而但因所其之何什么吗呢吧啊呀哪谁几多少很太最更再又还请让给叫到去来说问答讲看听做用要会能可应该须需想得着过吃喝住买卖政府部门区县市镇乡村街道路局处科股院校厂店站所队组室号栋楼层房间户口籍证件资料款项费税钱元年月日时分秒号您位家"

// givenOften are the characters of most given names.
const givenOften = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂文辉力健玲建国华志红梅兰玉珍凤荣春金龙海林生云飞鹏斌波鑫宇浩凯建军建华志强志伟志明秀兰秀珍秀芳晓小东西南北雪琴雅婷欣怡佳嘉慧颖思琪梦瑶子轩梓涵浩然俊博文昊天一诺宸泽睿晨宁阳光亮星月清秋冬夏景山峰岩松柏森木水江河湖源泉永胜利德仁义礼智信忠孝诚正直良善美好福禄寿喜庆吉祥如意安康健乐世家庆友朋新成功业兴旺发达昌盛富贵有才贤能武斌卫民爱党先进学立根长久长青青翠碧莲荷菊竹桃李杏樱花香芬芝蕾蓓苗茂苏英蓉芸茜莎萍莉菲薇露雨霖雯霜雷电震雪冰洁玮玥珊琳琦瑞瑾璐瑜璇琼琪瑛琨珂珏婧妍娇嫣婉媛娥嫦妮姗姣倩仪俐俊杰伦佑佩侠保修信仲仕任伯仙代乃乔乾亚亦亨京人仁丹丽中丰万三兆先克兵冠准凌凡凯刚初利剑力功加劲勤勋化卓博占卿厚双叔可台史叶合同名向吟启呈周和品哲唐善喆嘉园国圣坚坤培城基堂增墨士壮声处备复夕大奇奎奕女妙姿威娅子存孟学孙宁守宏宗官定宜宝实宣宪家容宽宾富寒寅寿封小少尔尚尧展岚岳峻崇川州工巧巨帅希帆帝常平年广庚延建开弘弛张强彤彦彩彪彬彭影征律得微德心志忆忠念怀恒恩悦惠想愉慈慕慧懿成戈战才扬承拓振捷摇敏敬文斌方旋旗日旦旭时昆昌明易星映昱显晋晓晖晗晟晨景晴晶智暄曙曦曼月朋朗望朝本权杨来松林枫柔柯桐梁梓棋森楠楷榕樊欢歌正武殿毅民永江沁沛河治泉泊法波泰洁洋洪津浩浪润涌涛淑淼清渊渝温湘源滔滨潇澄澜灵炎炜炳炯烁烈烨焕焱煜煌照熙燕爽牧特献玄率王玟玲珠理球琛琰瑄瑶璋甜生用田甲男畅留疆登白百皓盈益盛相真睿知石硕礼祖祝神祺禹秀科秋程稳穆穗立竞章竣童笑筠筱筹箫米粒精糖素紫絮繁红纪纬纯纲绍经绪维绮缘罗群羽翔翰翼耀耿聆聪肃胤育胜能腾自至航良艺节芊芮花芷若茗茵草荃莹菁萌萱营葵蒙蓝蔓蕊蕴薛藏蘅虎虹蝶行衡袁裕西观言计记训许诗语诺谊谦谨贝贞财贤贵赋赐赞赢超越路轶辰达迅迎运远连迪逊通逸道遥郁郎配重野金鉴钊钦钧铁铃铎铭银锋锐锦镇长闻闽阔防阳际陆陶隆雁雄雅雨震霄霏霞青靖静鞠韬韵韶音顺颂颢颖风飒香馨驰骄骅骏高魁鲁鲲鸣鸥鸿鹃鹏鹤麒麟黎默齐龙"

// common are words that look like a name and are none.
var common = setOf(`高新 高度 高铁 高速 高峰 高中 高校 高层 高压 高考 高于 高价 高额 高端 高温 高达 高兴 高档 高科 高明 高空 高龄 安全 安置 安排 安装 安静 安心 安居 安保 安宁 安徽 安化
		方便 方向 方面 方式 方法 方案 方可 方圆 万元 万人 万户 万达 万科 万一 万家 万分 万国 万众 万平 文明 文化 文件 文字 文章 文体 文本 文艺 文旅 成立 成功 成本 成为 成人 成年 成长 成果 成员 成都 成熟
		华润 华丽 华为 华夏 华府 华城 华容 华中 江南 江北 江西 江苏 江山 江湾 江边 江景 江滨 江背 江河 江东 金融 金额 金星 金桥 金茂 石油 石材 石板 石子 石家 石头 石桥 白天 白色 白领 白沙 白云 田地 田心 田园 田间 田汉
		严重 严格 严禁 严肃 严厉 严谨 严查 严打 易发 易于 温馨 温度 温暖 温泉 康复 康乐 康养 康桥 康城 马上 马路 马桶 马达 马尾 马栏 龙头 龙湖 龙泉 龙光 龙王 雷锋 雷雨 雷同 夏天 夏季 夏日 童年 童装 季度 季节 章程 章节
		包括 包含 包装 包工 包干 包庇 包容 关于 关系 关注 关心 关闭 关键 关山 关联 关停 关怀 左右 左侧 左边 左转 左拐 连接 连续 连锁 连通 项目 路口 路灯 路面 路段 路边 路线 路况 路牌 路过 路政 管理 管道 管委 管网 管线 管控 管辖
		商业 商户 商铺 商品 商家 商量 商贸 商店 商城 房屋 房产 房子 房东 房价 房地 房源 房贷 房租 房间 车位 车辆 车库 车站 车道 车主 车牌 车速 车流 党员 党委 党组 党政 党中 党支 全部 全体 全市 全国 全面 全县 全区 全省 全程 全家 全天 全款 全额
		明显 明确 明白 明明 明年 明知 明天 应当 应急 应对 任何 任务 任意 任职 任命 任由 任期 常年 常务 常委 常见 常规 常态 常住 常德 时间 时候 时期 时代 时任 时常 时段 时刻 原来 原因 原本 原有 原始 原则 原告 原先 原址 向上 向下 向阳 向东 向西
		于是 和谐 和平 师生 师资 解决 解释 解答 解除 解封 景区 景观 景象 席位 古城 古镇 古人 古树 查处 查询 查看 查实 查明 查封 查证 游客 游戏 游泳 游乐 盛世 盛大 荣誉 荣获 费用 费力 米高 米处 米宽 沙石 沙子 沙坪 池塘 麻烦 边缘 边界 边上 边路 明珠 迟迟 迟到 宁乡 宁可 宁愿 宁静 
		申请 申报 申诉 申领 申购 施工 施行 施压 施救 顾客 顾问 顾及 毕业 毕竟 温江 武汉 武警 武装 武广 武术 梅溪 岳麓 岳阳 湘江 汤圆 孔洞 盛夏 阳光 阳台 阳性 成绩 成交 成效 成片 成天 卫生 卫视 卫星 卫浴 冷水 冷漠 冷静 冷气 宫颈 
		祝福 祝您 祝愿 祝好 祝工 祝领 祝身 阳历 柳州 甘肃 苏州 苏宁 黎明 贺龙 贺卡 秦皇 钟头 钟表 石峰 石宋 司法 司机 司乘 官方 官员 官网 官僚 言论 皮肤 尚未 尚有 尚且 农村 农民 农业 农户 农贸 农资 农场 农药 农历 农商 师范 康明 毛坯 毛病 毛利 毛泽东 毛主席 习近平 胡同 
		何时 何况 何必 何处 何种 何谓 何为 何来 何在 何去 何人 何方 余人 余元 余户 余年 余名 余亩 余家 余次 余地 余款 余额 余平 余万 叶子 程序 程度 章法 施设 魏晋 宋代 唐代 汉代 明代 徐徐 钱财 钱款 钱包 方米 许多 许可 许诺 许久 牛奶 牛羊 马虎 彭州 丁字 单位 单独 单元 单边 单身 单纯 单一 单价 单方 单行 单车 曲线 屈指 解放 鲍鱼 全民 康庄 明星 简单 简直 简易 简称 简陋 简化 古汉 欧美 欧洲 欧式 史上 史无 齐全 齐备 齐心 齐抓 女士 先生 小姐 同志 同学 师傅 老师 阿姨 大爷 大妈 大叔 叔叔 大姐 大哥 大嫂 奶奶 爷爷 主任 经理 老板 曾经 法定 广大 权益 黄花 黄星 中学 小学 大学 学校 医院 公司 社区 街道 派出 单位 部门 县委 区委 市委 纪委 省委 党委 人民 全体 各位 兰花 建设 发展 法院 国际 广场 项目 公安 交警 城管 物业 业委 居委 副书 副局 副县 副市 一中 二中 卫生 教育 体育 音乐 美术 数学 语文 英语 班主 班级 年级 付款 付出 付清 付费 付给 付诸 谷物 谷地 温州 蓝天 蓝光 蓝山 蒙受 蒙蔽 蒙骗 符合 符号 舒适 舒服 舒心 左家 凌晨 凌乱 凌驾 汪洋 滕王 饶恕 游玩 游园 关门 关口 关爱 江岸 武陵 汤逊 石料 左岸 顾虑 樊城 代表 代理`)

func setOf(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
