package offices

// Staff is a person who serves.
type Staff struct {
	ID         int64  `db:"id"`
	StaffNo    string `db:"staff_no"`
	Name       string `db:"name"`
	OfficeID   int64  `db:"office_id"`
	DivisionID int64  `db:"division_id"`
	JoinedOn   Day    `db:"joined_on"`
	LeftOn     Day    `db:"left_on"` // last day of work

	// names of the units above, for display only
	OfficeName   string `db:"office_name"`
	DivisionName string `db:"division_name"`
}

// Duty is one person's time at one window, both days included.
type Duty struct {
	ID        int64  `db:"id"`
	StaffID   int64  `db:"staff_id"`
	StaffNo   string `db:"staff_no"`
	StaffName string `db:"staff_name"`
	WindowID  int64  `db:"window_id"`
	FromOn    Day    `db:"from_on"`
	ToOn      Day    `db:"to_on"` // "" = still there
}

// Tenure is one chief's time at the head of one division, both days included.
type Tenure struct {
	ID         int64  `db:"id"`
	DivisionID int64  `db:"division_id"`
	StaffID    int64  `db:"staff_id"`
	StaffNo    string `db:"staff_no"`
	StaffName  string `db:"staff_name"`
	FromOn     Day    `db:"from_on"`
	ToOn       Day    `db:"to_on"` // "" = still in office
}
