// Package e2e tests the program from outside, as its users meet it: the real
// binary as a child process with a data directory and signals of its own, its
// commands, its pages in a browser.
//
// It holds tests only. Each test owns a data directory (and so a private
// PostgreSQL) and ends every process it started, by number. Nothing is waited
// for by sleeping: a condition is asked again until it holds or a deadline ends
// the test.
package e2e
