// Package i18n owns the texts that people read: zh-CN first, English complete.
//
// A text lives in locales/<language>/<area>.json under a dotted key such as
// "citizen.rate.title"; placeholders are written {{.Name}}. A text that depends
// on a number is an object {"one": …, "other": …} chosen by the argument Count.
// Keys built at run time begin with one of the prefixes in builtPrefixes
// (keys_test.go); every other key must stand quoted somewhere in the sources.
package i18n
