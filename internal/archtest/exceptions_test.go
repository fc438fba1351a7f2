package archtest_test

// Exceptions, each with its reason. One that excuses nothing any more fails the tests.

// longFiles are files over maxFileLines.
var longFiles = map[string]string{}

// longFunctions are functions over maxFunctionLines, as "file:name".
var longFunctions = map[string]string{
	"server/demo/commentbank.go:praiseByTopic":  "a table of sentences, not logic",
	"server/demo/commentbank.go:blameByTopic":   "a table of sentences, not logic",
	"server/demo/services.go:businessServices":  "a table of service items, not logic",
	"server/demo/matters.go:townMatters":        "a table of what people write about, not logic",
	"server/demo/matters.go:homeMatters":        "a table of what people write about, not logic",
	"server/demo/matters_life.go:livingMatters": "a table of what people write about, not logic",
	"server/demo/matters_life.go:workMatters":   "a table of what people write about, not logic",
}

// sleepers may call time.Sleep.
var sleepers = []string{"bench/"}

// environment: the configuration is read in one place. The others are no
// configuration: the test server's address, and what a child process inherits.
var environment = []string{"server/config/", "internal/pgtest/", "internal/pgembed/account.go", "internal/backup/tools.go", "bench/"}

// rawTables may write CSV that no spreadsheet opens as it is: tables handed on within
// the program, and refused rows, whose cells the importing domain disarms.
var rawTables = []string{"server/import.go", "server/import_cases.go", "server/demo/fill/", "bench/"}
