package main

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"minping/internal/fault"
	"minping/internal/i18n"
)

// log writes JSON lines to the standard error stream.
func (p program) log() *slog.Logger {
	return slog.New(slog.NewJSONHandler(p.err, &slog.HandlerOptions{Level: p.config.LogLevel}))
}

// quiet logs warnings and faults only: sub-commands print their result, not their doings.
func (p program) quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: max(p.config.LogLevel, slog.LevelWarn)}))
}

// programVersion is the linker's, or the revision that Go recorded.
func programVersion() string {
	if version != "dev" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return "dev-" + s.Value[:12]
			}
		}
	}
	return version
}

// explain turns a fault's message keys into words for the terminal.
func explain(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return err.Error()
	}
	texts, loadErr := i18n.Load()
	if loadErr != nil {
		return errors.Join(err, loadErr).Error()
	}
	lines := []string{texts.Text("en", f.Key, f.Args)}
	for _, field := range f.Fields {
		lines = append(lines, fmt.Sprintf("  %s: %s", field.Name, texts.Text("en", field.Key, field.Args)))
	}
	return strings.Join(lines, "\n")
}
