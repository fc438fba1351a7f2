package console

import (
	"html/template"

	"minping/server/web"
)

// textField is one input of the unit form.
type textField struct {
	Name, Label, Hint, Type, Value string
	Must                           bool
	Max                            int
	Invalid                        template.HTMLAttr
	Error                          web.FieldError
}

type fieldRule struct {
	label, hint string
	must        bool
	max         int
	kind        string
}

// fieldRules are the text inputs; the lengths are those of the directory.
func fieldRules() map[string]fieldRule {
	return map[string]fieldRule{
		"name":        {"console.unit.name", "", true, 200, "text"},
		"code":        {"console.directory.code", "console.unit.code_hint", true, 64, "text"},
		"name_en":     {"console.unit.name_en", "", false, 200, "text"},
		"number":      {"console.unit.number", "console.unit.number_hint", false, 50, "text"},
		"address":     {"console.directory.address", "", false, 200, "text"},
		"office_type": {"console.unit.office_type", "", false, 50, "text"},
		"district":    {"console.unit.district", "", false, 50, "text"},
		"brand_name":  {"console.directory.brand", "", false, 200, "text"},
		"opened_on":   {"console.unit.opened_on", "", false, 0, "date"},
		"closed_on":   {"console.unit.closed_on", "console.unit.closed_hint", false, 0, "date"},
	}
}

// Text describes one text input with the value typed and the complaint about it.
func (p unitFormPage) Text(name, value string) textField {
	r := fieldRules()[name]
	f := textField{Name: name, Label: p.T(r.label), Type: r.kind, Value: value, Must: r.must, Max: r.max, Invalid: p.Invalid(name), Error: p.Err(name)}
	if r.hint != "" {
		f.Hint = p.T(r.hint)
	}
	return f
}
