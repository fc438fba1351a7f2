package console

import (
	"context"
	"html/template"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/i18n"
	"minping/server/web"
	"minping/server/web/figures"
	"minping/surveys"
	"minping/surveys/poster"
)

// Posters. Who opens them: a hall manager with a printer, once for the whole
// hall. In five seconds: choose the size, press print.

type posterRequest struct {
	Publication int64  `query:"publication" validate:"min=0"`
	Code        string `query:"code" validate:"max=40"`
	Unit        int64  `query:"unit" validate:"min=0"`
	Office      int64  `query:"office" validate:"min=0"`
	Hall        int64  `query:"hall" validate:"min=0"`
	Channel     string `query:"channel" validate:"omitempty,oneof=desk exit ticket kiosk sms web"`
	Size        string `query:"size" validate:"omitempty,oneof=a4 a6"`
}

type postersPage struct {
	web.Page
	Small  bool
	Sheets []posterSheet
	Count  int
	Sizes  []figures.Choice
	Zip    string
	Back   string
}

// posterSheet is one sheet of A4: one stand or four cards.
type posterSheet struct{ Cards []posterCard }

type posterCard struct {
	poster.Card
	Symbol                         template.HTML
	ScanZh, ScanEn, AnonZh, AnonEn string
	TypeZh, TypeEn                 string
}

// most that one page prints: more would keep the browser busy for minutes.
const maxPosters = 600

func (h *Handler) posters(c echo.Context) error {
	req, cards, err := h.posterCards(c)
	if err != nil {
		return err
	}
	p := postersPage{Page: h.site.Page(c, "console.posters.title"), Small: req.Size == "a6", Count: len(cards)}
	link := figures.Link{Path: "/console/posters", Query: c.QueryParams()}
	p.Sizes = []figures.Choice{
		{Text: p.T("console.posters.a4"), Href: link.With("size", "a4"), Current: !p.Small},
		{Text: p.T("console.posters.a6"), Href: link.With("size", "a6"), Current: p.Small}}
	p.Zip = figures.Link{Path: "/console/posters.zip", Query: c.QueryParams()}.Without("size").String()
	p.Back = "/console/publications"
	if req.Publication != 0 {
		p.Back = publicationHref(req.Publication)
	}
	each := 1
	if p.Small {
		each = 4
	}
	for i, card := range cards {
		if i%each == 0 {
			p.Sheets = append(p.Sheets, posterSheet{})
		}
		sheet := &p.Sheets[len(p.Sheets)-1]
		sheet.Cards = append(sheet.Cards, h.posterCard(card))
	}
	return h.site.Render(c, http.StatusOK, "posters", p)
}

// posterZip sends the symbols of all cards as pictures for a print shop.
func (h *Handler) posterZip(c echo.Context) error {
	_, cards, err := h.posterCards(c)
	if err != nil {
		return err
	}
	return download(c, h.text(c, "console.posters.file")+".zip", typeZIP, func(w io.Writer) error { return poster.ZIP(w, cards) })
}

func (h *Handler) posterCards(c echo.Context) (posterRequest, []poster.Card, error) {
	var req posterRequest
	if err := web.Bind(c, &req); err != nil {
		return req, nil, err
	}
	codes, err := h.codesToPrint(c.Request().Context(), web.ActorOf(c), req)
	if err != nil {
		return req, nil, err
	}
	if len(codes) == 0 {
		return req, nil, fault.New(fault.NotFound, "console.posters.none")
	}
	if len(codes) > maxPosters {
		return req, nil, fault.New(fault.TooLarge, "console.posters.many").With("Max", strconv.Itoa(maxPosters)).With("Count", strconv.Itoa(len(codes)))
	}
	cards, err := poster.Cards(h.site.BaseURL(), codes)
	return req, cards, err
}

func (h *Handler) codesToPrint(ctx context.Context, by actor.Actor, req posterRequest) ([]surveys.UnitCode, error) {
	if req.Code != "" {
		entry, err := h.surveys.Resolve(ctx, req.Code)
		if err != nil || entry.Unit == nil || entry.Ticket {
			return nil, err
		}
		req.Unit, req.Channel = entry.Unit.ID, string(entry.Channel)
	}
	if req.Publication == 0 {
		return h.surveys.Codes(ctx, by, surveys.CodeFilter{Unit: req.Unit, Office: req.Office, Hall: req.Hall, Channel: surveys.Channel(req.Channel)})
	}
	pub, units, err := h.surveys.Publication(ctx, by, req.Publication)
	var codes []surveys.UnitCode
	for _, u := range units {
		if u.Code != "" && req.covers(u.Unit) {
			codes = append(codes, surveys.UnitCode{Unit: u.Unit, Channel: pub.Channel, Code: u.Code})
		}
	}
	return codes, err
}

// covers tells whether a unit of a publication is among those asked for.
func (r posterRequest) covers(u *surveys.Unit) bool {
	at := u.Parents()
	return (r.Unit == 0 || r.Unit == u.ID) && (r.Office == 0 || r.Office == at.Office) && (r.Hall == 0 || r.Hall == at.Hall)
}

// posterCard puts both languages on a card: who stands at the window may read either.
func (h *Handler) posterCard(card poster.Card) posterCard {
	say := func(lang, key string) string { return h.site.Texts().Text(lang, key, "Address", card.Address) }
	return posterCard{Card: card, Symbol: template.HTML(card.SVG),
		ScanZh: say(i18n.Chinese, poster.TextScan), ScanEn: say(i18n.English, poster.TextScan),
		AnonZh: say(i18n.Chinese, poster.TextAnonymous), AnonEn: say(i18n.English, poster.TextAnonymous),
		TypeZh: say(i18n.Chinese, poster.TextType), TypeEn: say(i18n.English, poster.TextType)}
}
