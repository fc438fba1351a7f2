// Package calendar knows when offices work: the days, by the holiday notices that
// were published, and the hours of a day, by a setting.
//
// Tables it alone writes: holiday_notices, holiday_days.
//
// The program ships with the notices of some years (workday.Builtin); a notice that
// was approved here replaces its year whole. Clock gives what follows from both and
// from the setting office.hours. Everything that counts working days asks it anew
// each time, so a notice reaches limits that run: deadlines are computed, not stored.
//
// Invariants:
//   - A notice holds for all of its year or not at all: a file that lacks New Year's Day
//     or National Day is refused.
//   - It moves deadlines, and so ranks: proposed by one person or by the import command,
//     approved by another person, in the database too. One waits for a year at a time.
//   - Nothing of a notice ever changes; a correction is another notice of the same year.
//   - Days that are over may change by a late notice. Plan says which, and how they are told.
//   - Clock reads memory only.
//
// Glossary: 节假日安排 Notice, 放假 Off, 调休上班 worked in exchange, 作息时间 office hours.
package calendar
