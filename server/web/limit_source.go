package web

import (
	"net/netip"

	"github.com/labstack/echo/v4"
)

// network is who sends as the limits see it: an IPv4 address, or the /64 that an
// IPv6 subscriber has for himself (RFC 6177).
type network [9]byte

type placeKey struct {
	from network
	code string
}

func networkOf(a netip.Addr) network {
	var n network
	a = a.Unmap()
	switch {
	case a.Is4():
		n[0] = 4
		four := a.As4()
		copy(n[1:], four[:])
	case a.Is6():
		n[0] = 6
		six := a.As16()
		copy(n[1:], six[:8])
	}
	return n
}

// SourceOf is the address a request comes from: the connection's, or what a
// trusted proxy says. Zero where it is no address.
func SourceOf(c echo.Context) netip.Addr {
	a, err := netip.ParseAddr(c.RealIP())
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}
