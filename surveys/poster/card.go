package poster

import (
	"fmt"
	"net/url"
	"strings"

	"minping/surveys"
	"minping/surveys/qr"
)

// Texts of a card. A card is bilingual: the page prints each in both languages.
const (
	TextScan      = "surveys.poster.scan"      // what to do
	TextAnonymous = "surveys.poster.anonymous" // the one sentence on anonymity
	TextType      = "surveys.poster.type"      // how to rate without a camera; argument Address
)

// Card is what one table stand or card shows.
type Card struct {
	UnitID   int64
	Channel  surveys.Channel
	Office   string
	OfficeEn string
	Brand    string // of the office, "" where it has none
	Promise  string
	Hall     string
	HallEn   string
	Window   string // name of the window; of the office or hall where the code is theirs
	WindowEn string
	Number   string // what the sign above the window says
	Code     string // as it is printed and typed
	URL      string // what the symbol holds
	Address  string // of the site, to be typed: no scheme
	SVG      string // the symbol; markup made here, without a word of anybody's
}

// Cards makes the cards of codes in their order. base is where the site is
// reached from outside, e.g. https://pj.example.gov.cn.
func Cards(base string, codes []surveys.UnitCode) ([]Card, error) {
	address, err := checkBase(base)
	if err != nil {
		return nil, err
	}
	cards := make([]Card, 0, len(codes))
	for _, c := range codes {
		card := newCard(base, c)
		card.Address = address
		svg, err := qr.SVG(card.URL)
		if err != nil {
			return nil, fmt.Errorf("poster of unit %d: %w", c.Unit.ID, err)
		}
		card.SVG = string(svg)
		cards = append(cards, card)
	}
	return cards, nil
}

func newCard(base string, c surveys.UnitCode) Card {
	u := c.Unit
	card := Card{UnitID: u.ID, Channel: c.Channel, Window: u.Name, WindowEn: u.NameEn, Number: u.Number,
		Code: surveys.PrintedCode(c.Code), URL: surveys.Link(base, c.Code)}
	if o := u.Office; o != nil {
		card.Office, card.OfficeEn, card.Brand, card.Promise = o.Name, o.NameEn, o.Brand, o.Promise
	}
	if h := u.Hall; h != nil {
		card.Hall, card.HallEn = h.Name, h.NameEn
	}
	return card
}

// checkBase gives the address without its scheme. A poster hangs for years: one
// that points nowhere must not be printed.
func checkBase(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("poster: %q is not the address of a site", base)
	}
	return u.Host + strings.TrimRight(u.EscapedPath(), "/"), nil
}
