package api

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"

	"minping/indices"
	"minping/internal/fault"
)

// params reads a query and gathers every complaint about it, so that the caller
// hears them all at once.
type params struct {
	values     url.Values
	complaints []fault.Field
}

// readParams complains about parameters that are not known or are repeated: a
// misspelt filter that is ignored would give a wrong figure.
func readParams(values url.Values, known []string) *params {
	p := &params{values: values}
	for name, list := range values {
		switch {
		case !slices.Contains(known, name):
			p.complain(name, "indices.fault.parameter", name)
		case len(list) > 1:
			p.complain(name, "indices.fault.repeated", "")
		}
	}
	return p
}

func (p *params) complain(name, key, value string) {
	p.complaints = append(p.complaints, fault.Field{Name: name, Key: key, Args: map[string]any{"Value": value}})
}

// take keeps the complaints of a fault about input, under the parameter's name;
// what is another fault, or no fault, comes back.
func (p *params) take(name string, err error) error {
	f, ok := fault.As(err)
	switch {
	case !ok || f.Kind != fault.Invalid && f.Kind != fault.NotFound:
		return err
	case len(f.Fields) > 0:
		p.complaints = append(p.complaints, f.Fields...)
	default:
		p.complaints = append(p.complaints, fault.Field{Name: name, Key: f.Key, Args: f.Args})
	}
	return nil
}

func (p *params) text(name string) string { return p.values.Get(name) }

func (p *params) required(name string) string {
	v := p.text(name)
	if v == "" {
		p.complaints = append(p.complaints, fault.Field{Name: name, Key: "fault.field.required"})
	}
	return v
}

// choice is one of the allowed values, the first of them when absent.
func (p *params) choice(name string, allowed ...string) string {
	v := p.text(name)
	switch {
	case v == "":
		return allowed[0]
	case !slices.Contains(allowed, v):
		p.complain(name, "indices.fault.choice", v)
	}
	return v
}

func (p *params) period() indices.Period {
	text := p.required("period")
	if text == "" {
		return indices.Period{}
	}
	period, err := indices.ParsePeriod(text)
	_ = p.take("period", err) // ParsePeriod refuses with Invalid only
	return period
}

// version is a survey version's id; 0 when absent.
func (p *params) version() int64 {
	text := p.text("version")
	if text == "" {
		return 0
	}
	v, err := strconv.ParseInt(text, 10, 32)
	if err != nil || v <= 0 {
		p.complain("version", "indices.fault.choice", text)
	}
	return v
}

// err is every complaint, in the order of the names; nil without any.
func (p *params) err() error {
	if len(p.complaints) == 0 {
		return nil
	}
	slices.SortStableFunc(p.complaints, func(a, b fault.Field) int { return cmp.Compare(a.Name, b.Name) })
	return fault.Fielded(p.complaints...)
}

// optional is one of the allowed values, or "" when absent.
func (p *params) optional(name string, allowed []string) string {
	v := p.text(name)
	if v != "" && !slices.Contains(allowed, v) {
		p.complain(name, "indices.fault.choice", v)
	}
	return v
}
