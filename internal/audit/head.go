package audit

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"minping/internal/pg"
)

// Head is an entry by its place and digest: the end of the chain, or a point
// that the chain went through when somebody wrote it down.
type Head struct {
	Day    time.Time `db:"day"` // midnight UTC
	Seq    int       `db:"seq"` // 0: the chain is empty
	Digest []byte    `db:"digest"`
}

// String writes a head as it is kept elsewhere: 2026-11-22/17/<digest in hexadecimal>.
func (h Head) String() string {
	return h.Day.Format(time.DateOnly) + "/" + strconv.Itoa(h.Seq) + "/" + hex.EncodeToString(h.Digest)
}

// ParseHead reads a head that was kept.
func ParseHead(text string) (Head, error) {
	parts := strings.Split(strings.Join(strings.Fields(text), ""), "/") // the digest may be in groups
	if len(parts) != 3 {
		return Head{}, fmt.Errorf("audit head %q: not day/number/digest", text)
	}
	day, err := time.Parse(time.DateOnly, parts[0])
	if err != nil {
		return Head{}, fmt.Errorf("audit head %q: %w", text, err)
	}
	seq, err := strconv.Atoi(parts[1])
	if err != nil || seq < 1 {
		return Head{}, fmt.Errorf("audit head %q: %q is no number", text, parts[1])
	}
	digest, err := hex.DecodeString(parts[2])
	if err != nil || len(digest) != sm3.Size {
		return Head{}, fmt.Errorf("audit head %q: the digest is not %d bytes", text, sm3.Size)
	}
	return Head{Day: day, Seq: seq, Digest: digest}, nil
}

// Latest gives the head of the chain, for whoever keeps it elsewhere.
func Latest(ctx context.Context, q pg.Querier) (Head, error) {
	h, err := latestHead(ctx, q)
	if err != nil {
		return Head{}, fmt.Errorf("audit head: %w", err)
	}
	return h, nil
}

// Grouped is the digest in groups of four characters, to be read out and written down.
func (h Head) Grouped() string {
	text := hex.EncodeToString(h.Digest)
	var b strings.Builder
	for i := 0; i < len(text); i += 4 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(text[i:min(i+4, len(text))])
	}
	return b.String()
}
