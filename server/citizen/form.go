package citizen

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"minping/surveys"
)

// maxBody is the largest form taken; maxValues bounds how many fields of it are read.
const (
	maxBody   = 64 << 10
	maxValues = 200
)

var (
	errTooLarge   = errors.New("citizen: the form is too large")
	errUnreadable = errors.New("citizen: the form cannot be read")
)

// form is a rating as it was posted. Unknown fields are ignored.
type form struct {
	id       uuid.UUID
	level    string
	tags     []string
	stratum  string
	comment  string
	website  string // the honeypot
	token    string // of a challenge
	solution string
	answers  map[int][]string
	received int
}

// readForm reads a posted form, by hand: this is the busiest path of the program.
func readForm(r *http.Request) (*form, error) {
	if r.ContentLength > maxBody {
		return nil, errTooLarge
	}
	kind := r.Header.Get("Content-Type")
	if strings.HasPrefix(kind, "multipart/") {
		return readMultipart(r, kind)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	var limit *http.MaxBytesError
	switch {
	case errors.As(err, &limit) || len(body) > maxBody:
		return nil, errTooLarge
	case err != nil:
		return nil, errUnreadable
	}
	f, rest := &form{}, string(body)
	for rest != "" {
		var pair string
		pair, rest, _ = strings.Cut(rest, "&")
		name, value, _ := strings.Cut(pair, "=")
		f.put(unescape(name), unescape(value))
	}
	return f, nil
}

// readMultipart takes what programs and odd browsers send; files in it are not read.
func readMultipart(r *http.Request, kind string) (*form, error) {
	_, params, err := mime.ParseMediaType(kind)
	if err != nil || params["boundary"] == "" {
		return nil, errUnreadable
	}
	r.Body = http.MaxBytesReader(nil, r.Body, maxBody)
	if err := r.ParseMultipartForm(maxBody); err != nil {
		var limit *http.MaxBytesError
		if errors.As(err, &limit) {
			return nil, errTooLarge
		}
		return nil, errUnreadable
	}
	f := &form{}
	for name, values := range r.MultipartForm.Value {
		for _, v := range values {
			f.put(name, v)
		}
	}
	return f, r.MultipartForm.RemoveAll()
}

// unescape keeps what cannot be decoded as it was typed: a stray % is no reason to refuse.
func unescape(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func (f *form) put(name, value string) {
	if f.received++; f.received > maxValues {
		return
	}
	switch name {
	case "submission_id":
		if id, err := uuid.Parse(value); err == nil {
			f.id = id
		}
	case "level":
		f.level = value
	case "tags":
		f.tags = append(f.tags, clean(value))
	case "stratum":
		f.stratum = clean(value)
	case "comment":
		f.comment = clean(value)
	case "website":
		f.website = value
	case "challenge":
		f.token = value
	case "solution":
		f.solution = value
	default:
		f.putAnswer(name, value)
	}
}

func (f *form) putAnswer(name, value string) {
	number, ok := strings.CutPrefix(name, "q.")
	if !ok {
		return
	}
	id, err := strconv.Atoi(number)
	if err != nil || id <= 0 || id > 1<<31-1 {
		return
	}
	if f.answers == nil {
		f.answers = make(map[int][]string, 4)
	}
	f.answers[id] = append(f.answers[id], clean(value))
}

// clean takes out what no keyboard types and no page can show again.
func clean(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, hidden) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, s)
}

func hidden(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }

func (f *form) submission(code string, face face) surveys.Submission {
	level, err := strconv.Atoi(f.level)
	if err != nil {
		level = 0
	}
	return surveys.Submission{ID: f.id, Code: code, Level: level, Tags: f.tags, Stratum: f.stratum,
		Comment: f.comment, Answers: f.answers, Honeypot: f.website != "", Language: face.lang, Elder: face.elder}
}

// has tells whether a choice was made.
func (f *form) has(name, value string) bool {
	switch name {
	case "level":
		return f.level == value
	case "stratum":
		return f.stratum == value
	case "tags":
		return slices.Contains(f.tags, value)
	}
	return slices.Contains(f.answers[questionID(name)], value)
}

// text gives back words.
func (f *form) text(name string) string {
	if name == "comment" {
		return f.comment
	}
	if given := f.answers[questionID(name)]; len(given) > 0 {
		return given[0]
	}
	return ""
}

func questionID(name string) int {
	id, err := strconv.Atoi(strings.TrimPrefix(name, "q."))
	if err != nil {
		return 0
	}
	return id
}
