package web

import (
	"fmt"
	"html/template"
	"reflect"
	"text/template/parse"
)

// borrow copies into a page's set the layout and those shared templates that the page
// reaches. A set has to have copies of its own, because html/template rewrites them for the
// place they stand in; copies of all partials for all pages would cost some 40 MB.
// What the page defines itself goes before what is shared.
func borrow(set, shared *template.Template, layout string) error {
	wanted := []string{layout}
	for _, t := range set.Templates() {
		wanted = append(wanted, called(t.Tree)...)
	}
	for len(wanted) > 0 {
		name := wanted[0]
		wanted = wanted[1:]
		if t := set.Lookup(name); t != nil && t.Tree != nil {
			continue
		}
		from := shared.Lookup(name)
		if from == nil || from.Tree == nil {
			return fmt.Errorf("there is no template %q", name)
		}
		if _, err := set.AddParseTree(name, from.Tree.Copy()); err != nil {
			return fmt.Errorf("template %q: %w", name, err)
		}
		wanted = append(wanted, called(from.Tree)...)
	}
	return nil
}

// called lists the templates that a tree calls by name.
func called(tree *parse.Tree) []string {
	if tree == nil || tree.Root == nil {
		return nil
	}
	var names []string
	var walk func(parse.Node)
	walk = func(n parse.Node) {
		if n == nil || reflect.ValueOf(n).IsNil() {
			return
		}
		switch n := n.(type) {
		case *parse.ListNode:
			for _, inner := range n.Nodes {
				walk(inner)
			}
		case *parse.IfNode:
			walk(n.List)
			walk(n.ElseList)
		case *parse.RangeNode:
			walk(n.List)
			walk(n.ElseList)
		case *parse.WithNode:
			walk(n.List)
			walk(n.ElseList)
		case *parse.TemplateNode:
			names = append(names, n.Name)
		}
	}
	walk(tree.Root)
	return names
}
