// Package pgtest gives every test a database of its own, cloned from a migrated template.
//
// The server is a private one (package pgembed) in the system's temporary directory, shared by the test processes of one
// user: the first process to need it starts it, the last to finish stops it. MINPING_TEST_DATABASE_URL names another
// server to use instead; its role must be allowed to create databases.
//
// It owns these databases of that server:
//
//	t_<hash>            template with the schema of one set of migrations; its users hold a shared advisory lock on it
//	b_<hash>            such a template while it is being built
//	mptest_<time>_...   a test's database
//
// Package state: one server per test process, which Go's testing gives no other way to share between tests.
package pgtest
