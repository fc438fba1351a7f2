package demo

// otherOffices have a few windows each, most of them in the city's hall.
func otherOffices() []officeSpec {
	const pre = "Municipal "
	return []officeSpec{
		{"JTJ", "澜州市交通运输局", pre + "Transport Bureau", cityOffice, cityWide, "畅行先锋", "让路好走，让证好办。", "2021-04-01", 0.00, []string{
			"办公室|General Office", "道路运输处|Road Transport Division", "水路运输处|Waterway Transport Division", "从业资格处|Professional Qualification Division"}},
		{"WJW", "澜州市卫生健康委员会", pre + "Health Commission", cityOffice, cityWide, "健康守望", "您的健康事，我们上心办。", "2020-09-01", 0.20, []string{
			"办公室|General Office", "医政医管处|Medical Administration Division", "公共卫生处|Public Health Division", "人口家庭处|Population and Family Division"}},
		{"JYJ", "澜州市教育局", pre + "Education Bureau", cityOffice, cityWide, "向阳教育", "入学政策讲到家，家长心里不打鼓。", "2021-08-01", 0.05, []string{
			"办公室|General Office", "基础教育处|Basic Education Division", "民办教育处|Private Education Division", "教师工作处|Teachers Division"}},
		{"STJ", "澜州市生态环境局", pre + "Ecology and Environment Bureau", cityOffice, cityWide, "碧水蓝天", "严格把关，也热心指路。", "2021-06-05", 0.00, []string{
			"办公室|General Office", "环评与排污许可处|Environmental Assessment and Permits Division"}},
		{"CGJ", "澜州市城市管理局", pre + "City Management Bureau", cityOffice, cityWide, "净美城管", "管得住秩序，也暖得了人心。", "2022-05-01", -0.62, []string{
			"办公室|General Office", "市容管理处|City Appearance Division", "户外设施审批处|Outdoor Facilities Permit Division", "渣土管理处|Construction Waste Division"}},
		{"NYJ", "澜州市农业农村局", pre + "Agriculture and Rural Affairs Bureau", cityOffice, cityWide, "田间服务员", "把窗口搬到田头，把政策讲到心头。", "2021-02-01", 0.40, []string{
			"办公室|General Office", "畜牧渔业处|Livestock and Fisheries Division", "农村经营处|Rural Economy Division"}},
		{"SHW", "澜州市水务局", pre + "Water Affairs Bureau", cityOffice, cityWide, "清流", "供水排水，事事有回音。", "2022-03-22", -0.15, []string{
			"办公室|General Office", "供排水管理处|Water Supply and Drainage Division", "水资源处|Water Resources Division"}},
		{"YJJ", "澜州市应急管理局", pre + "Emergency Management Bureau", cityOffice, cityWide, "守夜人", "许可不拖延，安全不打折。", "2021-11-01", 0.10, []string{
			"办公室|General Office", "危险化学品处|Hazardous Chemicals Division", "安全许可处|Safety Licensing Division"}},
		{"WLJ", "澜州市文化和旅游局", pre + "Culture and Tourism Bureau", cityOffice, cityWide, "诗澜画意", "让文化可亲，让旅途放心。", "2021-05-19", 0.30, []string{
			"办公室|General Office", "市场管理处|Market Administration Division", "文物保护处|Cultural Relics Division"}},
		{"SFJ", "澜州市司法局", pre + "Justice Bureau", cityOffice, cityWide, "法润澜州", "公证、法援、调解，件件讲法也讲情。", "2020-12-04", 0.50, []string{
			"办公室|General Office", "公共法律服务处|Public Legal Services Division", "律师公证处|Lawyers and Notaries Division"}},
		{"TYJ", "澜州市退役军人事务局", pre + "Veterans Affairs Bureau", cityOffice, cityWide, "老兵之家", "进门一声敬礼，办事一盏热茶。", "2020-08-01", 1.00, []string{
			"办公室|General Office", "移交安置处|Placement Division", "优抚处|Preferential Treatment Division"}},
		{"FGW", "澜州市发展和改革委员会", pre + "Development and Reform Commission", cityOffice, cityWide, "谋远", "项目落地，我们先跑一步。", "2022-01-01", 0.10, []string{
			"办公室|General Office", "投资处|Investment Division", "价格管理处|Price Administration Division", "营商环境处|Business Environment Division"}},
		{"GXJ", "澜州市工业和信息化局", pre + "Industry and Information Technology Bureau", cityOffice, cityWide, "智造帮", "企业有呼，专员必应。", "2022-02-01", 0.15, []string{
			"办公室|General Office", "产业政策处|Industrial Policy Division", "中小企业服务处|SME Services Division"}},
		{"KJJ", "澜州市科学技术局", pre + "Science and Technology Bureau", cityOffice, cityWide, "科创引擎", "申报不绕弯，兑现不打折。", "2021-10-01", 0.20, []string{
			"办公室|General Office", "成果转化处|Technology Transfer Division", "外国专家服务处|Foreign Experts Services Division"}},
		{"CZJ", "澜州市财政局", pre + "Finance Bureau", cityOffice, cityWide, "明白账", "每一分钱都算得清、讲得明。", "2022-01-01", 0.05, []string{
			"办公室|General Office", "会计管理处|Accounting Administration Division", "政府采购处|Government Procurement Division"}},
		{"SWU", "澜州市商务局", pre + "Commerce Bureau", cityOffice, cityWide, "通商驿站", "迎得进来，送得出去。", "2021-09-08", 0.20, []string{
			"办公室|General Office", "外贸外资处|Foreign Trade and Investment Division", "市场流通处|Market Circulation Division"}},
		{"LYJ", "澜州市园林和林业局", pre + "Parks and Forestry Bureau", cityOffice, cityWide, "绿满家园", "守好一片绿，办好一件事。", "2022-03-12", 0.00, []string{
			"办公室|General Office", "绿化审批处|Greening Permit Division", "林政资源处|Forest Resources Division"}},
		{"HYJ", "澜州市海洋发展局", pre + "Ocean Development Bureau", cityOffice, cityWide, "向海图强", "渔船证照随到随办，出海之前万事妥帖。", "2021-07-11", 0.35, []string{
			"办公室|General Office", "海域管理处|Sea Area Administration Division", "渔业渔政处|Fishery Administration Division"}},
		{"MZW", "澜州市民族宗教事务局", pre + "Ethnic and Religious Affairs Bureau", cityOffice, cityWide, "石榴同心", "一视同仁，以诚相待。", "2021-09-01", 0.40, []string{
			"办公室|General Office", "政策宣传处|Policy and Publicity Division", "民族宗教事务处|Ethnic and Religious Affairs Division"}},
		{"TYU", "澜州市体育局", pre + "Sports Bureau", cityOffice, cityWide, "动感澜州", "让每个人都有地方动起来。", "2022-08-08", 0.25, []string{
			"办公室|General Office", "群众体育处|Mass Sports Division"}},
		{"CLH", "澜州市残疾人联合会", pre + "Disabled Persons' Federation", groupOffice, cityWide, "轮椅上的春天", "您不方便来，我们上门办。", "2020-05-17", 0.90, []string{
			"办公室|General Office", "康复教育就业部|Rehabilitation, Education and Employment Department"}},
		{"XFD", "澜州市消防救援支队", pre + "Fire and Rescue Detachment", verticalOffice, cityWide, "橙色守护", "验收讲标准，服务讲温度。", "2021-11-09", 0.15, []string{
			"消防监督处|Fire Supervision Division", "消防宣传科|Fire Safety Education Section"}},
		{"QXJ", "澜州市气象局", pre + "Meteorological Bureau", verticalOffice, cityWide, "知风雨", "风雨冷暖，早说一声。", "2022-03-23", 0.30, []string{
			"气象服务处|Meteorological Services Division", "防雷减灾处|Lightning Protection Division"}},
		{"DAG", "澜州市档案馆", pre + "Archives", cityInstitute, cityWide, "兰台寻踪", "替您找到那一页。", "2022-06-09", 0.60, []string{
			"接收保管处|Custody Division", "查阅利用处|Reading Room Division"}},
		{"JRJ", "澜州市地方金融管理局", pre + "Local Financial Administration Bureau", cityOffice, cityWide, "融通", "让好企业贷得到、贷得快。", "2022-07-01", 0.05, []string{
			"办公室|General Office", "金融服务处|Financial Services Division", "风险防控处|Risk Prevention Division"}},
	}
}
