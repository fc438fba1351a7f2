package complaints

import (
	"slices"

	"minping/internal/actor"
)

// Action is what is done to a case.
type Action string

// The actions.
const (
	ActFile        Action = "file"
	ActTriage      Action = "triage"
	ActSeal        Action = "seal"
	ActAnswerNow   Action = "answer_now"
	ActRouteOut    Action = "route_out"
	ActRefuse      Action = "refuse"
	ActDispatch    Action = "dispatch"
	ActAssign      Action = "assign"
	ActAssist      Action = "assist"
	ActAcknowledge Action = "acknowledge"
	ActStart       Action = "start"
	ActReturn      Action = "return"
	ActTransfer    Action = "transfer"
	ActAsk         Action = "ask"
	ActAnswer      Action = "answer"
	ActResume      Action = "resume"
	ActWaitOver    Action = "wait_over"
	ActExtend      Action = "extend"
	ActReply       Action = "reply"
	ActNote        Action = "note"
	ActAdd         Action = "add"
	ActUrge        Action = "urge"
	ActSupervise   Action = "supervise"
	ActStep        Action = "step"
	ActMerge       Action = "merge"
	ActUnmerge     Action = "unmerge"
	ActSplit       Action = "split"
	ActMiss        Action = "callback_miss"
	ActGood        Action = "callback_good"
	ActBad         Action = "callback_bad"
	ActUnsolved    Action = "callback_unsolved"
	ActClose       Action = "close"
	ActAppeal      Action = "appeal"
	ActUphold      Action = "uphold"
	ActExclude     Action = "exclude"
	ActFollowUp    Action = "follow_up"
	ActTerminate   Action = "terminate"
	ActWithdraw    Action = "withdraw"
	ActRecuse      Action = "recuse"
	ActForget      Action = "forget"
)

// effectOp is what an action does to a clock.
type effectOp string

const (
	begin   effectOp = "begin" // unless it runs
	restart effectOp = "restart"
	stop    effectOp = "stop"
	stopAll effectOp = "stop all"
	pause   effectOp = "pause"
	resume  effectOp = "resume"
	extend  effectOp = "extend"
	hold    effectOp = "hold all"
	release effectOp = "release all"
)

type effect struct {
	op    effectOp
	clock ClockName
}

// transition is one row of the table: who with which permission may do what in
// which states, where that leads, what it does to the clocks, and what else must
// hold. docs/case-states.md is drawn from it.
type transition struct {
	action Action
	from   []State
	to     State
	need   actor.Permission // "": nobody but the parties named
	who    []Who
	clocks []effect
	guard  *guard // nil: none
}

var transitions = []transition{
	{ActFile, []State{unfiled}, Received, PermFile, []Who{Citizen, Staff, System}, []effect{{begin, ClockTriage}}, nil},
	{ActTriage, []State{Received, Triaged}, Triaged, PermTriage, []Who{Staff, System}, nil, nil},
	{ActSeal, []State{Received, Triaged, Dispatched, Acknowledged, InProgress}, Received, PermTriage, []Who{Staff},
		[]effect{{stopAll, ""}, {begin, ClockTriage}}, notSealed},
	{ActAnswerNow, []State{Received, Triaged}, Replied, PermTriage, []Who{Staff, System}, []effect{{stop, ClockTriage}, {stop, ClockHandle}, {restart, ClockCallback}}, nil},
	{ActRouteOut, []State{Received, Triaged, Acknowledged, InProgress}, RoutedOut, PermTriage, []Who{Staff},
		[]effect{{stopAll, ""}, {begin, ClockPetition}}, notARating},
	{ActRefuse, []State{Received, Triaged}, Refused, PermTriage, []Who{Staff}, []effect{{stopAll, ""}}, notARating},

	{ActDispatch, []State{Received, Triaged}, Dispatched, PermDispatch, []Who{Staff, System},
		[]effect{{stop, ClockTriage}, {restart, ClockAcknowledge}, {begin, ClockHandle}}, nil},
	{ActAssign, []State{Dispatched, Acknowledged, InProgress, Redo}, same, PermDispatch, []Who{Staff}, nil, nil},
	{ActAssist, handling, same, PermDispatch, []Who{Staff}, nil, nil},
	{ActAcknowledge, []State{Dispatched, Redo}, Acknowledged, PermHandle, []Who{Staff}, []effect{{stop, ClockAcknowledge}}, nil},
	{ActStart, []State{Acknowledged}, InProgress, PermHandle, []Who{Staff}, nil, nil},
	{ActReturn, []State{Dispatched, Acknowledged}, Triaged, PermHandle, []Who{Staff},
		[]effect{{stop, ClockAcknowledge}, {restart, ClockTriage}}, returnable},
	{ActTransfer, []State{Dispatched, Acknowledged, InProgress}, Dispatched, PermHandle, []Who{Staff}, []effect{{restart, ClockAcknowledge}}, transferable},

	{ActAsk, []State{Acknowledged, InProgress}, Waiting, PermHandle, []Who{Staff}, []effect{{pause, ClockHandle}}, askable},
	{ActAnswer, []State{Waiting}, InProgress, "", []Who{Citizen}, []effect{{resume, ClockHandle}}, nil},
	{ActResume, []State{Waiting}, InProgress, PermHandle, []Who{Staff}, []effect{{resume, ClockHandle}}, nil},
	{ActWaitOver, []State{Waiting}, InProgress, "", []Who{System}, []effect{{resume, ClockHandle}}, nil},
	{ActExtend, []State{Acknowledged, InProgress}, same, PermExtend, []Who{Staff}, []effect{{extend, ClockHandle}}, extendable},
	{ActReply, []State{Acknowledged, InProgress}, Replied, PermReply, []Who{Staff}, []effect{{stop, ClockHandle}, {restart, ClockCallback}}, answerable},

	{ActNote, States(), same, PermHandle, []Who{Staff}, nil, nil},
	{ActAdd, live, same, "", []Who{Citizen}, nil, nil},
	{ActForget, live, same, "", []Who{Citizen}, nil, nil},
	{ActUrge, handling, same, PermSupervise, []Who{Citizen, Staff}, nil, urgeable},
	{ActSupervise, live, same, PermSupervise, []Who{Staff}, nil, higher},
	{ActStep, live, same, "", []Who{System}, nil, nil},
	{ActRecuse, live, same, PermHandle, []Who{Staff}, nil, nil},

	{ActMerge, []State{Received, Triaged, Dispatched, Acknowledged, InProgress}, Merged, PermMerge, []Who{Staff}, []effect{{hold, ""}}, notARating},
	{ActUnmerge, []State{Merged}, beforeMerge, PermMerge, []Who{Staff}, []effect{{release, ""}}, nil},
	{ActSplit, []State{Received, Triaged, Dispatched, Acknowledged, InProgress}, same, PermMerge, []Who{Staff}, nil, notARating},

	{ActMiss, []State{Replied, InCallback}, InCallback, PermCallback, []Who{Staff}, nil, nil},
	{ActGood, []State{Replied, InCallback, Closed}, Closed, PermCallback, []Who{Citizen, Staff}, []effect{{stop, ClockCallback}}, unasked},
	{ActBad, []State{Replied, InCallback, Closed}, Redo, PermCallback, []Who{Citizen, Staff},
		[]effect{{stop, ClockCallback}, {restart, ClockAcknowledge}, {restart, ClockHandle}}, redoable},
	{ActUnsolved, []State{Replied, InCallback, Closed}, Closed, PermCallback, []Who{Citizen, Staff}, []effect{{stop, ClockCallback}}, exhausted},
	{ActClose, []State{Replied, InCallback}, Closed, PermCallback, []Who{Staff, System}, []effect{{stop, ClockCallback}}, closable},

	{ActAppeal, []State{Acknowledged, InProgress}, RatingReview, PermAppeal, []Who{Staff}, []effect{{stop, ClockHandle}, {begin, ClockReview}}, appealable},
	{ActUphold, []State{RatingReview}, InProgress, PermReview, []Who{Staff}, []effect{{stop, ClockReview}, {restart, ClockHandle}}, nil},
	{ActExclude, []State{RatingReview}, Excluded, PermReview, []Who{Staff}, []effect{{stopAll, ""}}, nil},
	{ActFollowUp, []State{Replied, InCallback, Closed}, same, "", []Who{Citizen}, nil, once},

	{ActTerminate, live, Terminated, PermTerminate, []Who{Staff}, []effect{{stopAll, ""}}, nil},
	{ActWithdraw, live, Withdrawn, "", []Who{Citizen}, []effect{{stopAll, ""}}, nil},
}

// find gives the row of an action.
func find(a Action) (*transition, bool) {
	i := slices.IndexFunc(transitions, func(t transition) bool { return t.action == a })
	if i < 0 {
		return nil, false
	}
	return &transitions[i], true
}

// starts lists the clocks that an action starts, were it done now.
func (t *transition) starts(f *Flow) []ClockName {
	var names []ClockName
	for _, e := range t.clocks {
		switch {
		case e.op == restart, e.op == begin && (!f.Clock(e.clock).Running() || slices.ContainsFunc(t.clocks, func(o effect) bool { return o.op == stopAll })):
			names = append(names, e.clock)
		case e.op == pause:
			names = append(names, ClockWait)
		}
	}
	return names
}
