package console

import "minping/internal/actor"

// Steps of signing in: only a session that stands before the gate may use them,
// and it may use nothing else but the way out.
const (
	atCode     actor.Permission = "gate:code"
	atEnrol    actor.Permission = "gate:enrol"
	atPassword actor.Permission = "gate:password"
)

// signInRoutes are the way in and out and one's own account.
func (h *Handler) signInRoutes() []route {
	return []route{
		{"GET", "", h.home, member, nil},
		{"GET", "/signin", h.signInForm, anyone, nil},
		{"POST", "/signin", h.signIn, anyone, nil},
		{"POST", "/signin/passkey", h.enterByPasskey, anyone, nil},
		{"POST", "/signin/sso", h.ssoBegin, anyone, nil},
		{"GET", "/signin/sso/callback", h.ssoCallback, anyone, nil},
		{"GET", "/signin/code", h.codeForm, atCode, nil},
		{"POST", "/signin/code", h.passCode, atCode, nil},
		{"POST", "/signin/code/passkey", h.passPasskey, atCode, nil},
		{"POST", "/signin/code/reset", h.useFactorReset, atCode, nil},
		{"GET", "/signin/enrol", h.enrolForm, atEnrol, nil},
		{"POST", "/signin/enrol", h.enrol, atEnrol, nil},
		{"POST", "/signin/enrol/passkey", h.enrolPasskey, atEnrol, nil},
		{"GET", "/signin/password", h.renewForm, atPassword, nil},
		{"POST", "/signin/password", h.renewPassword, atPassword, nil},
		{"POST", "/signout", h.signOut, anyone, nil}, // also from before a gate; the form token is asked as ever
		{"GET", "/account", h.account, member, nil},
		{"GET", "/security", h.security, member, nil},
		{"POST", "/security/password", h.changePassword, member, nil},
		{"GET", "/security/factor", h.factorForm, member, nil},
		{"POST", "/security/factor", h.replaceFactor, member, nil},
		{"GET", "/security/factor/remove", h.factorRemoval, member, nil},
		{"POST", "/security/factor/remove", h.removeFactor, member, nil},
		{"GET", "/security/codes", h.codesForm, member, nil},
		{"POST", "/security/codes", h.renewCodes, member, nil},
		{"GET", "/security/passkeys/new", h.passkeyNew, member, nil},
		{"POST", "/security/passkeys/new", h.savePasskey, member, nil},
		{"GET", "/security/passkeys/:id/remove", h.passkeyRemoval, member, nil},
		{"POST", "/security/passkeys/:id/remove", h.removePasskey, member, nil},
		{"GET", "/security/passkeys/:id/rename", h.passkeyNaming, member, nil},
		{"POST", "/security/passkeys/:id/rename", h.renamePasskey, member, nil},
		{"POST", "/security/resets/:id", h.stopReset, member, nil},
		{"GET", "/security/sso", h.ssoForm, member, nil},
		{"POST", "/security/sso", h.ssoLink, member, nil},
		{"GET", "/security/sso/:id/unlink", h.unlinkForm, member, nil},
		{"POST", "/security/sso/:id/unlink", h.unlink, member, nil},
		{"POST", "/security/sessions", h.endSessions, member, nil},
	}
}
