package offices

// The statements of the four tables of units. The columns stand in the order of layouts.
const (
	unitPeriod = `coalesce(to_char(u.opened_on, 'YYYY-MM-DD'), ''), coalesce(to_char(u.closed_on, 'YYYY-MM-DD'), '')`

	loadOffices = `SELECT u.code, u.name, u.name_en, u.office_type, u.district, u.brand_name, u.brand_promise, ` + unitPeriod + `
		FROM units u WHERE u.kind = 'office' AND ` + visibleUnit + ` ORDER BY u.code`

	fromOffices = ` FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
		AS v (code, name, name_en, office_type, district, brand_name, brand_promise, opened_on, closed_on) `

	insertOffices = `INSERT INTO units (kind, code, name, name_en, office_type, district, brand_name, brand_promise, opened_on, closed_on, updated_at)
		SELECT 'office', v.code, v.name, v.name_en, v.office_type, v.district, v.brand_name, v.brand_promise,
			nullif(v.opened_on, '')::date, nullif(v.closed_on, '')::date, $10::timestamptz` + fromOffices

	updateOffices = `UPDATE units u SET name = v.name, name_en = v.name_en, office_type = v.office_type, district = v.district,
			brand_name = v.brand_name, brand_promise = v.brand_promise,
			opened_on = nullif(v.opened_on, '')::date, closed_on = nullif(v.closed_on, '')::date, updated_at = $10::timestamptz` +
		fromOffices + `WHERE u.kind = 'office' AND u.code = v.code`

	loadDivisions = `SELECT u.code, u.name, u.name_en, o.code, ` + unitPeriod + `
		FROM units u JOIN units o ON o.id = u.office_id WHERE u.kind = 'division' AND ` + visibleUnit + ` ORDER BY u.code`

	fromDivisions = ` FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
		AS v (code, name, name_en, office, opened_on, closed_on) JOIN units o ON o.kind = 'office' AND o.code = v.office `

	insertDivisions = `INSERT INTO units (kind, code, name, name_en, office_id, opened_on, closed_on, updated_at)
		SELECT 'division', v.code, v.name, v.name_en, o.id,
			nullif(v.opened_on, '')::date, nullif(v.closed_on, '')::date, $7::timestamptz` + fromDivisions

	updateDivisions = `UPDATE units u SET name = v.name, name_en = v.name_en, office_id = o.id,
			opened_on = nullif(v.opened_on, '')::date, closed_on = nullif(v.closed_on, '')::date, updated_at = $7::timestamptz` +
		fromDivisions + `WHERE u.kind = 'division' AND u.code = v.code`

	loadHalls = `SELECT u.code, u.name, u.name_en, u.address, ` + unitPeriod + `
		FROM units u WHERE u.kind = 'hall' AND ` + visibleUnit + ` ORDER BY u.code`

	fromHalls = ` FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
		AS v (code, name, name_en, address, opened_on, closed_on) `

	insertHalls = `INSERT INTO units (kind, code, name, name_en, address, opened_on, closed_on, updated_at)
		SELECT 'hall', v.code, v.name, v.name_en, v.address,
			nullif(v.opened_on, '')::date, nullif(v.closed_on, '')::date, $7::timestamptz` + fromHalls

	updateHalls = `UPDATE units u SET name = v.name, name_en = v.name_en, address = v.address,
			opened_on = nullif(v.opened_on, '')::date, closed_on = nullif(v.closed_on, '')::date, updated_at = $7::timestamptz` +
		fromHalls + `WHERE u.kind = 'hall' AND u.code = v.code`

	loadWindows = `SELECT u.code, u.name, u.name_en, u.number, o.code, coalesce(d.code, ''), coalesce(h.code, ''), ` + unitPeriod + `
		FROM units u JOIN units o ON o.id = u.office_id LEFT JOIN units d ON d.id = u.division_id LEFT JOIN units h ON h.id = u.hall_id
		WHERE u.kind = 'window' AND ` + visibleUnit + ` ORDER BY u.code`

	fromWindows = ` FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
		AS v (code, name, name_en, number, office, division, hall, opened_on, closed_on)
		JOIN units o ON o.kind = 'office' AND o.code = v.office
		LEFT JOIN units d ON d.kind = 'division' AND d.code = v.division
		LEFT JOIN units h ON h.kind = 'hall' AND h.code = v.hall `

	insertWindows = `INSERT INTO units (kind, code, name, name_en, number, office_id, division_id, hall_id, opened_on, closed_on, updated_at)
		SELECT 'window', v.code, v.name, v.name_en, v.number, o.id, d.id, h.id,
			nullif(v.opened_on, '')::date, nullif(v.closed_on, '')::date, $10::timestamptz` + fromWindows

	updateWindows = `UPDATE units u SET name = v.name, name_en = v.name_en, number = v.number, office_id = o.id, division_id = d.id, hall_id = h.id,
			opened_on = nullif(v.opened_on, '')::date, closed_on = nullif(v.closed_on, '')::date, updated_at = $10::timestamptz` +
		fromWindows + `WHERE u.kind = 'window' AND u.code = v.code`
)
