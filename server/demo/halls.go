package demo

// hallSpec is a hall and its zones; traffic scales the load of its windows.
type hallSpec struct {
	code, name, nameEN, district, address string
	saturday                              bool
	traffic                               float64
	zones                                 []zone
}

// generalRow names the services that belong to no division.
const generalRow = "*"

// zone is a row of windows of one office under one letter; a non-empty division
// limits the row to that division's services.
type zone struct {
	letter   string
	office   string
	division string
	count    int
}

func hallSpecs() []hallSpec {
	out := []hallSpec{{"H01", "澜州市政务服务中心", "Municipal Government Services Centre", "临澜区", "临澜区澜城大道100号", true, 1.35, cityZones()}}
	for _, d := range []struct {
		code, office, zh, en, address string
		base                          int
		traffic                       float64
	}{
		{"H02", "LLS", "临澜区", "Linlan District", "临澜区听潮路18号", 2, 1.10},
		{"H03", "WXS", "望汐区", "Wangxi District", "望汐区归帆街266号", 1, 1.00},
		{"H04", "YBS", "云埠区", "Yunbu District", "云埠区织云路9号", 1, 0.95},
		{"H05", "QHS", "青禾区", "Qinghe New District", "青禾区新垄大道77号", 0, 0.85},
		{"H06", "HYS", "鹤屿区", "Heyu District", "鹤屿区栖鹤路31号", 0, 0.75},
	} {
		out = append(out, hallSpec{d.code, d.zh + "政务服务中心", d.en + " Government Services Centre", d.zh, d.address,
			false, d.traffic, districtZones(d.office, d.base)})
	}
	return append(out, specialHalls()...)
}

// cityZones put the rows with the most visitors first.
func cityZones() []zone {
	return []zone{
		{"A", "RSJ", "", 14}, {"A", "YBJ", "", 8}, {"A", "GJJ", "", 5},
		{"B", "SJJ", "", 14}, {"B", "SPJ", "", 10}, {"B", "SWJ", "", 8},
		{"C", "GAJ", "治安与户政支队", 7}, {"C", "GAJ", "政务服务科", 1}, {"C", "MZJ", "", 5},
		{"C", "ZGJ", "", 7}, {"C", "ZJJ", "", 6},
		{"D", "SFJ", "", 3}, {"D", "TYJ", "", 2}, {"D", "CLH", "", 2}, {"D", "JYJ", "", 3},
		{"D", "WJW", "", 3}, {"D", "MZW", "", 1}, {"D", "DAG", "", 1}, {"D", "TYU", "", 1},
		{"E", "JTJ", "", 4}, {"E", "CGJ", "", 5}, {"E", "STJ", "", 2}, {"E", "SHW", "", 2},
		{"E", "XFD", "", 2}, {"E", "YJJ", "", 2}, {"E", "LYJ", "", 2}, {"E", "QXJ", "", 1},
		{"F", "NYJ", "", 2}, {"F", "HYJ", "", 2}, {"F", "FGW", "", 2}, {"F", "GXJ", "", 1},
		{"F", "KJJ", "", 2}, {"F", "CZJ", "", 1}, {"F", "SWU", "", 2}, {"F", "WLJ", "", 1},
		{"F", "JRJ", "", 1}, {"G", "SPJ", generalRow, 6},
	}
}

// districtZones have 52 windows, and one more in each of five rows for each
// step of base.
func districtZones(office string, base int) []zone {
	return []zone{
		{"A", office, "", 14 + base},
		{"B", "RSJ", "", 9 + base}, {"B", "YBJ", "", 6 + base},
		{"C", "GAJ", "治安与户政支队", 5 + base}, {"C", "MZJ", "", 3},
		{"D", "SWJ", "", 5 + base}, {"D", "GJJ", "", 2}, {"D", "ZGJ", "不动产登记处", 3},
		{"D", "CGJ", "", 1}, {"D", "ZJJ", "", 2}, {"D", "TYJ", "", 1},
		{"E", office, generalRow, 1},
	}
}

func specialHalls() []hallSpec {
	return []hallSpec{
		{"H07", "不动产登记大厅", "Real Estate Registration Hall", "临澜区", "临澜区安澜路56号", false, 1.15, []zone{
			{"A", "ZGJ", "不动产登记处", 24}, {"B", "SWJ", "财产和行为税处", 6}, {"B", "ZJJ", "房屋交易管理处", 5}}},
		{"H08", "出入境办证大厅", "Exit and Entry Permit Hall", "望汐区", "望汐区远帆路8号", true, 1.10, []zone{
			{"A", "GAJ", "出入境管理支队", 24}}},
		{"H09", "公积金业务大厅", "Housing Provident Fund Hall", "临澜区", "临澜区筑家街12号", false, 1.10, []zone{
			{"A", "GJJ", "提取管理处", 10}, {"B", "GJJ", "贷款管理处", 12}, {"C", "GJJ", "归集管理处", 8}}},
		{"H10", "办税服务厅", "Tax Service Hall", "云埠区", "云埠区衡度路200号", false, 1.05, []zone{
			{"A", "SWJ", "", 36}}},
		{"H11", "车管所业务大厅", "Vehicle Administration Hall", "青禾区", "青禾区驰道路1号", true, 1.20, []zone{
			{"A", "GAJ", "车辆管理所", 22}, {"B", "GAJ", "交通警察支队", 8}, {"B", "JTJ", "从业资格处", 2}}},
		{"H12", "医保经办大厅", "Medical Insurance Hall", "望汐区", "望汐区杏林巷5号", false, 1.10, []zone{
			{"A", "YBJ", "", 22}}},
	}
}
