package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is a file of ours.
type source struct {
	path string // below the root, with slashes
	text string
	test bool
	file *ast.File // of Go files
	set  *token.FileSet
}

// sources reads every file whose name ends in one of the endings.
func sources(t *testing.T, endings ...string) []source {
	t.Helper()
	var all []source
	tree := os.DirFS(root)
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if foreign(name) {
				return fs.SkipDir
			}
			return nil
		}
		if !slices.Contains(endings, path.Ext(name)) {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		all = append(all, source{path: name, text: string(text), test: strings.HasSuffix(name, "_test.go")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatalf("no files %v", endings)
	}
	return all
}

// foreign names folders that are not ours or not sources.
func foreign(dir string) bool {
	base := path.Base(dir)
	return base != "." && (strings.HasPrefix(base, ".") || slices.Contains([]string{"testdata", "vendor", "data", "node_modules"}, base))
}

func goSources(t *testing.T) []source {
	t.Helper()
	all := sources(t, ".go")
	for i := range all {
		s := &all[i]
		s.set = token.NewFileSet()
		var err error
		if s.file, err = parser.ParseFile(s.set, s.path, s.text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			t.Errorf("%v", err)
			s.file = &ast.File{Name: ast.NewIdent("unreadable")}
		}
	}
	return all
}

func (s source) lines() int { return strings.Count(s.text, "\n") }

func (s source) line(n ast.Node) int { return s.set.Position(n.Pos()).Line }

func (s source) imports() []string {
	var paths []string
	for _, i := range s.file.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// calls lists the calls of a package's functions, as "package.Function", by line.
func (s source) calls() map[string][]int {
	found := map[string][]int{}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok {
			name := x.Name + "." + sel.Sel.Name
			found[name] = append(found[name], s.line(sel))
		}
		return true
	})
	return found
}
