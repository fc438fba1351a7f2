package offices

// Lengths as in the CHECKs of migration 00001_directory.sql; columns that have
// none there get a sensible one here.
const (
	maxCode    = 64
	maxName    = 200
	maxStaffNo = 32
	maxPerson  = 100
	maxShort   = 50
	maxLong    = 500
)

// Descriptions of days, said once.
const (
	noteOpened = "可不填。写成 2026-11-23 的样子。"
	noteClosed = "最后一天服务的日期；仍在服务的不填。"
)

func opened() column {
	return dayColumn("opened_on", "启用日期", plain, "开始服务日期", "成立日期", "opened").noted(noteOpened)
}

func closed() column {
	return dayColumn("closed_on", "停用日期", openEnd, "停止服务日期", "撤销日期", "closed").noted(noteClosed)
}

func nameEn(aliases ...string) column {
	return textColumn("name_en", "英文名称", maxName, append(aliases, "english_name")...).noted("可不填，英文页面上显示。")
}

func officeRef() column {
	return codeColumn("office", "机关编码", maxCode, "单位编码", "部门编码", "office_code").isRequired().refersTo(Offices).noted("引用“机关”表的编码，也可以是系统里已有的机关。")
}

func divisionRef() column {
	return codeColumn("division", "处室编码", maxCode, "科室编码", "division_code").refersTo(Divisions).noted("可不填。引用“处室”表的编码，须属于同一机关。")
}

func staffRef() column {
	return codeColumn("staff", "工号", maxStaffNo, "人员工号", "员工编号", "staff_no", "staff_number").refersTo(People).noted("引用“人员”表的工号，也可以是系统里已有的人员。")
}

func begins() column {
	return dayColumn("from_on", "开始日期", plain, "起始日期", "开始时间", "from", "start").isKey().noted("第一天，含当日。写成 2026-11-23 的样子。")
}

func ends() column {
	return dayColumn("to_on", "结束日期", openEnd, "截止日期", "结束时间", "to", "end").noted("最后一天，含当日；仍在继续的不填，或写“至今”。")
}

// layouts is read-only data: the workbook, sheet by sheet.
var layouts = map[Table]layout{
	Offices: layout{title: "机关", messageKey: "offices.sheet.offices", columns: []column{
		codeColumn("code", "机关编码", maxCode, "单位编码", "部门编码", "office_code", "编码", "代码").isKey().noted("唯一，不超过 64 个字。再次导入时凭它认出同一机关。"),
		textColumn("name", "机关名称", maxName, "单位名称", "部门名称", "office_name", "名称").isRequired().noted("机关全称。"),
		nameEn("office_name_en"),
		textColumn("office_type", "机关类型", maxShort, "类型", "type").noted("可不填，如：政府部门、党群机关、区县政府。"),
		textColumn("district", "所属区县", maxShort, "区县", "行政区").noted("可不填，市直机关不填。"),
		textColumn("brand_name", "品牌名称", maxName, "机关品牌", "brand").noted("可不填，机关品牌的名称。"),
		textColumn("brand_promise", "品牌承诺", maxLong, "服务承诺", "promise").mayBreak().wide(40).noted("可不填，对群众的服务承诺。"),
		opened(), closed(),
	}}.also("单位", "机关单位", "部门", "office", "offices").period("opened_on", "closed_on"),

	Divisions: layout{title: "处室", messageKey: "offices.sheet.divisions", columns: []column{
		codeColumn("code", "处室编码", maxCode, "科室编码", "division_code", "编码", "代码").isKey().noted("唯一，不超过 64 个字。再次导入时凭它认出同一处室。"),
		textColumn("name", "处室名称", maxName, "科室名称", "division_name", "名称").isRequired().noted("处室全称。"),
		nameEn("division_name_en"), officeRef(), opened(), closed(),
	}}.also("科室", "内设机构", "division", "divisions").period("opened_on", "closed_on"),

	Halls: layout{title: "大厅", messageKey: "offices.sheet.halls", columns: []column{
		codeColumn("code", "大厅编码", maxCode, "hall_code", "编码", "代码").isKey().noted("唯一，不超过 64 个字。再次导入时凭它认出同一大厅。"),
		textColumn("name", "大厅名称", maxName, "hall_name", "名称").isRequired().noted("大厅全称，印在海报上。"),
		nameEn("hall_name_en"),
		textColumn("address", "地址", maxName, "大厅地址", "hall_address").wide(40).noted("可不填，门牌地址。"),
		opened(), closed(),
	}}.also("政务大厅", "服务大厅", "hall", "halls").period("opened_on", "closed_on"),

	Windows: layout{title: "窗口", messageKey: "offices.sheet.windows", columns: []column{
		codeColumn("code", "窗口编码", maxCode, "window_code", "编码", "代码").isKey().noted("唯一，不超过 64 个字。再次导入时凭它认出同一窗口。"),
		textColumn("name", "窗口名称", maxName, "window_name", "名称").isRequired().noted("如：不动产登记窗口。"),
		nameEn("window_name_en"),
		textColumn("number", "窗口号", maxShort, "窗口编号", "window_number", "窗口牌号").noted("可不填，窗口上方的牌号，如 A12。"),
		officeRef(), divisionRef(),
		codeColumn("hall", "大厅编码", maxCode, "hall_code").refersTo(Halls).noted("可不填。引用“大厅”表的编码；不在大厅里的窗口不填。"),
		opened(), closed(),
	}}.also("服务窗口", "window", "windows").period("opened_on", "closed_on"),

	People: layout{title: "人员", messageKey: "offices.sheet.staff", columns: []column{
		codeColumn("staff_no", "工号", maxStaffNo, "人员工号", "员工编号", "staff_number").isKey().noted("唯一，不超过 32 个字。再次导入时凭它认出同一人。"),
		textColumn("name", "姓名", maxPerson, "人员姓名", "staff_name").isRequired().noted("不超过 100 个字。"),
		officeRef(), divisionRef(),
		dayColumn("joined_on", "入职日期", plain, "到岗日期", "joined").noted(noteOpened),
		dayColumn("left_on", "离职日期", openEnd, "离岗日期", "left").noted("最后一天在岗的日期；仍在岗的不填。"),
	}}.also("工作人员", "员工", "staff", "people").period("joined_on", "left_on"),

	Duties: layout{title: "值守", messageKey: "offices.sheet.duties", columns: []column{
		staffRef().isKey(),
		codeColumn("window", "窗口编码", maxCode, "window_code").isKey().refersTo(Windows).noted("引用“窗口”表的编码，也可以是系统里已有的窗口。"),
		begins(), ends(),
	}}.also("值班", "窗口值守", "排班", "duty", "duties").period("from_on", "to_on"),

	Tenures: layout{title: "任期", messageKey: "offices.sheet.tenures", columns: []column{
		codeColumn("division", "处室编码", maxCode, "科室编码", "division_code").isKey().refersTo(Divisions).noted("引用“处室”表的编码，也可以是系统里已有的处室。"),
		staffRef().isRequired().noted("处长的工号。"),
		begins(), ends(),
	}}.also("处长任期", "任职", "tenure", "tenures").period("from_on", "to_on"),
}
