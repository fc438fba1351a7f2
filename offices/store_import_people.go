package offices

// The statements of people, duties and tenures. The columns stand in the order of layouts.
const (
	loadPeople = `SELECT p.staff_no, p.name, o.code, coalesce(d.code, ''),
			coalesce(to_char(p.joined_on, 'YYYY-MM-DD'), ''), coalesce(to_char(p.left_on, 'YYYY-MM-DD'), '')
		FROM staff p JOIN units o ON o.id = p.office_id LEFT JOIN units d ON d.id = p.division_id
		WHERE ` + visibleStaff + ` ORDER BY p.staff_no`

	fromPeople = ` FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
		AS v (staff_no, name, office, division, joined_on, left_on)
		JOIN units o ON o.kind = 'office' AND o.code = v.office
		LEFT JOIN units d ON d.kind = 'division' AND d.code = v.division `

	insertPeople = `INSERT INTO staff (staff_no, name, office_id, division_id, joined_on, left_on)
		SELECT v.staff_no, v.name, o.id, d.id, nullif(v.joined_on, '')::date, nullif(v.left_on, '')::date` + fromPeople

	updatePeople = `UPDATE staff p SET name = v.name, office_id = o.id, division_id = d.id,
			joined_on = nullif(v.joined_on, '')::date, left_on = nullif(v.left_on, '')::date` +
		fromPeople + `WHERE p.staff_no = v.staff_no`

	loadDuties = `SELECT p.staff_no, u.code, to_char(t.from_on, 'YYYY-MM-DD'), coalesce(to_char(t.to_on, 'YYYY-MM-DD'), '')
		FROM duties t JOIN staff p ON p.id = t.staff_id JOIN units u ON u.id = t.window_id
		WHERE ` + visibleUnit + ` ORDER BY u.code, t.from_on, p.staff_no`

	fromDuties = ` FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS v (staff, code, from_on, to_on)
		JOIN staff p ON p.staff_no = v.staff JOIN units w ON w.kind = 'window' AND w.code = v.code `

	insertDuties = `INSERT INTO duties (staff_id, window_id, from_on, to_on)
		SELECT p.id, w.id, v.from_on::date, nullif(v.to_on, '')::date` + fromDuties

	updateDuties = `UPDATE duties t SET to_on = nullif(v.to_on, '')::date` + fromDuties +
		`WHERE t.staff_id = p.id AND t.window_id = w.id AND t.from_on = v.from_on::date`

	loadTenures = `SELECT u.code, p.staff_no, to_char(t.from_on, 'YYYY-MM-DD'), coalesce(to_char(t.to_on, 'YYYY-MM-DD'), '')
		FROM chief_tenures t JOIN units u ON u.id = t.division_id JOIN staff p ON p.id = t.staff_id
		WHERE ` + visibleUnit + ` ORDER BY u.code, t.from_on`

	fromTenures = ` FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS v (code, staff, from_on, to_on)
		JOIN units d ON d.kind = 'division' AND d.code = v.code JOIN staff p ON p.staff_no = v.staff `

	insertTenures = `INSERT INTO chief_tenures (division_id, staff_id, from_on, to_on)
		SELECT d.id, p.id, v.from_on::date, nullif(v.to_on, '')::date` + fromTenures

	updateTenures = `UPDATE chief_tenures t SET staff_id = p.id, to_on = nullif(v.to_on, '')::date` + fromTenures +
		`WHERE t.division_id = d.id AND t.from_on = v.from_on::date`
)
