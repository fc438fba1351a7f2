package pgembed

import (
	"log/slog"
	"maps"
	"slices"
	"strconv"
)

// Config says where the private cluster lives and how it is run.
type Config struct {
	Dir    string            // the program's data directory, created when missing
	Mirror string            // repository of PostgreSQL binaries for machines without any; empty: Maven Central
	Log    *slog.Logger      // nil: silent
	Params map[string]string // extra server settings; they win over ours and count only for whoever starts the server
}

func (c Config) logger() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}

// settings returns the server's settings for a small machine. They are given on the command line, so that a newer
// program's choice takes effect at the next start without rewriting a file of the cluster.
func settings(port int, extra map[string]string) map[string]string {
	s := map[string]string{
		"listen_addresses":             "127.0.0.1",
		"port":                         strconv.Itoa(port),
		"unix_socket_directories":      "",
		"max_connections":              "100",
		"shared_buffers":               "128MB",
		"wal_compression":              "on",
		"max_wal_size":                 "2GB",
		"checkpoint_timeout":           "15min",
		"checkpoint_completion_target": "0.9",
		"synchronous_commit":           "on",
		"fsync":                        "on",
		"jit":                          "off",
		"random_page_cost":             "1.1",
		"timezone":                     "UTC",
		"log_timezone":                 "UTC",
		"lc_messages":                  "C",
		"logging_collector":            "off",
		// The log must not repeat what citizens wrote: neither the failed statement nor the DETAIL with its key values.
		"log_min_error_statement": "panic",
		"log_error_verbosity":     "terse",
	}
	maps.Copy(s, extra)
	return s
}

// arguments turns settings into postgres's command line, in a stable order.
func arguments(dir string, s map[string]string) []string {
	args := []string{"-D", dir}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		args = append(args, "-c", name+"="+s[name])
	}
	return args
}
