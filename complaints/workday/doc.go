// Package workday is the arithmetic of statutory working days (法定工作日) in
// mainland China: which civil day is one, which day is the n-th after another,
// how many lie between two.
//
// Limits of ratings and of the hotline count working days; petition limits
// (信访) count calendar days; urgent limits count hours around the clock. A Limit
// says which, Clock.Deadline says when it ends.
//
// Within a day, offices work in spans with a noon break (09:00–12:00,
// 13:30–17:00), effective-dated as Hours. Clock measures the time worked:
// Elapsed and After are inverse to each other, NextOpen is when a notice that
// should not arrive at night is sent.
//
// Saturdays and Sundays are off and other days are worked, except where the
// State Council's yearly notice (国务院办公厅关于部分节假日安排的通知) says
// otherwise: holidays (放假) and weekend days worked in exchange (调休上班).
// The notice for a year appears in the autumn before, so a Calendar knows which
// years it covers; a limit that runs into another year is provisional and must
// be computed anew when the notice has been imported.
package workday
