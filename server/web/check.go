package web

import (
	"errors"
	"reflect"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"

	"minping/internal/fault"
)

// rules is the one validator; it caches what it learns about request structs.
var rules = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(inputName)
	return v
})

func inputName(f reflect.StructField) string {
	for _, tag := range []string{"form", "query", "param", "json"} {
		if name, _, _ := strings.Cut(f.Tag.Get(tag), ","); name != "" && name != "-" {
			return name
		}
	}
	return ""
}

func check(v any) []fault.Field {
	var wrong validator.ValidationErrors
	if !errors.As(rules().Struct(v), &wrong) {
		return nil
	}
	fields := make([]fault.Field, 0, len(wrong))
	for _, w := range wrong {
		fields = append(fields, complaint(w))
	}
	return fields
}

// complaint turns a broken rule into a message key. Lengths are counted in runes.
func complaint(w validator.FieldError) fault.Field {
	_, name, nested := strings.Cut(w.Namespace(), ".")
	if !nested {
		name = w.Field()
	}
	f := fault.Field{Name: name, Key: "fault.field.invalid"}
	number := w.Kind() >= reflect.Int && w.Kind() <= reflect.Float64
	list := w.Kind() == reflect.Slice || w.Kind() == reflect.Map
	switch w.Tag() {
	case "required", "required_if", "required_with", "required_without", "required_unless":
		f.Key = "fault.field.required"
	case "max", "lte":
		f.Key, f.Args = pick(number, list, "fault.field.most", "fault.field.many_max", "fault.field.max"), map[string]any{"Max": w.Param()}
	case "min", "gte":
		f.Key, f.Args = pick(number, list, "fault.field.least", "fault.field.few_min", "fault.field.min"), map[string]any{"Min": w.Param()}
	case "gt":
		f.Key, f.Args = "fault.field.above", map[string]any{"Min": w.Param()}
	case "lt":
		f.Key, f.Args = "fault.field.below", map[string]any{"Max": w.Param()}
	case "len":
		f.Key, f.Args = "fault.field.len", map[string]any{"Len": w.Param()}
	case "oneof":
		f.Key = "fault.field.choice"
	case "email":
		f.Key = "fault.field.email"
	case "url", "http_url", "uri":
		f.Key = "fault.field.url"
	case "datetime":
		f.Key = "fault.field.date"
	case "numeric", "number":
		f.Key = "fault.field.number"
	case "eqfield":
		f.Key = "fault.field.same"
	}
	return f
}

func pick(number, list bool, ofNumber, ofList, ofText string) string {
	switch {
	case number:
		return ofNumber
	case list:
		return ofList
	}
	return ofText
}

// Fields gives the translated complaint of each field, to show the form again
// with status 422. Of several complaints about a field the first stands.
func Fields(err error, p Page) map[string]string {
	messages := map[string]string{}
	f, ok := fault.As(err)
	if !ok {
		return messages
	}
	for _, field := range f.Fields {
		if messages[field.Name] == "" {
			messages[field.Name] = p.T(field.Key, field.Args)
		}
	}
	return messages
}

// Message is the translated text of a fault, for a form that is refused as a whole.
func Message(err error, p Page) string {
	f, ok := fault.As(err)
	if !ok {
		return p.T("fault.internal")
	}
	return p.T(f.Key, f.Args)
}
