// Package i18n owns the texts that people read: zh-CN first, English complete.
//
// A text lives in locales/<language>/<area>.json under a dotted key such as
// "citizen.rate.title"; placeholders are written {{.Name}}. A text that depends
// on a number is an object {"one": …, "other": …} chosen by the argument Count.
// A key built at run time begins with a quoted prefix of at least two words that
// ends in a dot ("accounts.role." + role); every other key stands quoted, whole,
// somewhere in the Go sources or pages. keys_test.go holds the tree to this.
package i18n
