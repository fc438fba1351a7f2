package complaints

import "minping/internal/actor"

// Permissions that this package checks. They hold at the office and hall of the
// case; a case without an office needs them over the whole city.
const (
	PermFile      actor.Permission = "case:file"      // file for a caller, visitor, letter
	PermRead      actor.Permission = "case:read"      //
	PermTriage    actor.Permission = "case:triage"    // kind, urgency, category; answer at once, route out, refuse
	PermDispatch  actor.Permission = "case:dispatch"  // to which office; who handles
	PermHandle    actor.Permission = "case:handle"    // acknowledge, ask, return, transfer, note
	PermReply     actor.Permission = "case:reply"     // speak to the citizen in the office's name
	PermExtend    actor.Permission = "case:extend"    //
	PermMerge     actor.Permission = "case:merge"     // merge, undo, split
	PermAppeal    actor.Permission = "case:appeal"    // a rating
	PermSupervise actor.Permission = "case:supervise" // urge; level 1 at an office, 2 and 3 citywide
	PermTerminate actor.Permission = "case:terminate" //
	PermCallback  actor.Permission = "case:callback"  // ask the citizen, close
	PermReview    actor.Permission = "case:review"    // judge an appeal
	// PermDiscipline opens sealed reports, and stands there for every other
	// permission; it opens nothing else.
	PermDiscipline actor.Permission = "case:discipline"
	permImport     actor.Permission = "import:run"
)
