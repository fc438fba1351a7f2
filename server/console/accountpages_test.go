package console

import (
	"testing"

	"minping/server/web/webtest"
)

func TestAccountPagesFitTheirData(t *testing.T) {
	c := newCity(t)
	webtest.CheckPages(t, c.app.site, map[string]any{
		"accounts": accountsPage{}, "invite": invitePage{}, "keys": keysPage{}, "permissions": permissionsPage{}, "person": personPage{}, "role_form": rolePage{},
		"resets": resetsPage{}, "reset": resetPage{}, "reset_ask": resetAskPage{}, "reset_half": halfPage{}, "reset_use": useResetPage{},
		"security": securityPage{}, "security_rename": renamePage{}, "signin": signInPage{}, "signin_code": codePage{}, "sso_go": ssoGoPage{},
		"tickets_issued": issuedPage{},
	})
}
