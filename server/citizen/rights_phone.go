package citizen

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/internal/fault"
	"minping/privacy"
	"minping/server/web"
)

type phoneRequest struct {
	Phone string `form:"phone"`
}

// phone answers a number with the page for the code, whether or not it is known here.
func (h *Rights) phone(c echo.Context) error {
	var req phoneRequest
	err := web.Bind(c, &req)
	var id uuid.UUID
	if err == nil {
		id, err = h.privacy.Start(c.Request().Context(), req.Phone)
	}
	if err != nil {
		return h.showAsk(c, askPage{Phone: shorten(req.Phone)}, err)
	}
	noStore(c)
	return c.Redirect(http.StatusSeeOther, askPath+"/phone/"+id.String())
}

type codePage struct {
	web.Page
	ID      string
	Minutes int
}

func (h *Rights) codeForm(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	return h.showCode(c, id, nil)
}

func (h *Rights) showCode(c echo.Context, id uuid.UUID, wrong error) error {
	p := codePage{Page: h.site.Page(c, "privacy.phone.title"), ID: id.String(), Minutes: int(privacy.CodeLasts.Minutes())}
	p.Path = askPath + "/phone/" + p.ID
	noStore(c)
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "privacy_code", p)
	}
	p.Errors = web.Fields(wrong, p.Page)
	return h.site.Render(c, http.StatusUnprocessableEntity, "privacy_code", p)
}

type codeRequest struct {
	Code  string `form:"code"`
	Token string `form:"token"`
}

func (h *Rights) proveCode(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	var req codeRequest
	err = web.Bind(c, &req)
	token := ""
	if err == nil {
		token, err = h.privacy.Prove(c.Request().Context(), id, req.Code)
	}
	if fault.KindOf(err) == fault.Invalid {
		return h.showCode(c, id, err)
	}
	if err != nil {
		return err
	}
	return h.showProved(c, id, token, "")
}

type provedPage struct {
	web.Page
	ID, Token string
	List      []provedRow
	Note      string
	Minutes   int
}

type provedRow struct{ Unit, Day, Level, Name, Reach string }

func (h *Rights) showProved(c echo.Context, id uuid.UUID, token, note string) error {
	list, err := h.privacy.Proved(c.Request().Context(), id, token)
	if err != nil {
		return err
	}
	p := provedPage{Page: h.site.Page(c, "privacy.proved.title"), ID: id.String(), Token: token, Minutes: int(privacy.ProofLasts.Minutes())}
	p.Path = askPath
	for _, l := range list {
		unit := l.Unit
		if p.Lang == "en" && l.UnitEn != "" {
			unit = l.UnitEn
		}
		p.List = append(p.List, provedRow{unit, l.VisitedOn, p.T(levelKey(l.Level)), l.Contact.Name, l.Contact.Phone + l.Contact.Email})
	}
	if note != "" {
		p.Note = p.T(note)
	}
	noStore(c)
	return h.site.Render(c, http.StatusOK, "privacy_phone", p)
}

func levelKey(level int) string {
	return [...]string{"", "citizen.level.1", "citizen.level.2", "citizen.level.3", "citizen.level.4", "citizen.level.5"}[level]
}

func (h *Rights) phoneCopy(c echo.Context) error {
	id, req, err := h.proof(c)
	if err != nil {
		return err
	}
	list, err := h.privacy.CopyProved(c.Request().Context(), id, req.Token)
	if err != nil {
		return err
	}
	return sendCopy(c, list)
}

func (h *Rights) phoneErase(c echo.Context) error {
	id, req, err := h.proof(c)
	if err != nil {
		return err
	}
	if _, err := h.privacy.EraseProved(c.Request().Context(), id, req.Token); err != nil {
		return err
	}
	return h.showProved(c, id, req.Token, "privacy.receipt.erased")
}

func (h *Rights) proof(c echo.Context) (uuid.UUID, codeRequest, error) {
	var req codeRequest
	id, err := idOf(c)
	if err == nil {
		err = web.Bind(c, &req)
	}
	return id, req, err
}
