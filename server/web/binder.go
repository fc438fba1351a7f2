package web

import (
	"encoding"
	"mime/multipart"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"minping/internal/fault"
)

// binder fills the tagged fields of a struct and gathers what does not fit.
type binder struct {
	src        source
	complaints []fault.Field
}

func (b *binder) bind(target reflect.Value) {
	for i := range target.NumField() {
		field, info := target.Field(i), target.Type().Field(i)
		if !field.CanSet() {
			continue
		}
		name, values, tagged := b.find(info)
		switch {
		case !tagged && field.Kind() == reflect.Struct:
			b.bind(field)
		case tagged && b.file(name, field):
		case len(values) > 0:
			if key := fill(field, values, info.Tag.Get("bind") == "raw"); key != "" {
				b.complaints = append(b.complaints, fault.Field{Name: name, Key: key})
			}
		}
	}
}

func (b *binder) find(info reflect.StructField) (name string, values []string, tagged bool) {
	for _, place := range [...]struct {
		tag  string
		from map[string][]string
	}{{"param", b.src.params}, {"query", b.src.query}, {"form", b.src.form}} {
		if tag := info.Tag.Get(place.tag); tag != "" {
			name, tagged = tag, true
			if v, ok := place.from[tag]; ok {
				return tag, v, true
			}
		}
	}
	return name, nil, tagged
}

func (b *binder) file(name string, field reflect.Value) bool {
	headers := b.src.files[name]
	switch into := field.Addr().Interface().(type) {
	case **multipart.FileHeader:
		if len(headers) > 0 {
			*into = headers[0]
		}
	case *[]*multipart.FileHeader:
		*into = headers
	default:
		return false
	}
	for _, h := range headers {
		if key := complaintOfUpload(h); key != "" {
			b.complaints = append(b.complaints, fault.Field{Name: name, Key: key})
			break
		}
	}
	return true
}

// fill converts values into a field; it gives the key of a complaint or "".
func fill(field reflect.Value, values []string, raw bool) string {
	if field.Kind() == reflect.Slice && !field.Addr().Type().Implements(unmarshaler) {
		return fillList(field, values, raw)
	}
	return fillOne(field, values[0], raw)
}

// Nobody ticks this many boxes; the limit keeps a hostile form small.
const listLimit = 1000

func fillList(field reflect.Value, values []string, raw bool) string {
	if len(values) > listLimit {
		return "fault.field.many"
	}
	list := reflect.MakeSlice(field.Type(), 0, len(values))
	for _, v := range values {
		element := reflect.New(field.Type().Elem()).Elem()
		if key := fillOne(element, v, raw); key != "" {
			return key
		}
		list = reflect.Append(list, element)
	}
	field.Set(list)
	return ""
}

var (
	unmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	instant     = reflect.TypeFor[time.Time]()
)

func fillOne(field reflect.Value, value string, raw bool) string {
	if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		return "fault.field.text"
	}
	if !raw {
		value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	}
	if field.Kind() == reflect.String {
		field.SetString(value)
		return ""
	}
	if value == "" { // an empty input is an absent number or date
		return ""
	}
	if field.Kind() == reflect.Pointer {
		element := reflect.New(field.Type().Elem())
		key := fillOne(element.Elem(), value, raw)
		if key == "" {
			field.Set(element)
		}
		return key
	}
	if field.Type() == instant {
		return fillDay(field, value)
	}
	if field.Addr().Type().Implements(unmarshaler) {
		if field.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(value)) != nil {
			return "fault.field.invalid"
		}
		return ""
	}
	return fillScalar(field, value)
}

// fillDay reads what <input type="date"> sends; days are kept at midnight UTC.
func fillDay(field reflect.Value, value string) string {
	day, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return "fault.field.date"
	}
	field.Set(reflect.ValueOf(day))
	return ""
}

func fillScalar(field reflect.Value, value string) string {
	switch field.Kind() {
	case reflect.Bool:
		field.SetBool(value == "1" || value == "on" || value == "true" || value == "yes")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(value, 10, field.Type().Bits())
		if err != nil {
			return "fault.field.whole"
		}
		field.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(value, 10, field.Type().Bits())
		if err != nil {
			return "fault.field.whole"
		}
		field.SetUint(n)
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(value, field.Type().Bits())
		if err != nil || f != f || f > 1e300 || f < -1e300 {
			return "fault.field.number"
		}
		field.SetFloat(f)
	default:
		return "fault.field.invalid"
	}
	return ""
}
