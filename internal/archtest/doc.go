// Package archtest holds the tree to its architecture: who may import whom,
// which files may speak to which library, how long files and functions are,
// and habits that a compiler does not see. It has tests only.
//
// The rules are tables: layers (layers_test.go), libraries (libraries_test.go)
// and the exceptions with their reasons (exceptions_test.go). A new package
// must be given its place in layers before the tests pass; a reason that no
// longer has anything to excuse must go. docs/architecture.md says why the
// rules are what they are.
package archtest
