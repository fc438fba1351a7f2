package complaints

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/csvtext"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Category is one place in the three-level tree.
type Category struct {
	ID      int    `db:"id"`
	Parent  int    `db:"parent_id"`
	Level   int    `db:"level"`
	Name    string `db:"name"`
	Retired bool   `db:"retired"`
}

// Categories lists the tree, parents before children. Anybody may read it.
func (s *Service) Categories(ctx context.Context) ([]Category, error) {
	return selectCategories(ctx, s.cfg.DB)
}

// ErrCategoryHeading says that the first row does not name the three levels.
var ErrCategoryHeading = errors.New("the first row must name 一级分类, 二级分类, 三级分类 (level1, level2, level3)")

var categoryHeadings = [3][]string{{"一级分类", "level1"}, {"二级分类", "level2"}, {"三级分类", "level3"}}

// maxImportBytes bounds what an import reads into memory.
const maxImportBytes = 256 << 20

func readAll(r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxImportBytes+1))
	if err != nil {
		return "", fmt.Errorf("read file: %w", err)
	}
	if len(data) > maxImportBytes {
		return "", fmt.Errorf("read file: over %d MB", maxImportBytes>>20)
	}
	return csvtext.Decode(data)
}

// ReadCategories reads paths of three levels, one a row.
func ReadCategories(r io.Reader) ([][3]string, error) {
	text, err := readAll(r)
	if err != nil {
		return nil, err
	}
	records := csvtext.NewReader(text)
	heading, err := records.Read()
	if err != nil {
		return nil, ErrCategoryHeading
	}
	var at [3]int
	for level, names := range categoryHeadings {
		if at[level] = slices.IndexFunc(heading, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) }); at[level] < 0 {
			return nil, ErrCategoryHeading
		}
	}
	var paths [][3]string
	for {
		cells, err := records.Read()
		if errors.Is(err, io.EOF) {
			return paths, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read categories: %w", err)
		}
		var path [3]string
		for level, place := range at {
			if place < len(cells) {
				path[level] = strings.Clone(clean(cells[place]))
			}
		}
		line, _ := records.FieldPos(0)
		if path[0] == "" || path[1] == "" && path[2] != "" || slices.ContainsFunc(path[:], func(s string) bool { return len([]rune(s)) > 100 }) {
			return nil, fmt.Errorf("read categories: line %d has a gap or a name over 100 characters", line)
		}
		paths = append(paths, path)
	}
}

// CategoryReport says what an import of categories did.
type CategoryReport struct{ Rows, Made, Known int }

// ImportCategories adds what the tree lacks; nothing is changed or taken away, so the
// same file again does nothing. Needs import:run over the city.
func (s *Service) ImportCategories(ctx context.Context, by actor.Actor, paths [][3]string) (CategoryReport, error) {
	report := CategoryReport{Rows: len(paths)}
	if !by.Citywide(permImport) {
		return report, fault.New(fault.Forbidden, "fault.forbidden")
	}
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		known := map[string]int{}
		for _, path := range paths {
			parent, key, fresh := 0, "", false
			for level, name := range path {
				if name == "" {
					break
				}
				key += "\x00" + name
				if known[key] == 0 {
					id, made, err := ensureCategory(ctx, tx, parent, level+1, name)
					if err != nil {
						return err
					}
					known[key], fresh = id, fresh || made
				}
				parent = known[key]
			}
			if fresh {
				report.Made++
			} else {
				report.Known++
			}
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: audit.CaseImport, Object: audit.Object{Kind: "city"},
			Detail: audit.Detail{"what": "categories", "rows": report.Rows, "stored": report.Made, "repeated": report.Known}})
	})
	return report, err
}
