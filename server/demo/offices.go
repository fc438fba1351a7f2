package demo

// The kinds of office.
const (
	cityOffice     = "市直部门"
	cityInstitute  = "市属事业单位"
	verticalOffice = "垂直管理单位"
	groupOffice    = "群团组织"
	districtOffice = "区级部门"
)

const cityWide = "市直"

// officeSpec is an office before its divisions get numbers. quality moves the
// satisfaction of all its windows on the logit scale (0 is the city's middle);
// since is the start of its brand; divisions are "中文|English".
type officeSpec struct {
	code, name, nameEN, kind, district string
	brand, promise, since              string
	quality                            float64
	divisions                          []string
}

const approvalEN = "Administrative Approval Service Bureau"

func officeSpecs() []officeSpec {
	return append(append(busyOffices(), otherOffices()...), districtOffices()...)
}

// busyOffices are the ones with windows of their own in several halls.
func busyOffices() []officeSpec {
	return []officeSpec{
		{"SPJ", "澜州市行政审批服务局", "Municipal Administrative Approval Service Bureau", cityOffice, cityWide, "阳光审批", "一次告知、一窗受理、一次办成，全过程看得见。", "2021-03-01", 0.45, []string{
			"办公室|General Office", "政策法规处|Policy and Regulations Division", "投资项目审批处|Investment Project Approval Division", "市场准入审批处|Market Access Approval Division", "社会事务审批处|Social Affairs Approval Division", "政务服务管理处|Government Services Division", "热线与评价处|Hotline and Ratings Division"}},
		{"GAJ", "澜州市公安局", "Municipal Public Security Bureau", cityOffice, cityWide, "平安澜州·警心为民", "能当场办的不让群众跑第二趟。", "2020-06-01", 0.10, []string{
			"指挥中心|Command Centre", "法制支队|Legal Affairs Detachment", "治安与户政支队|Public Order and Household Registration Detachment", "出入境管理支队|Exit and Entry Administration Detachment", "车辆管理所|Vehicle Administration Office", "交通警察支队|Traffic Police Detachment", "政务服务科|Government Services Section"}},
		{"RSJ", "澜州市人力资源和社会保障局", "Municipal Human Resources and Social Security Bureau", cityOffice, cityWide, "暖心社保", "把每一笔社保说清楚，把每一位参保人放心上。", "2021-01-01", 0.25, []string{
			"办公室|General Office", "就业促进处|Employment Promotion Division", "职业能力建设处|Vocational Skills Division", "养老保险处|Pension Insurance Division", "工伤与失业保险处|Work Injury and Unemployment Insurance Division", "人才服务处|Talent Services Division", "劳动关系处|Labour Relations Division", "社会保险经办处|Social Insurance Operations Division"}},
		{"SJJ", "澜州市市场监督管理局", "Municipal Market Regulation Bureau", cityOffice, cityWide, "企航", "为每一家企业领好第一程、护好每一程。", "2022-04-01", -0.45, []string{
			"办公室|General Office", "登记注册处|Registration Division", "信用监管处|Credit Supervision Division", "食品经营许可处|Food Business Licensing Division", "特种设备处|Special Equipment Division", "药品医疗器械处|Drugs and Medical Devices Division", "知识产权处|Intellectual Property Division"}},
		{"ZGJ", "澜州市自然资源和规划局", "Municipal Natural Resources and Planning Bureau", cityOffice, cityWide, "安居登记", "房产登记一窗办，产权证书放心拿。", "2021-09-01", -0.40, []string{
			"办公室|General Office", "不动产登记处|Real Estate Registration Division", "用途管制处|Land Use Control Division", "建设项目规划处|Construction Planning Division", "土地利用处|Land Utilization Division"}},
		{"GJJ", "澜州市住房公积金管理中心", "Municipal Housing Provident Fund Centre", cityInstitute, cityWide, "安心筑家", "缴得明白、提得方便、贷得安心。", "2020-10-01", 0.30, []string{
			"综合处|General Division", "归集管理处|Contribution Division", "提取管理处|Withdrawal Division", "贷款管理处|Loan Division", "会计核算处|Accounting Division"}},
		{"YBJ", "澜州市医疗保障局", "Municipal Healthcare Security Bureau", cityOffice, cityWide, "医路相伴", "让报销少跑腿，让看病少操心。", "2021-05-01", 0.35, []string{
			"办公室|General Office", "待遇保障处|Benefits Division", "医药服务管理处|Medical Services Division", "基金监管处|Fund Supervision Division", "经办服务处|Operations Division"}},
		{"SWJ", "澜州市税务局", "Municipal Tax Bureau", verticalOffice, cityWide, "税悦同行", "懂政策、快办理、好沟通。", "2020-04-01", -0.05, []string{
			"办公室|General Office", "纳税服务处|Taxpayer Services Division", "货物和劳务税处|Goods and Services Tax Division", "所得税处|Income Tax Division", "财产和行为税处|Property and Behaviour Tax Division", "社会保险费处|Social Insurance Contributions Division", "征收管理处|Collection Administration Division"}},
		{"MZJ", "澜州市民政局", "Municipal Civil Affairs Bureau", cityOffice, cityWide, "民之所盼", "困难有人帮，大事有人办，小事有人管。", "2020-01-01", 0.75, []string{
			"办公室|General Office", "社会救助处|Social Assistance Division", "养老服务处|Elderly Services Division", "婚姻登记处|Marriage Registration Division", "社会组织管理处|Social Organizations Division"}},
		{"ZJJ", "澜州市住房和城乡建设局", "Municipal Housing and Urban-Rural Development Bureau", cityOffice, cityWide, "宜居澜州", "建好每一处家园，管好每一道工序。", "2021-07-01", -0.30, []string{
			"办公室|General Office", "房屋交易管理处|Housing Transactions Division", "建筑业管理处|Construction Industry Division", "住房保障处|Housing Security Division", "物业管理处|Property Management Division"}},
	}
}

func districtOffices() []officeSpec {
	names := []struct{ code, zh, en, brand, promise string }{
		{"LLS", "临澜区", "Linlan District", "临澜快办", "事情再小也当场给个说法。"},
		{"WXS", "望汐区", "Wangxi District", "汐心服务", "进一扇门，办所有事。"},
		{"YBS", "云埠区", "Yunbu District", "云上办", "能网上办的，绝不让您跑一趟。"},
		{"QHS", "青禾区", "Qinghe New District", "青禾帮办", "不会办有人教，不能来有人帮。"},
		{"HYS", "鹤屿区", "Heyu District", "屿你同心", "海岛群众家门口就能办成事。"},
	}
	quality := []float64{0.15, -0.10, 0.30, 0.05, 0.55}
	var out []officeSpec
	for i, n := range names {
		out = append(out, officeSpec{n.code, n.zh + "行政审批服务局", n.en + " " + approvalEN, districtOffice, n.zh,
			n.brand, n.promise, "2022-01-01", quality[i], []string{
				"综合科|General Section", "企业登记科|Business Registration Section", "社会事务科|Social Affairs Section"}})
	}
	return out
}
