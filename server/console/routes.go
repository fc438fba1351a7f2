package console

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/actor"
	"minping/internal/settings"
	"minping/offices"
	"minping/privacy"
	"minping/server/web"
	"minping/surveys"
)

// Who may use a route, where it is not a permission.
const (
	anyone actor.Permission = ""
	member actor.Permission = "member" // everybody signed in
)

// permIndexRead opens the dashboard. The figures themselves are public but for
// divisions, which package indices guards.
const permIndexRead actor.Permission = "index:read"

// route is one line of the console's table.
type route struct {
	method, path string
	handle       echo.HandlerFunc
	need         actor.Permission
	or           []actor.Permission // any of these will do as well
}

// routes is the whole console; paths are below /console.
func (h *Handler) routes() []route {
	return slices.Concat(h.signInRoutes(), h.adminRoutes(), h.askingRoutes(), h.directoryRoutes(), h.trustRoutes(), h.deskRoutes(), h.fileRoutes(), h.publicRoutes(), h.alikeRoutes(), h.wallRoutes(), h.fiveRoutes(), h.brandRoutes())
}

// trustRoutes are what keeps the rest honest: contacts and rights of citizens, the
// audit chain, settings.
func (h *Handler) trustRoutes() []route {
	return []route{
		{"GET", "/contacts", h.contacts, privacy.PermContactRead, nil},
		{"GET", "/contacts/openings", h.openings, privacy.PermAudit, []actor.Permission{privacy.PermCount}},
		{"GET", "/contacts/:record", h.contact, privacy.PermContactRead, nil},
		{"POST", "/contacts/:record", h.openContact, privacy.PermOpen, nil},
		{"GET", "/privacy", h.rights, privacy.PermHandle, nil},
		{"POST", "/privacy", h.act, privacy.PermHandle, nil},
		{"GET", "/privacy/requests/:id", h.words, privacy.PermHandle, nil},
		{"POST", "/privacy/requests/:id", h.answerWords, privacy.PermHandle, nil},

		{"GET", "/audit", h.auditLog, permAuditRead, nil},
		{"GET", "/audit/export/:format", h.exportAudit, permAuditRead, nil},
		{"GET", "/audit/chain", h.auditChain, permAuditRead, nil},
		{"POST", "/audit/chain/check", h.checkChain, permAuditRead, nil},
		{"POST", "/audit/chain/compare", h.compareHead, permAuditRead, nil},
		{"GET", "/audit/:day/:seq", h.auditEntry, permAuditRead, nil},

		{"GET", "/settings", h.settingList, settings.PermRead, nil},
		{"GET", "/settings/methodology", h.methodologies, settings.PermRead, nil},
		{"POST", "/settings/methodology", h.newMethodology, settings.PermPropose, nil},
		{"GET", "/settings/methodology/versions/:version", h.methodologyVersion, settings.PermRead, nil},
		{"GET", "/settings/methodology/drafts/:id", h.methodologyDraft, settings.PermRead, nil},
		{"POST", "/settings/methodology/drafts/:id", h.settleMethodology, settings.PermRead, nil},
		{"GET", "/settings/methodology/simulate", h.simulateMethodology, settings.PermRead, nil},
		{"GET", "/settings/proposals/:id", h.settingProposal, settings.PermRead, nil},
		{"POST", "/settings/proposals/:id", h.settleProposal, settings.PermRead, nil},
		{"GET", "/settings/calendar", h.workCalendar, settings.PermRead, nil},
		{"POST", "/settings/calendar", h.bringNotice, settings.PermPropose, nil},
		{"GET", "/settings/calendar/:id", h.holidayNotice, settings.PermRead, nil},
		{"POST", "/settings/calendar/:id", h.settleNotice, settings.PermRead, nil},
		{"GET", "/settings/:key", h.setting, settings.PermRead, nil},
		{"POST", "/settings/:key", h.changeSetting, settings.PermPropose, []actor.Permission{settings.PermOperate, settings.PermSecure}},
	}
}

// directoryRoutes keep who serves where.
func (h *Handler) directoryRoutes() []route {
	return []route{
		{"GET", "/directory", h.directory, offices.PermRead, nil},
		{"GET", "/directory/export.xlsx", h.exportDirectory, offices.PermRead, nil},
		{"GET", "/directory/export/:table", h.exportTable, offices.PermRead, nil},
		{"GET", "/directory/new", h.newUnit, offices.PermWrite, nil},
		{"POST", "/directory/new", h.saveUnit, offices.PermWrite, nil},
		{"GET", "/directory/import", h.importForm, offices.PermImport, nil},
		{"POST", "/directory/import", h.upload, offices.PermImport, nil},
		{"GET", "/directory/import/template.xlsx", h.importTemplate, offices.PermImport, nil},
		{"GET", "/directory/import/:upload", h.importReport, offices.PermImport, nil},
		{"GET", "/directory/import/:upload/faults.csv", h.importFaults, offices.PermImport, nil},
		{"POST", "/directory/import/:upload", h.applyImport, offices.PermImport, nil},
		{"GET", "/directory/:id", h.unit, offices.PermRead, nil},
		{"GET", "/directory/:id/edit", h.editUnit, offices.PermWrite, nil},
		{"POST", "/directory/:id/edit", h.saveUnit, offices.PermWrite, nil},
	}
}

// askingRoutes are surveys, where they are asked, and what was answered.
func (h *Handler) askingRoutes() []route {
	return []route{
		{"GET", "/ratings", h.ratings, surveys.PermRatingRead, nil},
		{"GET", "/standings", h.standings, permIndexRead, nil},
		{"GET", "/standings.csv", h.standingsFile, permIndexRead, nil},
		{"GET", "/social", h.social, indices.PermInternal, []actor.Permission{indices.PermCommittee}},
		{"GET", "/social/export/:format", h.exportSocial, indices.PermInternal, []actor.Permission{indices.PermCommittee}},

		{"GET", "/served", h.servedForm, surveys.PermServedWrite, nil},
		{"POST", "/served", h.uploadServed, surveys.PermServedWrite, nil},
		{"GET", "/served/template.xlsx", h.servedTemplate, surveys.PermServedWrite, nil},
		{"GET", "/served/:upload", h.servedReport, surveys.PermServedWrite, nil},
		{"POST", "/served/:upload", h.applyServed, surveys.PermServedWrite, nil},

		{"GET", "/surveys", h.surveyList, surveys.PermSurveyRead, nil},
		{"GET", "/surveys/bank", h.bank, surveys.PermSurveyRead, nil},
		{"GET", "/surveys/versions/:id", h.version, surveys.PermSurveyRead, nil},

		{"GET", "/publications", h.publications, surveys.PermPublicationRead, nil},
		{"GET", "/publications/new", h.newPublication, surveys.PermPublicationWrite, nil},
		{"POST", "/publications/new", h.publish, surveys.PermPublicationWrite, nil},
		{"GET", "/publications/:id", h.publication, surveys.PermPublicationRead, nil},
		{"GET", "/publications/:id/close", h.closeForm, surveys.PermPublicationWrite, nil},
		{"POST", "/publications/:id/close", h.closePublication, surveys.PermPublicationWrite, nil},
		{"GET", "/posters", h.posters, surveys.PermPublicationRead, nil},
		{"GET", "/posters.zip", h.posterZip, surveys.PermPublicationRead, nil},
		{"GET", "/codes/:code/rotate", h.askRetire(rotating()), surveys.PermPublicationWrite, nil},
		{"POST", "/codes/:code/rotate", h.rotateCode, surveys.PermPublicationWrite, nil},
		{"GET", "/codes/:code/revoke", h.askRetire(revoking()), surveys.PermPublicationWrite, nil},
		{"POST", "/codes/:code/revoke", h.revokeCode, surveys.PermPublicationWrite, nil},

		{"GET", "/tickets", h.tickets, surveys.PermTicketWrite, nil},
		{"POST", "/tickets", h.issueTickets, surveys.PermTicketWrite, nil},
		{"POST", "/tickets/import", h.importTickets, surveys.PermTicketWrite, nil},
		{"GET", "/tickets/issued", h.issuedTickets, surveys.PermTicketRead, nil},
		{"GET", "/tickets/:id", h.ticketBatch, surveys.PermTicketWrite, nil},
		{"GET", "/tickets/:id/tickets.csv", h.ticketFile, surveys.PermTicketWrite, nil},
		{"GET", "/tickets/:id/sheet", h.ticketSheet, surveys.PermTicketWrite, nil},
	}
}

// Routes registers the console on an Echo under /console.
func (h *Handler) Routes(e *echo.Echo) {
	h.site.LimitBody("/console/directory/import", uploadLimit)
	h.site.LimitBody("/console/tickets/import", ticketFileLimit)
	h.site.LimitBody("/console/settings/calendar", noticeFileLimit)
	h.site.LimitBody("/console/accounts/import", uploadLimit)
	h.site.LimitBody("/console/served", uploadLimit)
	h.limitAttach()
	acting, watching := e.Group("/console", h.site.Session), e.Group("/console", h.site.Glance)
	for _, r := range h.routes() {
		g := acting
		if strings.HasPrefix(r.path, wallPath) {
			g = watching
		}
		var guard []echo.MiddlewareFunc
		switch r.need {
		case anyone:
		case atCode, atEnrol, atPassword:
			guard = append(guard, web.NeedGate(string(r.need[len("gate:"):])))
		case member:
			guard = append(guard, web.NeedAccount)
		default:
			guard = append(guard, web.Need(r.need, r.or...))
		}
		g.Add(r.method, r.path, r.handle, guard...)
	}
}
