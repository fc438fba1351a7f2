package citizen

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/internal/code"
	"minping/internal/fault"
	"minping/privacy"
	"minping/server/web"
)

//go:embed pages/rights
var rightsPages embed.FS

// Rights are the pages where people read what is kept of them and ask for a copy
// or an erasure. Who opens them: somebody who rated, with the receipt in hand,
// perhaps afraid. In five seconds: what is kept, and the one field to begin with.
//
// Receipts, numbers and codes travel in bodies, never in addresses; pages that
// answer them are answers to a POST and are kept by nobody.
type Rights struct {
	site    *web.Site
	privacy *privacy.Service
}

// RightsConfig is what the pages stand on.
type RightsConfig struct {
	Site    *web.Site
	Privacy *privacy.Service
}

// NewRights parses the pages.
func NewRights(c RightsConfig) (*Rights, error) {
	if err := c.Site.Parse(rightsPages, "pages/rights"); err != nil {
		return nil, fmt.Errorf("privacy pages: %w", err)
	}
	return &Rights{site: c.Site, privacy: c.Privacy}, nil
}

// Routes registers the pages; none needs a permission.
func (h *Rights) Routes(g *echo.Group) {
	g.GET("/privacy", h.notice)
	g.GET("/privacy/request", h.ask)
	g.POST("/privacy/request/receipt", h.receipt)
	g.POST("/privacy/request/receipt/copy", h.receiptCopy)
	g.POST("/privacy/request/receipt/erase", h.receiptErase)
	g.POST("/privacy/request/receipt/words", h.receiptWords)
	g.POST("/privacy/request/phone", h.phone)
	g.GET("/privacy/request/phone/:id", h.codeForm)
	g.POST("/privacy/request/phone/:id", h.proveCode)
	g.POST("/privacy/request/phone/:id/copy", h.phoneCopy)
	g.POST("/privacy/request/phone/:id/erase", h.phoneErase)
}

type noticePage struct {
	web.Page
	Kept    []keptRow
	Rules   []ruleRow
	Days    int
	Answer  int
	ByPhone bool
}

type keptRow struct{ What, Why, Basis string }

type ruleRow struct{ What, How, Then string }

func (h *Rights) notice(c echo.Context) error {
	p := noticePage{Page: h.site.Page(c, "privacy.notice.title"), Days: h.privacy.Kept("contact"), Answer: h.privacy.AnswerDays(h.privacy.Now()), ByPhone: h.privacy.ByPhone()}
	for _, k := range [][2]string{{"rating", "duty"}, {"contact", "consent"}, {"device", "duty"}, {"address", "law"}} {
		p.Kept = append(p.Kept, keptRow{p.T("privacy.notice." + k[0]), p.T("privacy.notice." + k[0] + "_why"), p.T("privacy.notice." + k[1])})
	}
	for _, r := range h.privacy.Rules() {
		p.Rules = append(p.Rules, ruleRow{p.T("privacy.kind." + r.Kind), p.T("privacy.from."+r.From, "Count", r.Days), p.T("privacy.then." + r.Then)})
	}
	return h.site.Render(c, http.StatusOK, "privacy", p)
}

type askPage struct {
	web.Page
	ByPhone        bool
	Receipt, Phone string
	Failure        string
}

func (h *Rights) ask(c echo.Context) error { return h.showAsk(c, askPage{}, nil) }

func (h *Rights) showAsk(c echo.Context, with askPage, wrong error) error {
	with.Page = h.site.Page(c, "privacy.ask.title")
	with.Path, with.ByPhone = askPath, h.privacy.ByPhone()
	noStore(c)
	status := http.StatusOK
	if wrong != nil {
		f, ok := fault.As(wrong)
		if !ok {
			return wrong
		}
		if status = statusOf(f.Kind); f.Kind == fault.TooMany {
			status = http.StatusTooManyRequests
			c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(f.RetryAfter/time.Second)))
		}
		if with.Errors = web.Fields(wrong, with.Page); len(with.Errors) == 0 {
			with.Failure = web.Message(wrong, with.Page)
		}
	}
	return h.site.Render(c, status, "privacy_request", with)
}

const askPath = "/privacy/request"

type receiptRequest struct {
	Receipt string `form:"receipt"`
}

type receiptPage struct {
	web.Page
	Receipt string
	Grouped string
	State   privacy.State
	Level   string
	Day     string
	Reach   string
	Words   privacy.WordsAsked
	DueOn   string
	Note    string // what was just done
}

// held reads the receipt from the body and gives what is kept under it; where
// there is nothing, the answer is given already.
func (h *Rights) held(c echo.Context) (string, bool, error) {
	var req receiptRequest
	if err := web.Bind(c, &req); err != nil {
		return "", false, h.showAsk(c, askPage{}, err)
	}
	receipt := code.Normalize(req.Receipt)
	if code.Valid(receipt) {
		return receipt, true, nil
	}
	return "", false, h.noReceipt(c, req.Receipt)
}

func (h *Rights) noReceipt(c echo.Context, typed string) error {
	key := "privacy.ask.receipt_wrong"
	if typed == "" {
		key = "privacy.ask.receipt_empty"
	}
	return h.showAsk(c, askPage{Receipt: shorten(typed)}, fault.Fielded(fault.Field{Name: "receipt", Key: key}))
}

func (h *Rights) receipt(c echo.Context) error {
	receipt, ok, err := h.held(c)
	if !ok {
		return err
	}
	return h.showReceipt(c, receipt, "")
}

func (h *Rights) showReceipt(c echo.Context, receipt, note string) error {
	ctx := c.Request().Context()
	st, err := h.privacy.State(ctx, receipt)
	if fault.KindOf(err) == fault.NotFound {
		return h.noReceipt(c, receipt)
	}
	if err != nil {
		return err
	}
	p := receiptPage{Page: h.site.Page(c, "privacy.receipt.title"), Receipt: receipt, Grouped: code.Group(receipt, 4), State: st, Reach: st.Contact.Phone + st.Contact.Email}
	p.Path = askPath
	p.Level, p.Day = p.T("citizen.level."+strconv.Itoa(st.Rating.Level)), p.Date(st.Rating.VisitedOn.Start())
	if p.Words, err = h.privacy.AskedWords(ctx, st.Rating); err != nil {
		return err
	}
	if due, err := time.Parse(time.DateOnly, p.Words.DueOn); err == nil {
		p.DueOn = p.Date(due)
	}
	if note != "" {
		p.Note = p.T(note)
	}
	noStore(c)
	return h.site.Render(c, http.StatusOK, "privacy_receipt", p)
}

func (h *Rights) receiptCopy(c echo.Context) error {
	receipt, ok, err := h.held(c)
	if !ok {
		return err
	}
	list, err := h.privacy.Copy(c.Request().Context(), receipt)
	if fault.KindOf(err) == fault.NotFound {
		return h.noReceipt(c, receipt)
	}
	if err != nil {
		return err
	}
	return sendCopy(c, list)
}

// sendCopy gives a copy as a file that nobody on the way keeps.
func sendCopy(c echo.Context, list privacy.Copy) error {
	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return fmt.Errorf("write copy: %w", err)
	}
	noStore(c)
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="minping-my-data.json"`)
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", text)
}

func (h *Rights) receiptErase(c echo.Context) error {
	receipt, ok, err := h.held(c)
	if !ok {
		return err
	}
	if err := h.privacy.Erase(c.Request().Context(), receipt); fault.KindOf(err) == fault.NotFound {
		return h.noReceipt(c, receipt)
	} else if err != nil {
		return err
	}
	return h.showReceipt(c, receipt, "privacy.receipt.erased")
}

func (h *Rights) receiptWords(c echo.Context) error {
	receipt, ok, err := h.held(c)
	if !ok {
		return err
	}
	switch err := h.privacy.AskWords(c.Request().Context(), receipt); fault.KindOf(err) {
	case fault.NotFound:
		return h.noReceipt(c, receipt)
	case fault.Conflict:
		return h.showReceipt(c, receipt, "privacy.words.none")
	default:
		if err != nil {
			return err
		}
	}
	return h.showReceipt(c, receipt, "privacy.receipt.words_asked")
}

// idOf reads the proof's id out of the address.
func idOf(c echo.Context) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return id, echo.ErrNotFound
	}
	return id, nil
}
