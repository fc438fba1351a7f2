package demo

// topic picks the comments that fit a service.
type topic uint8

const (
	anyTopic topic = iota
	social
	health
	housing
	tax
	police
	driving
	business
	civil
	building
)

// service is what the sign of a window says. load is how busy it is, 1 being
// the middle of the city.
type service struct {
	office, division, name, nameEN string
	topic                          topic
	load                           float64
}

func services() []service {
	return append(append(peopleServices(), businessServices()...), districtServices()...)
}

func peopleServices() []service {
	return []service{
		{"RSJ", "社会保险经办处", "社保参保登记", "Social Insurance Enrolment", social, 2.6},
		{"RSJ", "养老保险处", "养老待遇申领", "Pension Claims", social, 1.9},
		{"RSJ", "社会保险经办处", "社保关系转移接续", "Social Insurance Transfer", social, 1.6},
		{"RSJ", "工伤与失业保险处", "失业保险金申领", "Unemployment Benefit Claims", social, 1.2},
		{"RSJ", "工伤与失业保险处", "工伤认定", "Work Injury Determination", social, 0.5},
		{"RSJ", "就业促进处", "就业失业登记", "Employment and Unemployment Registration", social, 1.1},
		{"RSJ", "人才服务处", "人才引进与档案", "Talent Introduction and Files", social, 1.2},
		{"RSJ", "职业能力建设处", "职业资格与技能补贴", "Vocational Certificates and Subsidies", social, 0.8},
		{"RSJ", "劳动关系处", "劳动用工备案", "Labour Contract Filing", social, 0.5},
		{"RSJ", "社会保险经办处", "社会保障卡", "Social Security Card", social, 2.2},
		{"YBJ", "经办服务处", "医保参保登记", "Medical Insurance Enrolment", health, 1.9},
		{"YBJ", "待遇保障处", "医药费用报销", "Medical Expense Reimbursement", health, 1.9},
		{"YBJ", "医药服务管理处", "异地就医备案", "Out-of-town Treatment Filing", health, 1.4},
		{"YBJ", "待遇保障处", "门诊慢特病认定", "Chronic Disease Outpatient Approval", health, 1.1},
		{"YBJ", "经办服务处", "生育津贴申领", "Maternity Allowance Claims", health, 0.9},
		{"YBJ", "经办服务处", "医保关系转移", "Medical Insurance Transfer", health, 0.9},
		{"GJJ", "提取管理处", "公积金提取", "Provident Fund Withdrawal", housing, 2.0},
		{"GJJ", "贷款管理处", "公积金贷款", "Provident Fund Loans", housing, 1.5},
		{"GJJ", "归集管理处", "单位缴存登记", "Employer Contribution Registration", housing, 0.9},
		{"GJJ", "归集管理处", "异地转移接续", "Fund Transfer Between Cities", housing, 0.9},
		{"GJJ", "贷款管理处", "提前还款与结清", "Early Repayment and Settlement", housing, 1.0},
		{"ZGJ", "不动产登记处", "二手房转移登记", "Second-hand Home Transfer", housing, 1.9},
		{"ZGJ", "不动产登记处", "新建商品房登记", "New Home Registration", housing, 1.6},
		{"ZGJ", "不动产登记处", "抵押登记与注销", "Mortgage Registration and Release", housing, 1.4},
		{"ZGJ", "不动产登记处", "不动产信息查询", "Real Estate Information", housing, 1.3},
		{"ZGJ", "不动产登记处", "继承与赠与登记", "Inheritance and Gift Registration", housing, 0.8},
		{"GAJ", "治安与户政支队", "户口登记与迁移", "Household Registration", police, 1.6},
		{"GAJ", "治安与户政支队", "居民身份证", "Resident Identity Card", police, 1.8},
		{"GAJ", "治安与户政支队", "居住证办理", "Residence Permit", police, 1.1},
		{"GAJ", "政务服务科", "无犯罪记录证明", "No Criminal Record Certificate", police, 0.8},
		{"GAJ", "出入境管理支队", "普通护照", "Ordinary Passport", police, 1.7},
		{"GAJ", "出入境管理支队", "港澳通行证与签注", "Hong Kong and Macao Permit", police, 1.7},
		{"GAJ", "出入境管理支队", "外国人签证证件", "Visas and Permits for Foreigners", police, 0.5},
		{"GAJ", "车辆管理所", "机动车注册登记", "Vehicle Registration", driving, 1.4},
		{"GAJ", "车辆管理所", "驾驶证换补领", "Driving Licence Renewal", driving, 1.8},
		{"GAJ", "车辆管理所", "机动车转让登记", "Vehicle Transfer", driving, 1.2},
		{"GAJ", "交通警察支队", "交通违法处理", "Traffic Violation Handling", driving, 1.7},
		{"MZJ", "婚姻登记处", "婚姻登记", "Marriage Registration", civil, 1.1},
		{"MZJ", "社会救助处", "低保与临时救助", "Minimum Living Allowance", civil, 0.7},
		{"MZJ", "养老服务处", "高龄津贴申领", "Old Age Allowance", civil, 0.7},
		{"MZJ", "社会组织管理处", "社会组织登记", "Social Organization Registration", civil, 0.3},
		{"WJW", "医政医管处", "医师护士执业注册", "Practice Registration for Doctors and Nurses", health, 0.7},
		{"WJW", "公共卫生处", "公共场所卫生许可", "Public Place Health Permit", business, 0.7},
		{"WJW", "人口家庭处", "生育登记服务", "Birth Registration Service", civil, 0.6},
		{"JYJ", "基础教育处", "入学转学咨询", "School Enrolment and Transfer", civil, 0.9},
		{"JYJ", "教师工作处", "教师资格认定", "Teacher Qualification", civil, 0.9},
		{"JYJ", "民办教育处", "民办学校许可", "Private School Licensing", business, 0.3},
		{"SFJ", "律师公证处", "公证服务", "Notary Services", civil, 1.0},
		{"SFJ", "公共法律服务处", "法律援助", "Legal Aid", civil, 0.7},
		{"TYJ", "优抚处", "优待证与优抚", "Veterans Card and Benefits", civil, 0.7},
		{"TYJ", "移交安置处", "退役报到", "Demobilization Registration", civil, 0.4},
		{"CLH", "康复教育就业部", "残疾人证办理", "Disability Certificate", civil, 0.6},
		{"MZW", "民族宗教事务处", "民族成份变更", "Ethnic Status Change", civil, 0.2},
		{"TYU", "群众体育处", "体育场馆与赛事备案", "Sports Venue and Event Filing", business, 0.2},
		{"DAG", "查阅利用处", "档案查阅利用", "Archive Reading Room", civil, 0},
	}
}

func businessServices() []service {
	return []service{
		{"SJJ", "登记注册处", "企业开办", "Business Start-up", business, 1.9},
		{"SJJ", "登记注册处", "企业变更与注销", "Business Changes and Deregistration", business, 1.6},
		{"SJJ", "登记注册处", "个体工商户登记", "Sole Trader Registration", business, 1.5},
		{"SJJ", "食品经营许可处", "食品经营许可", "Food Business Licence", business, 1.3},
		{"SJJ", "药品医疗器械处", "药品经营许可", "Drug Business Licence", business, 0.6},
		{"SJJ", "特种设备处", "特种设备登记", "Special Equipment Registration", business, 0.5},
		{"SJJ", "信用监管处", "信用修复与年报", "Credit Repair and Annual Reports", business, 0.7},
		{"SJJ", "知识产权处", "商标与专利服务", "Trademark and Patent Services", business, 0.4},
		{"SPJ", "投资项目审批处", "投资项目备案核准", "Investment Project Approval", building, 0.8},
		{"SPJ", "市场准入审批处", "证照联办", "Joint Licensing", business, 1.2},
		{"SPJ", "社会事务审批处", "社会事务综合受理", "Social Affairs Reception", civil, 1.1},
		{"SPJ", "政务服务管理处", "帮办代办", "Assisted Filing", anyTopic, 0.9},
		{"SPJ", generalRow, "综合咨询", "General Enquiries", anyTopic, 1.6},
		{"SPJ", generalRow, "潮汐窗口", "Flexible Window", anyTopic, 1.0},
		{"SPJ", generalRow, "办不成事反映", "Unresolved Matters Desk", anyTopic, 0.4},
		{"SPJ", generalRow, "老年人绿色通道", "Seniors' Fast Lane", anyTopic, 0.8},
		{"SPJ", generalRow, "自助办理辅导", "Self-service Help", anyTopic, 1.1},
		{"SPJ", generalRow, "跨域通办", "Cross-region Services", anyTopic, 0.7},
		{"SWJ", "纳税服务处", "发票领用与代开", "Invoices", tax, 1.8},
		{"SWJ", "货物和劳务税处", "增值税申报", "Value-added Tax Filing", tax, 1.4},
		{"SWJ", "所得税处", "个人所得税汇算", "Individual Income Tax", tax, 1.2},
		{"SWJ", "财产和行为税处", "房产交易税费", "Property Transaction Taxes", tax, 1.4},
		{"SWJ", "社会保险费处", "社保费缴纳", "Social Insurance Contributions", tax, 1.4},
		{"SWJ", "征收管理处", "税务登记与注销", "Tax Registration and Cancellation", tax, 1.0},
		{"ZGJ", "建设项目规划处", "建设工程规划许可", "Construction Planning Permit", building, 0.5},
		{"ZGJ", "用途管制处", "建设用地审批", "Construction Land Approval", building, 0.3},
		{"ZJJ", "房屋交易管理处", "商品房合同网签", "Home Contract Filing", housing, 1.2},
		{"ZJJ", "建筑业管理处", "施工许可与资质", "Construction Permits and Qualifications", building, 0.6},
		{"ZJJ", "住房保障处", "公租房申请", "Public Rental Housing", housing, 1.0},
		{"ZJJ", "物业管理处", "维修资金使用", "Maintenance Fund", housing, 0.7},
		{"JTJ", "道路运输处", "道路运输经营许可", "Road Transport Licence", business, 0.8},
		{"JTJ", "从业资格处", "网约车从业资格", "Ride-hailing Driver Qualification", driving, 1.0},
		{"JTJ", "水路运输处", "水路运输许可", "Waterway Transport Licence", business, 0.3},
		{"STJ", "环评与排污许可处", "环评与排污许可", "Environmental Permits", building, 0.5},
		{"CGJ", "户外设施审批处", "户外广告设置", "Outdoor Advertising Permit", business, 0.8},
		{"CGJ", "市容管理处", "临时占道审批", "Temporary Road Use Permit", business, 0.8},
		{"CGJ", "渣土管理处", "建筑垃圾处置", "Construction Waste Permit", building, 0.7},
		{"NYJ", "畜牧渔业处", "动物防疫与养殖", "Animal Health and Husbandry", business, 0.4},
		{"NYJ", "农村经营处", "家庭农场与合作社", "Family Farms and Cooperatives", business, 0.4},
		{"SHW", "供排水管理处", "用水报装与排水许可", "Water Connection and Drainage Permit", building, 0.7},
		{"SHW", "水资源处", "取水许可", "Water Abstraction Permit", building, 0.2},
		{"YJJ", "安全许可处", "安全生产许可", "Work Safety Licence", business, 0.4},
		{"YJJ", "危险化学品处", "危化品经营许可", "Hazardous Chemicals Licence", business, 0.4},
		{"WLJ", "市场管理处", "文化经营与演出许可", "Cultural Business Permit", business, 0.5},
		{"FGW", "投资处", "项目审批咨询", "Project Approval Advice", building, 0.3},
		{"FGW", "价格管理处", "价格认定", "Price Determination", business, 0.2},
		{"GXJ", "中小企业服务处", "惠企政策兑现", "Business Support Claims", business, 0.6},
		{"KJJ", "外国专家服务处", "外国人工作许可", "Work Permit for Foreigners", business, 0.3},
		{"KJJ", "成果转化处", "科技项目申报", "Science Project Applications", business, 0.4},
		{"CZJ", "会计管理处", "会计资格与代理记账", "Accounting Qualification", business, 0.5},
		{"SWU", "外贸外资处", "对外贸易备案", "Foreign Trade Filing", business, 0.4},
		{"SWU", "市场流通处", "成品油与拍卖许可", "Oil Retail and Auction Licence", business, 0.3},
		{"LYJ", "绿化审批处", "占绿移树审批", "Greening and Tree Permits", building, 0.3},
		{"LYJ", "林政资源处", "林木采伐许可", "Tree Felling Permit", building, 0.3},
		{"HYJ", "渔业渔政处", "渔船证照", "Fishing Vessel Certificates", business, 0.5},
		{"HYJ", "海域管理处", "海域使用权登记", "Sea Use Right Registration", business, 0.3},
		{"XFD", "消防监督处", "消防验收与检查", "Fire Inspection", building, 0.7},
		{"QXJ", "防雷减灾处", "防雷装置审核", "Lightning Protection Review", building, 0.2},
		{"JRJ", "金融服务处", "融资服务对接", "Financing Services", business, 0.3},
	}
}

// districtServices are those of the five district approval bureaus.
func districtServices() []service {
	var out []service
	for _, d := range districtOffices() {
		out = append(out,
			service{d.code, "企业登记科", "企业开办一窗通", "One-stop Business Start-up", business, 1.4},
			service{d.code, "企业登记科", "个体户登记", "Sole Trader Registration", business, 1.4},
			service{d.code, "企业登记科", "食品小作坊登记", "Food Workshop Registration", business, 0.8},
			service{d.code, "社会事务科", "民生事项综合受理", "Livelihood Matters Reception", civil, 1.3},
			service{d.code, "社会事务科", "教育卫生事项", "Education and Health Matters", civil, 0.8},
			service{d.code, "综合科", "办不成事反映", "Unresolved Matters Desk", anyTopic, 0.3},
			service{d.code, generalRow, "综合咨询", "General Enquiries", anyTopic, 0.9},
			service{d.code, "综合科", "跨域通办", "Cross-region Services", anyTopic, 0.7})
	}
	return out
}
