package archtest_test

import "strings"

// Sets of packages, below the module's path. A name that ends in /... means
// the package and everything under it.
var (
	// pure is technique and arithmetic without I/O.
	pure = []string{"internal/fault", "internal/i18n", "internal/sign", "internal/code", "internal/csvtext", "internal/words",
		"complaints/workday", "indices/stats"}
	// technique talks to the outside, without a word of the domain.
	technique = []string{"internal/actor", "internal/pg", "internal/vault", "internal/audit", "internal/settings", "internal/jobs", "internal/pgembed", "internal/media", "internal/blobs", "internal/backup"}
	// domains never know each other; offices is below them, appraisal above.
	domains = []string{"accounts", "surveys/...", "complaints/...", "indices", "brand", "notify", "privacy"}
)

// layer is a place in the house: who lives there, and what they may import.
type layer struct {
	who, may []string
}

// layers is searched from the top; the first that names a package is its own.
var layers = []layer{
	{pure, nil},
	{technique, with(pure, technique)},
	{[]string{"migrations", "static", "internal/archtest"}, nil},
	{[]string{"internal/pgtest"}, with(pure, technique, []string{"migrations"})},

	{[]string{"offices"}, with(pure, technique)},
	{[]string{"offices/calendar"}, with(pure, technique)},
	{[]string{"accounts"}, aboveOffices()},
	{[]string{"surveys/..."}, aboveOffices("surveys/...")},
	{[]string{"complaints/..."}, aboveOffices("complaints/...")},
	{[]string{"indices/..."}, aboveOffices("indices/...")},
	{[]string{"brand"}, aboveOffices()},
	{[]string{"notify/..."}, aboveOffices("notify/...")},
	{[]string{"privacy/..."}, aboveOffices("privacy/...")},
	{[]string{"appraisal/..."}, aboveOffices("appraisal/...", "indices")},

	{[]string{"server/config"}, pure},
	{[]string{"server/live"}, edge()},
	{[]string{"server/web/..."}, edge("static", "server/web/...")},
	{[]string{"server/citizen"}, audience("server/citizen")},
	{[]string{"server/sso"}, pure},
	{[]string{"server/console"}, with(audience("server/console", "server/sso"), []string{"internal/audit"})}, // the audit administrator's pages
	{[]string{"server/api"}, audience("server/api")},

	// The demonstration city is invented without a database and stored by its filler.
	{[]string{"server/demo"}, pure},
	{[]string{"server/demo/fill"}, with(pure, []string{"internal/actor", "offices", "appraisal", "server/demo"}, domains)},
	// The composition root knows everybody.
	{[]string{"server"}, with(pure, technique, domains, []string{"migrations", "static", "offices", "offices/calendar", "appraisal", "server/..."})},
	// Whole-program tests, and the measuring program.
	{[]string{"server/e2e", "bench"}, with(pure, technique, domains, []string{"migrations", "offices", "server/..."})},
}

// forTests is what any test may import besides.
var forTests = []string{"complaints/filestest", "internal/pg", "internal/vault", "internal/pgtest", "internal/i18n", "migrations", "server/web/webtest"}

func aboveOffices(own ...string) []string { return with(pure, technique, []string{"offices"}, own) }

// edge is what the shared HTTP edge may know. No internal/pg: pages hold no SQL.
func edge(own ...string) []string {
	return with(pure, domains, []string{"internal/actor", "internal/settings", "offices", "offices/calendar", "appraisal", "server/config"}, own)
}

// audience: the audiences never know each other.
func audience(own ...string) []string {
	return edge(append([]string{"static", "server/web/...", "server/live"}, own...)...)
}

func with(sets ...[]string) []string {
	var all []string
	for _, s := range sets {
		all = append(all, s...)
	}
	return all
}

// named tells whether a set names a package.
func named(set []string, pkg string) bool {
	for _, s := range set {
		tree, whole := strings.CutSuffix(s, "/...")
		if pkg == tree || whole && strings.HasPrefix(pkg, tree+"/") {
			return true
		}
	}
	return false
}

func layerOf(pkg string) (layer, bool) {
	for _, l := range layers {
		if named(l.who, pkg) {
			return l, true
		}
	}
	return layer{}, false
}
