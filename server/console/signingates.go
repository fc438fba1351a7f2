package console

import (
	"html/template"
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
	"minping/surveys/qr"
)

type gatePage struct {
	web.Page
	Failure    string
	Username   string
	Recovering bool // the recovery code was tried
}

type codeRequest struct {
	Code     string `form:"code" validate:"max=100"`
	Recovery string `form:"recovery" validate:"max=100"`
}

// holder is the account behind a gate, as services know whose own thing it is;
// it holds no permission.
func holder(c echo.Context) actor.Actor {
	if e, ok := web.Pending(c); ok {
		return actor.Actor{Account: e.Account}
	}
	return web.ActorOf(c)
}

// codePage asks for whichever second factor the account has.
type codePage struct {
	gatePage
	accounts.Factors
	Key           passkeyForm
	Resetting     bool // halves of a reset were tried
	First, Second string
}

func (h *Handler) codeForm(c echo.Context) error {
	return h.renderCode(c, http.StatusOK, codePage{gatePage: gatePage{Page: h.site.Page(c, "security.code.title")}})
}

func (h *Handler) renderCode(c echo.Context, status int, p codePage) error {
	ctx, account := c.Request().Context(), holder(c).Account
	var err error
	if p.Factors, err = h.accounts.Factors(ctx, account); err != nil {
		return err
	}
	if p.Passkey {
		options, with, err := h.accounts.BeginFactor(ctx, account)
		if p.Key, err = h.passkeyForm(c, p.Page, options, with, err); err != nil {
			return err
		}
	}
	p.Path = signInAddress + "/code"
	return h.site.Render(c, status, "signin_code", p)
}

func (h *Handler) passCode(c echo.Context) error {
	var r codeRequest
	err := web.Bind(c, &r)
	if err == nil && r.Code+r.Recovery == "" {
		err = fault.Fielded(fault.Field{Name: "code", Key: "fault.field.required"}) // not worth a failure
	}
	if err == nil {
		var a accounts.Account
		if a, err = h.accounts.PassCode(c.Request().Context(), holder(c).Account, r.Code+r.Recovery, h.from(c)); err == nil {
			if r.Recovery != "" {
				h.site.Flash(c, "warn", "security.codes.used")
			}
			first := h.site.Method(c)
			return h.advance(c, a.After(first), first+"+"+codeKind(r))
		}
	}
	status := http.StatusUnprocessableEntity
	switch fault.KindOf(err) {
	case fault.Invalid:
	case fault.TooMany:
		status = slowDown(c, err)
	default:
		return err
	}
	p := codePage{gatePage: gatePage{Page: h.site.Page(c, "security.code.title"), Recovering: r.Recovery != ""}}
	p.Failure = complain(&p.Page, err)
	if p.Recovering {
		p.Errors["recovery"], p.Errors["code"] = p.Errors["code"], ""
	}
	return h.renderCode(c, status, p)
}

func codeKind(r codeRequest) string {
	if r.Recovery != "" {
		return "recovery"
	}
	return "totp"
}

type enrolPage struct {
	web.Page
	Failure   string
	QR        template.HTML
	Secret    string
	Replacing bool
	Username  string
	Key       passkeyForm
	Name      string // of a passkey, as typed
}

type enrolRequest struct {
	Code    string `form:"code" validate:"required,max=20"`
	Current string `form:"current" bind:"raw" validate:"max=1000"`
}

func (h *Handler) enrolForm(c echo.Context) error { return h.renderEnrol(c, nil, "") }

// enrol finishes the first set-up; the recovery codes are in its answer and never again.
func (h *Handler) enrol(c echo.Context) error {
	var r enrolRequest
	err := web.Bind(c, &r)
	if err == nil {
		var codes []string
		var a accounts.Account
		codes, a, err = h.accounts.ConfirmEnrolment(c.Request().Context(), holder(c), accounts.Confirmation{Code: r.Code})
		if err == nil {
			return h.enrolled(c, codes, a, "totp")
		}
	}
	if !refused(err) {
		return err
	}
	return h.renderEnrol(c, err, "")
}

func (h *Handler) enrolled(c echo.Context, codes []string, a accounts.Account, factor string) error {
	first := h.site.Method(c)
	a, method := a.After(first), first+"+"+factor
	p := codesPage{Codes: codes, Next: gateAddress(string(a.Next))}
	if a.Next == accounts.GateOpen {
		p.Next = nextPath(h.site.Remembered(c))
		if err := h.begin(c, a, method); err != nil {
			return err
		}
	} else if err := h.site.Enter(c, web.Entry{Account: a.ID, Stamp: a.Stamp, Gate: string(a.Next), Method: method}); err != nil {
		return err
	}
	return h.renderCodes(c, p)
}

func (h *Handler) renderEnrol(c echo.Context, wrong error, keyName string) error {
	by := holder(c)
	set, err := h.accounts.Enrol(c.Request().Context(), by)
	if err != nil {
		return err
	}
	picture, err := qr.New(set.URL, qr.Low)
	if err != nil {
		return err
	}
	_, gate := web.Pending(c)
	name, title, status := "signin_enrol", "security.enrol.title", http.StatusOK
	if !gate {
		name, title = "security_factor", "security.factor.replace"
	}
	p := enrolPage{Page: h.site.Page(c, title), Name: keyName, Secret: set.Secret, Replacing: !gate,
		QR: template.HTML(picture.SVG())} //nolint:gosec // drawn here, of squares only
	if gate {
		options, with, err := h.accounts.BeginPasskey(c.Request().Context(), by)
		if p.Key, err = h.passkeyForm(c, p.Page, options, with, err); err != nil {
			return err
		}
		p.Path = signInAddress + "/enrol"
	}
	if wrong != nil {
		status = statusFor(wrong)
		p.Failure = complain(&p.Page, wrong)
	}
	return h.site.Render(c, status, name, p)
}

func (h *Handler) renewForm(c echo.Context) error { return h.renderRenew(c, nil) }

// renewPassword passes the gate of an expired or temporary password.
func (h *Handler) renewPassword(c echo.Context) error {
	e, _ := web.Pending(c)
	stamp, err := h.newPassword(c, holder(c))
	if err == nil {
		return h.open(c, accounts.Account{ID: e.Account, Stamp: stamp}, e.Method)
	}
	if !refused(err) {
		return err
	}
	return h.renderRenew(c, err)
}

func (h *Handler) renderRenew(c echo.Context, wrong error) error {
	by := holder(c)
	a, err := h.accounts.Get(c.Request().Context(), by, by.Account)
	if err != nil {
		return err
	}
	p := gatePage{Page: h.site.Page(c, "security.renew.title"), Username: a.Username}
	status := http.StatusOK
	if wrong != nil {
		status = statusFor(wrong)
		p.Failure = complain(&p.Page, wrong)
	}
	return h.site.Render(c, status, "signin_password", p)
}
