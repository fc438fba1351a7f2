// Command bench measures the real program on the machine it runs on: it builds
// ./server, starts it with its private PostgreSQL, drives it over loopback and,
// interleaved with that, what it is compared with: the same PostgreSQL doing one
// insert and one rollup upsert per transaction, and a bare Echo program that
// answers the same bytes and writes the same rows.
//
//	go run ./bench [-seconds 4] [-rounds 3] [-ratings 10000000] [-rows] [-only post,single,visits,get,ready,indices] [-keep] [-strict]
//
// The program signs the device cookies it gives out and takes any other for none.
// So before the load the generator opens the rating page 60,000 times without a
// cookie and keeps what it was given; every page with a cookie and every rating
// carries one of these, used in turn, and costs the program what a citizen's
// does: the check of the cookie and the device's pseudonym. The limits on rating
// let loopback pass (MINPING_UNLIMITED_SOURCES), for all load has one address.
//
// Program, database and load generator share the machine, so every figure is a
// median of short rounds A B A B, after a warm-up that is not counted. The last
// line of the output is one JSON object with every figure and ratio.
//
// Files: stage (directory, databases), child (processes we start), load and
// histogram (the generator), request, answer and devices (HTTP by hand), raw and bare
// (the comparisons), series (what is run), city and indices (10 million
// ratings), ready (starting up), report (targets).
package main
