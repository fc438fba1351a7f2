package complaints

import (
	"strings"
	"sync"
	"testing"

	"minping/internal/actor"
	"minping/internal/fault"
)

// writer is the tax office's chief who also writes its templates; editor writes the city's.
func (o *town) writers() (writer, editor actor.Actor) {
	writer = o.chief
	writer.Grants = []actor.Grant{{Office: o.tax, Permissions: map[actor.Permission]bool{PermRead: true, PermReply: true, PermTemplate: true}}}
	editor = o.committee
	editor.Grants = []actor.Grant{{Permissions: map[actor.Permission]bool{PermRead: true, PermTemplate: true}}}
	return writer, editor
}

func TestTemplatesAreWrittenAndUsed(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	writer, editor := o.writers()
	_, err := o.s.SaveTemplate(t.Context(), writer, Templating{Office: o.tax, Title: "排队", Body: "您好，{单位}已核实，{联系人}会与您联系。"})
	wants(t, err, fault.Invalid, "complaints.fill_in_unknown")
	_, err = o.s.SaveTemplate(t.Context(), writer, Templating{Office: o.tax, Title: " ", Body: "\x00"})
	wants(t, err, fault.Invalid, "fault.field.required")
	_, err = o.s.SaveTemplate(t.Context(), writer, Templating{Title: "排队", Body: "x"})
	wants(t, err, fault.Forbidden, "fault.forbidden")
	_, err = o.s.SaveTemplate(t.Context(), writer, Templating{Office: o.health, Title: "排队", Body: "x"})
	wants(t, err, fault.Forbidden, "fault.forbidden")
	_, err = o.s.SaveTemplate(t.Context(), o.handler, Templating{Office: o.tax, Title: "排队", Body: "x"})
	wants(t, err, fault.Forbidden, "fault.forbidden")
	_, err = o.s.SaveTemplate(t.Context(), editor, Templating{Office: 1 << 40, Title: "排队", Body: "x"})
	wants(t, err, fault.Invalid, "fault.field.choice")

	own, err := o.s.SaveTemplate(t.Context(), writer, Templating{Office: o.tax, Kind: Complaint, Title: "排队 时间长 🙂", Body: "您好，编号{诉求编号}的诉求，{单位}已于{今天}核实。联系电话：{联系电话}"})
	if err != nil || own.Version != 1 {
		t.Fatalf("%+v, %v", own, err)
	}
	_, err = o.s.SaveTemplate(t.Context(), writer, Templating{Office: o.tax, Title: "排队 时间长 🙂", Body: "y"})
	wants(t, err, fault.Invalid, "complaints.template_twice")
	city, err := o.s.SaveTemplate(t.Context(), editor, Templating{Title: "感谢", Body: "感谢您对{单位}工作的关心。"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.s.SaveTemplate(t.Context(), editor, Templating{Office: o.health, Title: "别家的", Body: "别家的"}); err != nil {
		t.Fatal(err)
	}
	if list, err := o.s.Templates(t.Context(), o.handler); err != nil || len(list) != 2 || list[0].MayWrite {
		t.Errorf("the handler sees %+v, %v", list, err)
	}

	id, _ := o.taken(t)
	offers, err := o.s.Offers(t.Context(), o.handler, id)
	if err != nil || len(offers) != 2 || offers[0].ID != own.ID || offers[1].ID != city.ID {
		t.Fatalf("offers: %+v, %v", offers, err)
	}
	if want := "您好，编号1的诉求，tax已于2026年11月2日核实。联系电话：{联系电话}"; offers[0].Text != want {
		t.Errorf("filled: %q", offers[0].Text)
	}
	_, err = o.s.Offers(t.Context(), o.callerA, id)
	wants(t, err, fault.Forbidden, "")
	_, err = o.s.Offers(t.Context(), o.other, id)
	wants(t, err, fault.NotFound, "")

	_, err = o.s.Reply(t.Context(), o.handler, id, Replying{Body: offers[0].Text, Template: own.ID})
	wants(t, err, fault.Invalid, "complaints.fill_in_open")
	ok(t)(o.s.Reply(t.Context(), o.handler, id, Replying{Body: strings.ReplaceAll(offers[0].Text, "{联系电话}", "0532-00000000"), Template: own.ID}))
	if got, versions, err := o.s.Template(t.Context(), writer, own.ID); err != nil || got.Uses != 1 || got.UsedAt == nil || len(versions) != 1 {
		t.Errorf("after one use: %+v, %d versions, %v", got, len(versions), err)
	}
	// A number that somebody made up counts nothing and keeps no reply back.
	now := o.say(t, "直接答复", "直接答复")
	ok(t)(o.s.AnswerNow(t.Context(), o.desk, now, Words{Body: "答复。", Template: 1 << 40}))
	if n := o.count(t, `SELECT count(*)::int FROM reply_template_uses`); n != 1 {
		t.Errorf("%d uses", n)
	}
	o.sound(t)
}

func TestTemplatesChangeByVersions(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	writer, editor := o.writers()
	own, err := o.s.SaveTemplate(t.Context(), writer, Templating{Office: o.tax, Title: "甲", Body: "甲"})
	if err != nil {
		t.Fatal(err)
	}
	other, err := o.s.SaveTemplate(t.Context(), editor, Templating{Office: o.health, Title: "乙", Body: "乙"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.s.SaveTemplate(t.Context(), writer, Templating{ID: other.ID, Seen: 1, Office: o.tax, Title: "抢来", Body: "x"})
	wants(t, err, fault.NotFound, "complaints.template_unknown")
	_, err = o.s.SaveTemplate(t.Context(), writer, Templating{ID: 1 << 40, Office: o.tax, Title: "没有", Body: "x"})
	wants(t, err, fault.NotFound, "complaints.template_unknown")

	// Two change it at once: one is told.
	var all sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		all.Go(func() {
			_, errs[i] = o.s.SaveTemplate(t.Context(), writer, Templating{ID: own.ID, Seen: 1, Office: o.tax, Title: "甲", Body: "改"})
		})
	}
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("two at once: %v", errs)
	}
	for _, err := range errs {
		if err != nil {
			wants(t, err, fault.Conflict, "complaints.template_changed")
		}
	}
	wants(t, o.s.RetireTemplate(t.Context(), writer, own.ID, 1, true), fault.Conflict, "")
	wants(t, o.s.RetireTemplate(t.Context(), o.handler, own.ID, 2, true), fault.Forbidden, "")
	wants(t, o.s.RetireTemplate(t.Context(), writer, other.ID, 1, true), fault.NotFound, "")
	if err := o.s.RetireTemplate(t.Context(), writer, own.ID, 2, true); err != nil {
		t.Fatal(err)
	}
	if _, versions, err := o.s.Template(t.Context(), writer, own.ID); err != nil || len(versions) != 3 || !versions[0].Retired {
		t.Errorf("versions: %+v, %v", versions, err)
	}
	if _, err := o.db.Exec(`UPDATE reply_template_versions SET body = 'x'`); err == nil {
		t.Error("a version was rewritten")
	}
	if n := o.count(t, `SELECT count(*)::int FROM audit_entries WHERE action IN ('template.save', 'template.retire')`); n != 4 {
		t.Errorf("%d entries in the audit chain, want 4", n)
	}
}
