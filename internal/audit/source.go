package audit

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"net/netip"

	"github.com/emmansun/gmsm/sm3"
)

// Sources that are no network address.
const (
	FromConsole = "console" // somebody at the server's own keyboard
	FromCommand = "command" // a sub-command
	FromJob     = "job"     // work the program does by itself
)

type sourceKey struct{}

// WithSource says from where everything done in this context comes.
func WithSource(ctx context.Context, source string) context.Context {
	return context.WithValue(ctx, sourceKey{}, source)
}

func sourceOf(ctx context.Context) string {
	source, _ := ctx.Value(sourceKey{}).(string)
	return source
}

// Pseudonym stands for a network address: the same one always for the same
// address, and of no use to whoever lacks the key. IPv6 counts by its /64, the part that a household keeps.
// What is not an address has none.
func (s *Service) Pseudonym(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			ip = p.Addr()
		}
	}
	mac := hmac.New(sm3.New, s.key("sources"))
	mac.Write(ip.AsSlice())
	return "net:" + hex.EncodeToString(mac.Sum(nil)[:8])
}
