package audit

import (
	"slices"
	"strings"
)

// Action is what was done, as "noun.verb".
type Action string

// The registered actions.
const (
	SignInDone    Action = "signin.done"
	SignInRefused Action = "signin.refused"
	SignInLocked  Action = "signin.locked"
	SignOut       Action = "signout.done"
	AccessRefused Action = "access.refused"

	AccountCreate  Action = "account.create"
	AccountDisable Action = "account.disable"
	AccountEnable  Action = "account.enable"
	RoleGrant      Action = "role.grant"
	RoleWithdraw   Action = "role.withdraw"
	RoleChange     Action = "role.change"
	AccountInvite  Action = "account.invite"
	AccountChange  Action = "account.change"
	AccountUnlock  Action = "account.unlock"
	AccountLeave   Action = "account.offboard"
	AccountImport  Action = "account.import"
	InviteRevoke   Action = "invitation.revoke"
	InviteAccept   Action = "invitation.accept"
	PasswordChange Action = "password.change"
	PasswordReset  Action = "password.reset"
	FactorEnrol    Action = "factor.enrol"
	FactorCodes    Action = "factor.codes"
	FactorReset    Action = "factor.reset"
	PasskeyAdd     Action = "passkey.add"
	PasskeyRemove  Action = "passkey.remove"
	IdentityLink   Action = "identity.link"
	IdentityUnlink Action = "identity.unlink"
	SessionEnd     Action = "session.end"
	KeyCreate      Action = "key.create"
	KeyRevoke      Action = "key.revoke"

	UnitSave           Action = "unit.save"
	DirectoryImport    Action = "directory.import"
	CityRename         Action = "city.rename"
	SurveyVersion      Action = "survey.version"
	PublicationPublish Action = "publication.publish"
	PublicationClose   Action = "publication.close"
	CodeRotate         Action = "code.rotate"
	CodeRevoke         Action = "code.revoke"
	TicketIssue        Action = "ticket.issue"

	RatingImport   Action = "rating.import"
	RatingExclude  Action = "rating.exclude"
	RatingRestore  Action = "rating.restore"
	RollupRebuild  Action = "rollup.rebuild"
	SettingChange  Action = "setting.change"
	SettingApprove Action = "setting.approve"

	SettingPropose  Action = "setting.propose"
	SettingReject   Action = "setting.reject"
	SettingWithdraw Action = "setting.withdraw"
	CaseFile        Action = "case.file"
	CaseMove        Action = "case.move"
	CaseImport      Action = "case.import"
	KinDeclare      Action = "kin.declare"
	KinEnd          Action = "kin.end"

	ExportDirectory Action = "export.directory"
	ExportTickets   Action = "export.tickets"
	ExportLedger    Action = "export.ledger"
	VaultOpen       Action = "vault.open"
	VaultRotate     Action = "vault.rotate"

	ContactLeave   Action = "contact.leave"
	ContactChange  Action = "contact.change"
	ContactErase   Action = "contact.erase"
	PrivacyFind    Action = "privacy.find"
	PrivacyExport  Action = "privacy.export"
	PrivacyAsk     Action = "privacy.ask"
	PrivacyAnswer  Action = "privacy.answer"
	RatingBlackout Action = "rating.blackout"
	RetentionRun   Action = "retention.run"

	AuditSearch  Action = "audit.search"
	AuditExport  Action = "audit.export"
	AuditVerify  Action = "audit.verify"
	AuditArchive Action = "audit.archive"
	AuditRemove  Action = "audit.remove"
)

// registry lists every action with the only keys its detail may have. Before
// adding a key, ask whether its value could name or describe a citizen: names,
// telephone numbers, addresses and the words of citizens never belong here.
var registry = []struct {
	action Action
	keys   string
}{
	{SignInDone, "method"},
	{SignInRefused, "reason method"},
	{SignInLocked, "minutes"},
	{SignOut, ""},
	{AccessRefused, "permission route reason count"},

	{AccountCreate, "username roles"},
	{AccountDisable, ""},
	{AccountEnable, "unlocked"},
	{RoleGrant, "role unit from to"},
	{RoleWithdraw, "role unit last_day"},
	{RoleChange, "role unit from to_before to_after"},
	{AccountInvite, "username roles expires"},
	{AccountChange, "staff_before staff_after"},
	{AccountUnlock, ""},
	{AccountLeave, "roles sessions factor invitation"},
	{AccountImport, "rows invited roles_added"},
	{InviteRevoke, ""},
	{InviteAccept, ""},
	{PasswordChange, ""},
	{PasswordReset, ""},
	{FactorEnrol, ""},
	{FactorCodes, ""},
	{FactorReset, "reason"},
	{PasskeyAdd, ""},
	{PasskeyRemove, ""},
	{IdentityLink, "issuer how"},
	{IdentityUnlink, "issuer"},
	{SessionEnd, ""},
	{KeyCreate, "name role unit expires replaced"},
	{KeyRevoke, "name role"},

	{UnitSave, "kind code fields name_before name_after parent_before parent_after opened_on closed_before closed_after"},
	{DirectoryImport, "sheets rows added changed closed file_digest"},
	{CityRename, "before after"},
	{SurveyVersion, "survey number digest"},
	{PublicationPublish, "version channel units starts ends"},
	{PublicationClose, "version channel ends_before ends_after"},
	{CodeRotate, "unit channel"},
	{CodeRevoke, "unit channel"},
	{TicketIssue, "unit channel visited_on count"},

	{RatingImport, "rows stored repeated refused file_digest from to"},
	{RatingExclude, "rating reason from to count level_sum"},
	{RatingRestore, "rating reason from to count level_sum"},
	{RollupRebuild, "from to differences"},
	{SettingChange, "key scope before after effective_from proposal reason"},
	{SettingApprove, "key scope before after effective_from proposal proposed_by"},
	{SettingPropose, "key scope before after effective_from proposal reason"},
	{SettingReject, "key scope before after effective_from proposal proposed_by reason"},
	{SettingWithdraw, "key scope before after effective_from proposal"},

	{CaseFile, "kind channel identity sealed"},
	{CaseMove, "action state seq round level code"},
	{CaseImport, "rows stored repeated refused file_digest what"},
	{KinDeclare, "other"},
	{KinEnd, "other"},

	{ExportDirectory, "sheet rows"},
	{ExportTickets, "unit channel count"},
	{ExportLedger, "from to rows"},
	{VaultOpen, "reason purpose fields"},
	{VaultRotate, "keys records dropped"},

	{ContactLeave, "level"},
	{ContactChange, ""},
	{ContactErase, "way reason"},
	{PrivacyFind, "found"},
	{PrivacyExport, "way reason ratings"},
	{PrivacyAsk, "kind way due_on"},
	{PrivacyAnswer, "kind outcome reason"},
	{RatingBlackout, "request removed"},
	{RetentionRun, "kind removed before"},

	{AuditSearch, "from to actor name action object_kind object_id office hall outcome source query"},
	{AuditExport, "from to actor name action object_kind object_id office hall outcome source query"},
	{AuditVerify, "entries days head broken noted"},
	{AuditArchive, "first_day last_day entries last file_digest"},
	{AuditRemove, "first_day last_day entries last file_digest"},
}

// Actions lists every action, in the registry's order.
func Actions() []Action {
	all := make([]Action, 0, len(registry))
	for _, r := range registry {
		all = append(all, r.action)
	}
	return all
}

// Keys gives the keys that the action's detail may have; false for an unknown action.
func (a Action) Keys() ([]string, bool) {
	i := slices.IndexFunc(registry, func(r struct {
		action Action
		keys   string
	}) bool {
		return r.action == a
	})
	if i < 0 {
		return nil, false
	}
	return strings.Fields(registry[i].keys), true
}
