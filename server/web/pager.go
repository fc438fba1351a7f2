package web

import (
	"strconv"

	"github.com/labstack/echo/v4"
)

// Pager is the data of the partial "pager".
type Pager struct {
	Page          Page
	Number, Pages int
	Total         int
	Prev, Next    string // addresses; empty at the ends
}

// NewPager makes the links to the pages before and after number (from 1) of a
// list with total entries, keeping the other parts of the query.
func NewPager(p Page, c echo.Context, at Span) Pager {
	pages := max(1, (at.Total+at.Size-1)/max(1, at.Size))
	pager := Pager{Page: p, Number: at.Number, Pages: pages, Total: at.Total}
	if at.Number > 1 {
		pager.Prev = pageAddress(c, at.Number-1)
	}
	if at.Number < pages {
		pager.Next = pageAddress(c, at.Number+1)
	}
	return pager
}

// Span is a place in a long list: page Number (from 1) of Size entries each, Total in all.
type Span struct{ Number, Size, Total int }

func pageAddress(c echo.Context, number int) string {
	q := c.Request().URL.Query()
	q.Set("page", strconv.Itoa(number))
	return c.Request().URL.Path + "?" + q.Encode()
}

// Intervals is the data of the partial "intervals": figures with their n and interval.
type Intervals struct {
	Page    Page
	ID      string // of the table, for a chart's data-source
	Caption string
	Rows    []Interval
}

// Interval is one row; where Known is false, figures are withheld and Note says why.
type Interval struct {
	Unit, Href       string
	Known            bool
	Value, Low, High float64
	N                int
	Note             string
}

// Empty is the data of the partial "empty": why a list is empty and what to do.
type Empty struct{ Text, Href, Action string }
