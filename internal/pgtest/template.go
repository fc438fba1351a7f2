package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// leftoverAge is when a test's database must be a crashed run's.
const leftoverAge = time.Hour

// schema is a set of migrations.
type schema struct {
	fingerprint string
	up          func(ctx context.Context, dsn string) error
}

// template names the schema's template; a hash keeps the name short and safe whatever the fingerprint looks like.
func (sc schema) template() string {
	sum := sha256.Sum256([]byte(sc.fingerprint))
	return "t_" + hex.EncodeToString(sum[:8])
}

// build makes the template if it is missing. It is built under another name, so that a template is always a whole one.
// Under the building lock.
func (s *server) build(ctx context.Context, sc schema) error {
	found, err := databaseExists(ctx, s.hold, s.template)
	if err != nil || found {
		return err
	}
	building := "b_" + strings.TrimPrefix(s.template, "t_")
	if err := dropDatabase(ctx, s.hold, building); err != nil {
		return err
	}
	if err := createEmpty(ctx, s.hold, building); err != nil {
		return err
	}
	if err := sc.up(ctx, s.address(building)); err != nil {
		return fmt.Errorf("migrate the template: %w", err)
	}
	return finishTemplate(ctx, s.hold, building, s.template)
}

const testPrefix = "mptest_"

// databaseName carries the time of its creation, by which leftovers are known.
func databaseName(created time.Time, suffix string) string {
	return testPrefix + strconv.FormatInt(created.Unix(), 10) + "_" + suffix
}

// createdAt reads that time; false for a name that is not ours.
func createdAt(name string) (time.Time, bool) {
	rest, ours := strings.CutPrefix(name, testPrefix)
	seconds, _, cut := strings.Cut(rest, "_")
	n, err := strconv.ParseInt(seconds, 10, 64)
	return time.Unix(n, 0), ours && cut && err == nil
}
