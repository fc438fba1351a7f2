package surveys

import (
	"sync"
	"sync/atomic"
	"testing"

	"minping/internal/code"
	"minping/internal/fault"
)

func TestRotateCode(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	by := officer(p.id(t, "O1"), 0, PermPublicationWrite)
	fresh, err := p.service.RotateCode(t.Context(), by, CodeAt{Code: "WIN-00001"})
	if err != nil || code.Check(fresh.Code) != nil || fresh.Unit.ID != p.windows[0] || fresh.Channel != ChannelDesk {
		t.Fatal(fresh, err)
	}
	if e, err := p.service.Resolve(t.Context(), "win00001"); err != nil || e.State != StateRotated || e.Unit.ID != p.windows[0] {
		t.Errorf("the old poster: %+v, %v", e, err)
	}
	if e, err := p.service.Resolve(t.Context(), fresh.Code); err != nil || e.State != StateOpen {
		t.Errorf("the new one: %+v, %v", e, err)
	}
	again, err := p.service.RotateCode(t.Context(), by, CodeAt{UnitID: p.windows[0], Channel: ChannelDesk})
	if err != nil || again.Code == fresh.Code {
		t.Error(again, err)
	}
	_, err = p.service.RotateCode(t.Context(), by, CodeAt{Code: fresh.Code})
	wantKind(t, err, fault.Conflict)
	for _, at := range []CodeAt{{Code: "win00003"}, {Code: "win99999"}, {}, {UnitID: p.windows[2], Channel: ChannelDesk}, {UnitID: p.windows[0], Channel: ChannelWeb}} {
		_, err = p.service.RotateCode(t.Context(), by, at)
		wantKind(t, err, fault.NotFound)
	}
	_, err = p.service.RotateCode(t.Context(), officer(p.id(t, "O1"), 0, PermPublicationRead), CodeAt{Code: again.Code})
	wantKind(t, err, fault.Forbidden)
}

// Two administrators see the same leaked code at the same time.
func TestRotationRace(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, key := range p.codes {
		var wg sync.WaitGroup
		var done, conflicts atomic.Int32
		for range 2 {
			wg.Go(func() {
				switch _, err := p.service.RotateCode(t.Context(), citywide(PermPublicationWrite), CodeAt{Code: key}); {
				case err == nil:
					done.Add(1)
				case fault.KindOf(err) == fault.Conflict:
					conflicts.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if done.Load() != 1 || conflicts.Load() != 1 {
			t.Errorf("%s: %d done, %d conflicts", key, done.Load(), conflicts.Load())
		}
	}
	if n := p.count(t, `SELECT count(*) FROM codes`); n != 8 {
		t.Errorf("%d codes", n)
	}
	if n := p.count(t, `SELECT count(*) FROM codes WHERE retired_at IS NULL`); n != 4 {
		t.Errorf("%d in use", n)
	}
}

func TestRevokeCode(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	by := citywide(PermPublicationWrite, PermPublicationRead)
	if err := p.service.RevokeCode(t.Context(), by, CodeAt{Code: "win00002"}); err != nil {
		t.Fatal(err)
	}
	if e, err := p.service.Resolve(t.Context(), "win00002"); err != nil || e.State != StateRevoked {
		t.Errorf("%+v, %v", e, err)
	}
	wantKind(t, p.service.RevokeCode(t.Context(), by, CodeAt{UnitID: p.windows[1], Channel: ChannelDesk}), fault.Conflict)
	if got := publishHall(t, p, ChannelDesk)[0]; got.Codes != 4 {
		t.Errorf("%d codes after publishing anew", got.Codes)
	}
}
