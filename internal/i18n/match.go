package i18n

import (
	"strconv"
	"strings"
)

// Match chooses the language: the user's own choice (cookie) first, then the
// browser's Accept-Language, then Chinese.
func Match(acceptLanguage, cookie string) string {
	if cookie == Chinese || cookie == English {
		return cookie
	}
	best, bestQ := Chinese, 0.0
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		lang := ours(tag)
		if q := quality(params); lang != "" && q > bestQ {
			best, bestQ = lang, q
		}
	}
	return best
}

func ours(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	switch base {
	case "zh":
		return Chinese
	case "en":
		return English
	}
	return ""
}

func quality(params string) float64 {
	_, value, found := strings.Cut(params, "q=")
	if !found {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}
