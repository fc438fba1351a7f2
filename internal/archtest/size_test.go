package archtest_test

import (
	"go/ast"
	"testing"
)

// Past these, a file or function wants a reason (longFiles, longFunctions).
const (
	maxFileLines     = 400
	maxFunctionLines = 60
)

func TestFilesStayShort(t *testing.T) {
	t.Parallel()
	long := map[string]int{}
	for _, s := range sources(t, ".go", ".sql", ".css", ".js", ".html") {
		if !s.test && s.lines() > maxFileLines {
			long[s.path] = s.lines()
		}
	}
	compare(t, long, longFiles)
}

func TestFunctionsStayShort(t *testing.T) {
	t.Parallel()
	long := map[string]int{}
	for _, s := range goSources(t) {
		if s.test {
			continue
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := s.set.Position(f.End()).Line - s.line(f) + 1; n > maxFunctionLines {
				long[s.path+":"+f.Name.Name] = n
			}
		}
	}
	compare(t, long, longFunctions)
}

func compare(t *testing.T, long map[string]int, reasons map[string]string) {
	t.Helper()
	for name, lines := range long {
		if reasons[name] == "" {
			t.Errorf("%s has %d lines: split it, or list it with a reason", name, lines)
		}
	}
	for name := range reasons {
		if long[name] == 0 {
			t.Errorf("%s is listed as long and is not", name)
		}
	}
}
