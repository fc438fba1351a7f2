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
	FactorRemove   Action = "factor.remove"
	ResetAsk       Action = "reset.ask"
	ResetConfirm   Action = "reset.confirm"
	ResetRefuse    Action = "reset.refuse"
	ResetWithdraw  Action = "reset.withdraw"
	ResetStop      Action = "reset.stop"
	ResetUse       Action = "reset.use"
	PasskeyAdd     Action = "passkey.add"
	PasskeyRemove  Action = "passkey.remove"
	PasskeyRename  Action = "passkey.rename"
	IdentityLink   Action = "identity.link"
	IdentityUnlink Action = "identity.unlink"
	SessionEnd     Action = "session.end"
	KeyCreate      Action = "key.create"
	KeyRevoke      Action = "key.revoke"

	PanelCreate  Action = "panel.create"
	PanelMargins Action = "panel.margins"
	PanelImport  Action = "panel.import"
	PanelLetters Action = "panel.letters"
	PanelCode    Action = "panel.code"
	PanelClose   Action = "panel.close"

	UnitSave           Action = "unit.save"
	DirectoryImport    Action = "directory.import"
	CityRename         Action = "city.rename"
	SurveyVersion      Action = "survey.version"
	PublicationPublish Action = "publication.publish"
	PublicationClose   Action = "publication.close"
	CodeRotate         Action = "code.rotate"
	CodeRevoke         Action = "code.revoke"
	TicketIssue        Action = "ticket.issue"

	EventPin    Action = "event.pin"
	EventRemove Action = "event.remove"
	TargetSet   Action = "target.set"
	BrandStage  Action = "brand.stage"

	ServedTell     Action = "served.tell"
	RatingImport   Action = "rating.import"
	RatingExclude  Action = "rating.exclude"
	RatingRestore  Action = "rating.restore"
	RollupRebuild  Action = "rollup.rebuild"
	SettingChange  Action = "setting.change"
	SettingApprove Action = "setting.approve"

	SettingPropose      Action = "setting.propose"
	MethodologyDraft    Action = "methodology.draft"
	MethodologyPropose  Action = "methodology.propose"
	MethodologyAdopt    Action = "methodology.adopt"
	MethodologyReject   Action = "methodology.reject"
	MethodologyWithdraw Action = "methodology.withdraw"
	SettingReject       Action = "setting.reject"
	SettingWithdraw     Action = "setting.withdraw"
	HolidayPropose      Action = "holiday.propose"
	HolidayApprove      Action = "holiday.approve"
	HolidayReject       Action = "holiday.reject"
	HolidayWithdraw     Action = "holiday.withdraw"
	CaseFile            Action = "case.file"
	CaseMove            Action = "case.move"
	CaseImport          Action = "case.import"
	CaseInvite          Action = "case.invite"
	CaseAttach          Action = "case.attach"
	CaseFileErase       Action = "case.file_erase"
	CaseRecount         Action = "case.recount"
	KinDeclare          Action = "kin.declare"
	KinEnd              Action = "kin.end"
	TopicName           Action = "topic.name"
	TopicTakeOut        Action = "topic.take_out"
	TemplateSave        Action = "template.save"
	TemplateRetire      Action = "template.retire"

	ReplySubmit   Action = "reply.submit"
	ReplySendBack Action = "reply.send_back"
	ReplyPublish  Action = "reply.publish"
	ReplyWithdraw Action = "reply.withdraw"
	ReplyObject   Action = "reply.object"
	ReplyDecide   Action = "reply.decide"
	AnswerWrite   Action = "answer.write"
	AnswerRelease Action = "answer.release"
	AnswerRetire  Action = "answer.retire"
	AnswerStale   Action = "answer.stale"

	ExportDirectory Action = "export.directory"
	ExportTickets   Action = "export.tickets"
	ExportCases     Action = "export.cases"
	ExportLedger    Action = "export.ledger"
	BackupMake      Action = "backup.make"
	BackupRestore   Action = "backup.restore"
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
	{SignInLocked, "minutes known_device"},
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
	{FactorRemove, ""},
	{ResetAsk, "reset_kind reset reason"},
	{ResetConfirm, "reset_kind reset reason"},
	{ResetRefuse, "reset_kind reset reason"},
	{ResetWithdraw, "reset_kind reset"},
	{ResetStop, "reset_kind reset"},
	{ResetUse, "reset_kind reset reason"},
	{PasskeyAdd, ""},
	{PasskeyRemove, ""},
	{PasskeyRename, ""},
	{IdentityLink, "issuer how"},
	{IdentityUnlink, "issuer"},
	{SessionEnd, ""},
	{KeyCreate, "name role unit expires replaced"},
	{KeyRevoke, "name role"},

	{PanelCreate, "from to units"},
	{PanelMargins, "before after"},
	{PanelImport, "rows"},
	{PanelLetters, "count"},
	{PanelCode, "count"},
	{PanelClose, "count"},

	{UnitSave, "kind code fields name_before name_after parent_before parent_after opened_on closed_before closed_after"},
	{DirectoryImport, "sheets rows added changed closed file_digest"},
	{CityRename, "before after"},
	{SurveyVersion, "survey number digest"},
	{PublicationPublish, "version channel units starts ends"},
	{PublicationClose, "version channel ends_before ends_after"},
	{CodeRotate, "unit channel"},
	{CodeRevoke, "unit channel"},
	{TicketIssue, "unit channel visited_on count"},

	{EventPin, "kind from to"},
	{EventRemove, "kind from to"},
	{TargetSet, "year before after effective_from reason"},
	{BrandStage, "stage before effective_from founded_on reason"},

	{ServedTell, "source rows stored changed same from to"},
	{RatingImport, "rows stored repeated refused file_digest from to"},
	{RatingExclude, "rating reason from to count level_sum"},
	{RatingRestore, "rating reason from to count level_sum"},
	{RollupRebuild, "from to differences"},
	{SettingChange, "key scope before after effective_from proposal reason"},
	{SettingApprove, "key scope before after effective_from proposal proposed_by"},
	{MethodologyDraft, "before"},
	{MethodologyPropose, "before effective_from reason"},
	{MethodologyAdopt, "before after effective_from digest proposed_by"},
	{MethodologyReject, "before proposed_by reason"},
	{MethodologyWithdraw, "before"},
	{SettingPropose, "key scope before after effective_from proposal reason"},
	{SettingReject, "key scope before after effective_from proposal proposed_by reason"},
	{SettingWithdraw, "key scope before after effective_from proposal"},
	{HolidayPropose, "year days_off days_worked changed past source file_digest"},
	{HolidayApprove, "year days_off days_worked changed past proposed_by file_digest"},
	{HolidayReject, "year proposed_by reason"},
	{HolidayWithdraw, "year"},

	{CaseFile, "kind channel identity sealed"},
	{CaseMove, "action state seq round level code"},
	{CaseAttach, "files seq audience"},
	{CaseFileErase, "file reason"},
	{CaseImport, "rows stored repeated refused file_digest what"},
	{CaseInvite, "round"},
	{CaseRecount, "changed moved calendar"},
	{KinDeclare, "other"},
	{KinEnd, "other"},
	{TopicName, ""},
	{TopicTakeOut, "case"},
	{TemplateSave, "version kind category"},
	{TemplateRetire, "version"},

	{ReplySubmit, "hidden kept"},
	{ReplySendBack, ""},
	{ReplyPublish, "case hidden kept"},
	{ReplyWithdraw, "case"},
	{ReplyObject, "case"},
	{ReplyDecide, "case outcome"},
	{AnswerWrite, "version"},
	{AnswerRelease, "version until"},
	{AnswerRetire, "version"},
	{AnswerStale, ""},

	{ExportDirectory, "sheet rows"},
	{ExportTickets, "unit channel count"},
	{ExportCases, "rows"},
	{ExportLedger, "from to rows"},
	{VaultOpen, "reason purpose fields"},
	{BackupMake, ""},
	{BackupRestore, "files made"},
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
