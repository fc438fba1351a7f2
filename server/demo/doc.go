// Package demo invents a city: its offices 机关, divisions 处室, halls 大厅,
// windows 窗口, staff, and two years of ratings with a story in them.
//
// It is a pure generator: no SQL, no HTTP, no clock. The same seed and instant
// give the same city, byte for byte; another package stores what it yields.
// The city does not exist, its districts and streets do not exist, and its name
// says 演示数据 so that nobody takes a screen of it for a real result.
//
// What the story holds (Data.Events dates it): an office whose satisfaction
// falls sharply and recovers slowly, an office lifted by a reform, a hall that
// opens midway, a window padded with hasty top ratings from few devices, an
// office too small to grade, and a window nobody rates.
package demo
