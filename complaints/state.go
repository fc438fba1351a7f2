package complaints

import "slices"

// State is where a case stands. The table in table.go says how it changes.
type State string

// The states.
const (
	Received     State = "received"      // 已收到
	Triaged      State = "triaged"       // 已分类, waiting for an office
	Dispatched   State = "dispatched"    // 已派发, waiting for 签收
	Acknowledged State = "acknowledged"  // 已签收
	InProgress   State = "in_progress"   // 办理中
	Waiting      State = "waiting"       // 待群众补充
	Replied      State = "replied"       // 已答复
	InCallback   State = "callback"      // 回访中
	Redo         State = "redo"          // 重办, one level higher
	RatingReview State = "rating_review" // 差评申诉复核中
	Closed       State = "closed"        // 办结
	Excluded     State = "excluded"      // 评价经复核排除
	RoutedOut    State = "routed_out"    // 转出
	Refused      State = "refused"       // 不予受理
	Merged       State = "merged"        // 已并单
	Terminated   State = "terminated"    // 终止办理
	Withdrawn    State = "withdrawn"     // 群众撤回
)

const (
	unfiled     State = ""         // before the first event
	same        State = "="        // the state stays
	beforeMerge State = "(before)" // where a merged case was
)

// States lists every state, live ones first.
func States() []State {
	return []State{Received, Triaged, Dispatched, Acknowledged, InProgress, Waiting, Replied, InCallback, Redo, RatingReview,
		Closed, Excluded, RoutedOut, Refused, Merged, Terminated, Withdrawn}
}

// Sets of states that the table speaks of.
var (
	live     = States()[:10]
	handling = []State{Dispatched, Acknowledged, InProgress, Waiting, Redo}
)

// Live tells whether something is still to be done.
func (s State) Live() bool { return slices.Contains(live, s) }
