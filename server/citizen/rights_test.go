package citizen

import (
	"testing"

	"minping/internal/i18n"
	"minping/server/web"
	"minping/server/web/webtest"
)

func TestRightsPagesFitTheirData(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.NewSite(web.Config{BaseURL: "https://minping.example.gov.cn", Texts: texts})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	if _, err := NewRights(RightsConfig{Site: site}); err != nil {
		t.Fatal(err)
	}
	webtest.CheckPages(t, site, map[string]any{"privacy": noticePage{}, "privacy_request": askPage{}, "privacy_receipt": receiptPage{},
		"privacy_code": codePage{}, "privacy_phone": provedPage{}})
}

func TestComplaintPagesFitTheirData(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.NewSite(web.Config{BaseURL: "https://minping.example.gov.cn", Texts: texts})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	if _, err := NewComplaints(ComplaintsConfig{Site: site, ChallengeKey: make([]byte, 32), DeviceKey: make([]byte, 32), TicketKey: make([]byte, 32)}); err != nil {
		t.Fatal(err)
	}
	webtest.CheckPages(t, site, map[string]any{"complaint_start": startPage{}, "complaint_to": elsewherePage{}, "complaint_new": complaintPage{},
		"complaint_done": filedPage{}, "track_ask": askTicketPage{}, "track": trackPage{}, "complaint_ask": askFirstPage{}})
	if _, err := NewReplies(RepliesConfig{Site: site}); err != nil {
		t.Fatal(err)
	}
	webtest.CheckPages(t, site, map[string]any{"replies": repliesPage{}, "reply": replyPage{}, "answers": answersPage{}, "answer": answerPage{}})
}
