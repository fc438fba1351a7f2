package vault

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Field is a part of a contact that can be looked up exactly.
type Field string

// The fields of the blind index.
const (
	Phone Field = "phone"
	Email Field = "email"
)

// normal brings spellings of one value together; "" for nothing to look up.
func (f Field) normal(value string) string {
	switch f {
	case Phone:
		return normalPhone(value)
	case Email:
		return normalEmail(value)
	}
	return ""
}

// Normal gives the spelling under which a value is looked up; "" for nothing to look up.
func (f Field) Normal(value string) string { return f.normal(value) }

var (
	foreign = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	address = regexp.MustCompile(`^[^\s@<>"(),;:\\\[\]]{1,64}$`)
)

// Plausible tells whether a value can be what the field says: a telephone number
// one can call, an address one can write to.
func (f Field) Plausible(value string) bool {
	switch f {
	case Phone:
		number, _ := splitPhone(value)
		return (whole.MatchString(number) || foreign.MatchString(number)) && len([]rune(value)) <= 40
	case Email:
		folded := normalEmail(value)
		at := strings.LastIndexByte(folded, '@')
		return at > 0 && len(folded) <= 254 && address.MatchString(folded[:at]) && domain.MatchString(folded[at+1:])
	}
	return false
}

// Mobile tells whether a number can take a short message in China.
func Mobile(value string) bool { return mobile.MatchString(normalPhone(value)) }

// normalEmail folds width and case. The part before @ is folded too: no
// provider in use tells it apart.
func normalEmail(value string) string {
	return strings.ToLower(strings.TrimSpace(norm.NFKC.String(value)))
}

var (
	// extension is what follows a landline's number: 转801, 分机 801, ext. 801, x801, #801.
	extension = regexp.MustCompile(`^(.*?)(?:转|轉|分机|分機|ext\.?|x|#)[^0-9]*([0-9]{1,8})[^0-9]*$`)
	// dashed is an extension after a dash, which counts as one only behind a whole number.
	dashed = regexp.MustCompile(`^(.*[0-9][^0-9]*)-\s*([0-9]{1,6})\s*$`)
	whole  = regexp.MustCompile(`^(?:0(?:10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}|1[3-9][0-9]{9}|[48]00[0-9]{7})$`)
	mobile = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
)

// normalPhone gives a number's digits: mobiles and 400 numbers bare, landlines
// with 0 and area code, foreign ones with +; an extension follows an x.
func normalPhone(value string) string {
	number, ext := splitPhone(value)
	if ext != "" {
		return number + "x" + ext
	}
	return number
}

func splitPhone(value string) (number, ext string) {
	text := strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(value))), " ")
	text = strings.NewReplacer("‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "−", "-", "(0)", "").Replace(text)
	if m := extension.FindStringSubmatch(text); m != nil {
		return domestic(m[1]), m[2]
	}
	if m := dashed.FindStringSubmatch(text); m != nil {
		if number := domestic(m[1]); whole.MatchString(number) {
			return number, m[2]
		}
	}
	return domestic(text), ""
}

// domestic takes China's country code away and puts the trunk 0 of a landline back.
func domestic(text string) string {
	number := digits(text)
	abroad := strings.HasPrefix(strings.TrimSpace(text), "+")
	if !abroad && strings.HasPrefix(number, "00") {
		abroad, number = true, number[2:]
	}
	rest, china := strings.CutPrefix(number, "86")
	switch {
	case abroad && china, china && mobile.MatchString(rest):
		number = rest
		if whole.MatchString("0"+number) && !whole.MatchString(number) {
			number = "0" + number
		}
	case abroad && number != "":
		return "+" + number
	}
	// 0 before a mobile was dialled for long distance.
	if rest, zero := strings.CutPrefix(number, "0"); zero && mobile.MatchString(rest) {
		return rest
	}
	return number
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}
