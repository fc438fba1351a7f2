package accounts

import (
	_ "embed"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// commonText holds about a thousand stems of common passwords, one a line, as
// they lead published lists, with the habits of this country: love phrases,
// Pinyin words, places, surnames, the names of offices.
//
//go:embed guessable.txt
var commonText string

// commonWords is built once per service.
type commonWords map[string]bool

func readCommon() commonWords {
	words := commonWords{}
	for line := range strings.Lines(commonText) {
		words[strings.TrimSpace(line)] = true
	}
	return words
}

// unleet undoes the usual replacements of letters.
var unleet = strings.NewReplacer("@", "a", "4", "a", "0", "o", "1", "i", "!", "i", "$", "s", "5", "s", "3", "e", "7", "t")

// unshift gives the digit under a sign of the keyboard's top row.
var unshift = strings.NewReplacer("!", "1", "@", "2", "#", "3", "$", "4", "%", "5", "^", "6", "&", "7", "*", "8", "(", "9", ")", "0")

// bar tells whether a password is among the common ones: in the list as it is,
// without the digits and signs around its letters, or with its replaced letters
// restored; a walk over the keyboard or along the alphabet; initials with a date.
func (w commonWords) bar(password string) bool {
	folded := strings.ToLower(password)
	core := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	restored := unleet.Replace(strings.TrimRightFunc(folded, isDigitOrSign))
	switch {
	case w[folded], w[core], w[restored]:
		return true
	case w[lettersOf(core)] && !strings.ContainsFunc(core, func(r rune) bool { return r > unicode.MaxASCII }):
		return true // "Pass-word-1", "Woai.Ni520"
	case walks(unshift.Replace(folded)) || walks(folded) || onePiece(lettersOf(core)):
		return true
	}
	return initialsAndDate(core, folded)
}

func isDigitOrSign(r rune) bool { return !unicode.IsLetter(r) }

func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}

// onePiece: the letters are one walk ("qwer", "abcdef") or one letter repeated.
func onePiece(s string) bool { return len(s) >= 4 && stepRun(s) == len(s) }

// walks tells whether four fifths of the password are runs of three and more
// along the keyboard, the alphabet, the digits, or of one repeated character.
func walks(s string) bool {
	total, walked := utf8.RuneCountInString(s), 0
	for s != "" {
		n := stepRun(s)
		if n >= 3 {
			walked += n
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
		}
		s = s[n:]
	}
	return total > 0 && walked*5 >= total*4
}

// stepRun measures how far the text begins with neighbouring keys; 0 where it
// begins with a character that has no key.
func stepRun(s string) int {
	if s == "" || s[0] >= utf8.RuneSelf {
		return 0
	}
	n := 1
	for n < len(s) && near(s[n-1], s[n]) {
		n++
	}
	return n
}

var keyboard = []string{"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"}

// near: the same key, the next in the alphabet or among the digits, beside it in
// a row, or below it in a column ("1qaz").
func near(a, b byte) bool {
	if d := int(b) - int(a); (d == 0 || d == 1 || d == -1) && alike(a) && alike(b) {
		return true
	}
	ra, ca := keyAt(a)
	rb, cb := keyAt(b)
	if ra < 0 || rb < 0 {
		return false
	}
	return (ra == rb && (ca-cb == 1 || cb-ca == 1)) || (ca == cb && (ra-rb == 1 || rb-ra == 1))
}

func alike(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' }

func keyAt(c byte) (row, column int) {
	for r, keys := range keyboard {
		if i := strings.IndexByte(keys, c); i >= 0 {
			return r, i
		}
	}
	return -1, -1
}

// initialsAndDate: up to three letters with a day ("Wxm19900101!") or a row of
// digits ("A123456789!") is what a guesser tries after the lists.
func initialsAndDate(core, folded string) bool {
	if len([]rune(core)) > 3 {
		return false
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, folded)
	return len(digits) >= 6 && (dated(digits) || walks(digits) || halves(digits))
}

func dated(digits string) bool {
	for _, layout := range []string{"20060102", "060102", "200601", "01022006", "02012006"} {
		if _, err := time.Parse(layout, digits); err == nil {
			return true
		}
	}
	return false
}

func halves(s string) bool { return len(s)%2 == 0 && s[:len(s)/2] == s[len(s)/2:] }
