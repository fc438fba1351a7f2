// Package offices is the directory: who serves where and when. It owns the
// tables units, staff, duties and chief_tenures, and it alone writes them.
//
// Glossary (中文 = Go name):
//
//	城市 city          the root; exactly one, made by the migration
//	机关 / 单位 office   an organ of the city
//	处室 division      a part of one office; never "department", which means 部门
//	大厅 hall          a place with windows of several offices
//	窗口 window        where citizens are served: of one office, perhaps of one division, perhaps in a hall
//	人员 staff         a person, known by the staff number 工号
//	值守 duty          who sat at which window, from–to, both days included
//	任期 tenure        who was chief 处长 of a division, from–to, both days included
//
// Invariants: a window's or a person's division belongs to the same office as
// they do; a division has one chief at a time; nobody is on duty twice at one
// window on one day; codes are unique within their kind and never change their
// meaning, because imports recognise units by them. Nothing is ever deleted:
// a unit that ends gets its last day (closed_on) and keeps its ratings.
//
// Import never deletes either: rows that a workbook leaves out stay as they
// are, columns that a sheet leaves out keep their values, an empty cell in a
// column that is there clears the value.
package offices
