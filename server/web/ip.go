package web

import (
	"net"
	"net/http"
	"net/netip"

	"github.com/labstack/echo/v4"
)

// ipExtractor believes X-Forwarded-For only from the proxies that the operator
// named; with none, the address is the connection's.
func ipExtractor(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	opts := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		p = p.Masked()
		opts = append(opts, echo.TrustIPRange(&net.IPNet{
			IP:   p.Addr().AsSlice(),
			Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(opts...)
}

// tellOfProxy complains once where a proxy seems to stand in front and none is
// named: then everybody has the proxy's address, and its limits.
func (s *Site) tellOfProxy(r *http.Request) {
	if len(s.cfg.TrustedProxies) > 0 || len(r.Header[echo.HeaderXForwardedFor]) == 0 {
		return
	}
	s.proxyTold.Do(func() {
		s.log.Warn("X-Forwarded-For is not believed: no proxy is named in MINPING_TRUSTED_PROXIES")
	})
}
