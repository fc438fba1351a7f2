package console

import (
	"minping/accounts"
	"minping/internal/actor"
)

// What the pages of account administration need.
const (
	permAccountRead    actor.Permission = "account:read"
	permAccountWrite   actor.Permission = "account:write"
	permAccountConfirm actor.Permission = "account:confirm"
	permKeyRead        actor.Permission = "apikey:read"
	permKeyWrite       actor.Permission = "apikey:write"
)

// adminRoutes are the accounts of others, and the keys of programs. Invitations
// are taken up at /signin/invitation, by whoever has no account yet.
func (h *Handler) adminRoutes() []route {
	list := []route{
		{"GET", "/signin/invitation", h.invitation, anyone, nil},
		{"POST", "/signin/invitation", h.acceptInvitation, anyone, nil},
		{"GET", "/signin/reset", h.useResetForm, anyone, nil},
		{"POST", "/signin/reset", h.useReset, anyone, nil},

		{"GET", "/accounts", h.accountList, permAccountRead, nil},
		{"GET", "/accounts/permissions", h.permissions, permAccountRead, nil},
		{"GET", "/accounts/invite", h.inviteForm, permAccountWrite, nil},
		{"POST", "/accounts/invite", h.invite, permAccountWrite, nil},
		{"GET", "/accounts/import", h.rosterForm, permAccountWrite, nil},
		{"POST", "/accounts/import", h.uploadRoster, permAccountWrite, nil},
		{"GET", "/accounts/import/template.xlsx", h.rosterTemplate, permAccountWrite, nil},
		{"GET", "/accounts/import/:upload", h.rosterReport, permAccountWrite, nil},
		{"POST", "/accounts/import/:upload", h.applyRoster, permAccountWrite, nil},
		{"GET", "/accounts/:id", h.person, permAccountRead, nil},
		{"POST", "/accounts/:id/details", h.saveDetails, permAccountWrite, nil},
		{"GET", "/accounts/:id/roles/new", h.roleForm, permAccountWrite, nil},
		{"GET", "/accounts/:id/roles/preview", h.rolePreview, permAccountWrite, nil},
		{"POST", "/accounts/:id/roles", h.grantRole, permAccountWrite, nil},
		{"GET", "/accounts/:id/roles/:term/end", h.roleEndForm, permAccountWrite, nil},
		{"POST", "/accounts/:id/roles/:term/end", h.endRole, permAccountWrite, nil},
		{"POST", "/accounts/:id/sessions", h.endPersonSessions, permAccountWrite, nil},
		{"GET", "/accounts/:id/password", h.askResetForm(accounts.ResetOfPassword), permAccountWrite, nil},
		{"POST", "/accounts/:id/password", h.askReset(accounts.ResetOfPassword), permAccountWrite, nil},
		{"GET", "/accounts/:id/factor", h.askResetForm(accounts.ResetOfFactor), permAccountWrite, nil},
		{"POST", "/accounts/:id/factor", h.askReset(accounts.ResetOfFactor), permAccountWrite, nil},
		{"GET", "/resets", h.resetList, permAccountRead, nil},
		{"GET", "/resets/:id", h.showReset, permAccountRead, nil},
		{"POST", "/resets/:id", h.answerReset, permAccountConfirm, []actor.Permission{permAccountWrite}},
		{"GET", "/accounts/:id/invitation", h.reinviteForm, permAccountWrite, nil},
		{"POST", "/accounts/:id/invitation", h.reinvite, permAccountWrite, nil},
		{"GET", "/accounts/:id/offboard", h.offboardForm, permAccountWrite, nil},
		{"POST", "/accounts/:id/offboard", h.offboard, permAccountWrite, nil},

		{"GET", "/keys", h.keyList, permKeyRead, nil},
		{"POST", "/keys", h.createKey, permKeyWrite, nil},
		{"GET", "/keys/:id/revoke", h.revokeKeyForm, permKeyWrite, nil},
		{"POST", "/keys/:id/revoke", h.revokeKey, permKeyWrite, nil},
	}
	for _, a := range h.personActions() {
		list = append(list, route{"GET", "/accounts/:id/" + a.path, h.askPerson(a), permAccountWrite, nil},
			route{"POST", "/accounts/:id/" + a.path, h.doPerson(a), permAccountWrite, nil})
	}
	return list
}
