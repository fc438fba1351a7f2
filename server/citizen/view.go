package citizen

import (
	"html/template"

	"github.com/labstack/echo/v4"

	"minping/internal/code"
	"minping/internal/i18n"
	"minping/static"
)

// view is what every page of this package knows.
type view struct {
	Lang  string
	Elder bool
	Kiosk bool
	Demo  bool
	CSS   template.CSS
	face  face
	texts *i18n.Catalog
}

func (h *Handler) baseView(c echo.Context, f face) view {
	return view{
		Lang: f.lang, Elder: f.elder, Kiosk: f.kiosk, Demo: h.site.Page(c, "").Demo, CSS: h.full.css, face: f, texts: h.texts,
	}
}

// T is the text of a key in the page's language.
func (v view) T(key string, args ...any) string { return v.texts.Text(v.Lang, key, args...) }

// Static is the address of a script.
func (v view) Static(name string) string { return static.Path(name) }

// Group is the grouped form of a code for copying by hand.
func (v view) Group(s string) string { return code.Group(s, 4) }

// OtherLang and OtherSize are the addresses of the same page in the other language or size.
func (v view) OtherLang() string {
	if v.Lang == i18n.English {
		return v.face.other("zh", v.Elder)
	}
	return v.face.other("en", v.Elder)
}

// OtherSize: see OtherLang.
func (v view) OtherSize() string {
	if v.Lang == i18n.English {
		return v.face.other("en", !v.Elder)
	}
	return v.face.other("zh", !v.Elder)
}
