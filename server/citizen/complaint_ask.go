package citizen

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/code"
	"minping/server/web"
)

// goOn is the value of the button that leads from the suggested answers to the
// form, with what was typed.
const goOn = "go"

// askFirstPage is the page before a consultation: the question, and answers that are
// there already. What is typed travels in the body and is kept nowhere.
type askFirstPage struct {
	web.Page
	Form  complaintForm
	Rows  []answerRow
	Asked bool
	Max   int
	Kiosk string
}

const suggestions = 3

// askFirst answers GET /complaints/ask.
func (h *Complaints) askFirst(c echo.Context) error {
	form := complaintForm{Kind: string(complaints.Consultation), Kiosk: code.Normalize(c.QueryParam("kiosk")), Code: code.Normalize(c.QueryParam("code"))}
	return h.showAsk(c, http.StatusOK, askFirstPage{Form: form})
}

// suggest answers POST /complaints/ask with up to three answers and the way on.
func (h *Complaints) suggest(c echo.Context) error {
	values, err := postedValues(c.Request())
	if err != nil {
		return err
	}
	form := complaintOf(values)
	form.Kind, form.Submission = string(complaints.Consultation), uuid.Nil
	p := askFirstPage{Form: form, Asked: true}
	if form.Body == "" {
		p.Asked = false
		p.Page = h.page(c, "answers.ask.title")
		p.Errors = map[string]string{"body": p.T("answers.ask.missing")}
		return h.showAsk(c, http.StatusUnprocessableEntity, p)
	}
	if h.public != nil {
		found, err := h.public.Suggest(c.Request().Context(), form.Body, form.Office, suggestions)
		if err != nil {
			return err
		}
		base := h.page(c, "")
		for _, k := range found {
			p.Rows = append(p.Rows, newAnswerRow(base, k))
		}
	}
	return h.showAsk(c, http.StatusOK, p)
}

func (h *Complaints) showAsk(c echo.Context, status int, p askFirstPage) error {
	base := h.page(c, "answers.ask.title")
	base.Errors = p.Errors
	p.Page, p.Max, p.Kiosk = base, complaints.MaxBody, p.Form.Kiosk
	p.Path = "/complaints/ask"
	noStore(c)
	return h.site.Render(c, status, "complaint_ask", p)
}
