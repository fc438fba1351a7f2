package complaints

// note takes what an event says besides state and clocks.
func (f *Flow) note(e Event) {
	d := e.Detail
	switch e.Action {
	case ActFile, ActTriage, ActSeal:
		f.noteNature(e)
	case ActDispatch, ActTransfer:
		f.noteOffice(e)
	case ActAssign:
		f.Handler = d.Handler
	case ActAssist:
		f.Assisting = append(f.Assisting, d.Office)
	case ActAcknowledge:
		if f.TakenAt.IsZero() {
			f.TakenAt = e.At
		}
		if f.Handler == 0 {
			f.Handler = e.Account
		}
	case ActReturn:
		f.Returned++
		f.Office, f.Handler = 0, 0
	case ActAsk:
		f.Asked = true
	case ActExtend:
		f.Extended = true
		if d.Disposition != "" {
			f.Disposition = d.Disposition
		}
	case ActAnswerNow, ActReply:
		f.RepliedAt = e.At
		if f.FirstReplyAt.IsZero() {
			f.FirstReplyAt = e.At
		}
		f.Contacted, f.Solved, f.Satisfied, f.Responded, f.Misses = false, nil, 0, nil, 0
		if d.Disposition != "" {
			f.Disposition = d.Disposition
		}
	default:
		f.noteOutcome(e)
	}
}

func (f *Flow) noteNature(e Event) {
	d := e.Detail
	if d.Kind != "" {
		f.Kind = d.Kind
	}
	if d.Urgency != "" {
		f.Urgency = d.Urgency
	}
	if d.Category != 0 {
		f.Category = d.Category
	}
	switch e.Action {
	case ActFile:
		f.Round, f.ReceivedAt, f.Office = 1, e.At, d.Office
		f.Sealed, f.Imported, f.Unreachable = d.Sealed, d.Code == string(ByImport), d.Code == string(Anonymous)
	case ActSeal:
		f.Sealed, f.Office, f.First, f.Handler, f.Assisting = true, 0, 0, 0, nil
	}
}

func (f *Flow) noteOffice(e Event) {
	f.Office, f.Handler = e.Detail.Office, 0
	if e.Action == ActTransfer {
		f.Transferred = true
		return
	}
	f.Designated = e.Detail.Designated
	if f.First == 0 || f.Returned > 0 && f.Designated {
		f.First = e.Detail.Office // an office that returned it is not its first receiver
	}
	if f.DispatchedAt.IsZero() {
		f.DispatchedAt, f.AppealIn = e.At, e.Detail.Limits[ClockAppeal]
	}
}

func (f *Flow) noteOutcome(e Event) {
	d := e.Detail
	switch e.Action {
	case ActUrge:
		f.UrgedAt = e.At
	case ActSupervise:
		f.Level = d.Level
	case ActStep:
		f.Clock(d.Clock).tell(d.Percent)
		f.Level = max(f.Level, d.Level)
	case ActMerge:
		f.MergedInto = d.Case
	case ActUnmerge:
		f.MergedInto = 0
	case ActMiss:
		if d.Code != string(CallLater) { // was reached, and has no time
			f.Misses++
		}
	case ActGood, ActBad, ActUnsolved:
		f.Contacted, f.Solved, f.Satisfied, f.Responded = true, d.Solved, d.Satisfied, d.Responded
		if e.Action == ActBad {
			f.Round++
			f.Level = min(3, f.Level+1)
			f.Handler, f.Transferred, f.Extended = 0, false, false
		}
	case ActForget:
		f.Unreachable = true
	case ActAppeal:
		f.Appealed = true
	case ActFollowUp:
		f.FollowUp = d.Score
	}
}
