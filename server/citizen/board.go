package citizen

import (
	"embed"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints/publish"
	"minping/indices"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

//go:embed pages/board pages/board/_*.html
var boardPages embed.FS

// Board shows the city's results to everybody. Who opens it: a citizen on a
// phone after rating or after a press report; a journalist; an official checking
// what the public sees. In five seconds they need the city's figure with its
// uncertainty, which way it goes, and the office they have in mind.
//
// It never shows divisions, and only whole months, quarters and years: freely
// chosen days would let readers subtract one answer from another and so undo
// the suppression of small numbers.
type Board struct {
	site    *web.Site
	indices *indices.Service
	offices *offices.Service
	public  *publish.Service // nil: offices show no work of the desk
	now     func() time.Time
	kept    *boardCache
}

// BoardConfig is what the board needs.
type BoardConfig struct {
	Site    *web.Site
	Indices *indices.Service
	Offices *offices.Service
	Public  *publish.Service // nil: offices show no work of the desk
	Now     func() time.Time // nil = time.Now
}

// NewBoard makes the board and parses its pages.
func NewBoard(c BoardConfig) (*Board, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	const dir = "pages/board"
	if err := c.Site.Parse(figures.WithPartials(boardPages, dir), dir); err != nil {
		return nil, err
	}
	return &Board{site: c.Site, indices: c.Indices, offices: c.Offices, public: c.Public, now: c.Now, kept: newBoardCache(c.Now)}, nil
}

// Routes registers the public results; none needs a permission.
func (b *Board) Routes(g *echo.Group) {
	g.GET("/board", b.city)
	g.GET("/board/methodology", b.methodology)
	g.GET("/board/office/:code", b.unit(offices.Office))
	g.GET("/board/hall/:code", b.unit(offices.Hall))
	g.GET("/board/window/:code", b.unit(offices.Window))
}

// boardRequest is the state that the address carries.
type boardRequest struct {
	Code   string `param:"code"`
	Period string `query:"period" validate:"max=10"`
	Query  string `query:"q" validate:"max=50"`
	Sort   string `query:"sort" validate:"omitempty,oneof=name -name sat -sat good -good bad -bad n -n"`
	At     int    `query:"page" validate:"min=0,max=10000"`
}

const boardRows = 50

// publicCache lets the browser and a proxy in front keep an answer as long as we do.
func publicCache(c echo.Context) {
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=5")
	h.Set("Vary", "Accept-Language, Cookie")
}

func (b *Board) render(c echo.Context, status int, name string, data any) error {
	if status == http.StatusOK {
		publicCache(c)
	}
	return b.site.Render(c, status, name, data)
}
