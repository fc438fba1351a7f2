// Package figures shows measurements to people: it words what may not be shown,
// writes every number with its n and interval, lays out bars, trends and the
// period picker. The console and the public board use the same partials
// (pages/_figures.html), so a figure reads the same wherever it stands.
//
// It computes nothing: values, intervals and states come from package indices.
package figures
