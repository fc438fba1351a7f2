// Package accounts owns who may sign in and what they may do: accounts 账号,
// roles 角色 with their scope, passwords, and the keys of programs (API keys 接口密钥).
//
// Tables: accounts, account_roles, api_keys, password_history, account_totp,
// account_recovery_codes, account_passkeys, passkey_challenges, account_identities,
// account_sessions, account_signins, account_devices, account_notices, account_invitations, account_resets,
// signin_decoys (and the layout of sessions, which the web edge
// reads and writes).
//
// Invariants:
//   - A role is held over the city, an office, a division or a hall, from day to
//     day (Asia/Shanghai); the actor is made, for every request, from the roles
//     valid today, so what begins or ends does so at midnight without waiting.
//   - 三员分立: nobody holds one of sysadmin, secadmin and auditadmin together with
//     any other role on any day; the database refuses it (exclusion constraint).
//   - Nobody changes their own account's rights; secadmin alone changes others'.
//   - One person of the directory has one account at most.
//   - An account is invited without a password; the code sets one, once, within a
//     week. Off-boarding ends everything and is undone by a fresh invitation only.
//   - Passwords are kept as argon2id, keys as SM3 digests; neither can be shown again.
//   - A password or a second factor of somebody else is reset by two administrators and
//     the holder: one asks, another confirms, each sees half of a code, and both halves
//     are needed (docs/decisions/0042). Only the server's own terminal resets at once.
//   - Wrong passwords and codes from a browser that has signed in to the account before
//     count against that browser; passkeys are never held up by a lock.
//   - Five wrong passwords or codes lock an account for 15 minutes (settings.go), however parallel
//     they come, and a right password does not forgive wrong codes; nobody learns from
//     an answer or its time whether an account exists.
//   - Between the password and the console stand gates (second factor, its set-up, an
//     expired password), in that order; before a gate there are no rights.
//   - A code of the second factor or for recovery is taken once, on whichever node; so
//     is a passkey's answer, and one whose count goes back is refused.
//   - An identity at the single sign-on provider is known by issuer and subject, never
//     by e-mail; it belongs to one account.
//   - A change of password, factor, rights or state ends an account's sessions: the
//     stamp that they carry changes (a trigger counts rights and state).
//
// Words: passkey = 通行密钥 (a key pair of an authenticator; not "token"), identity = 统一认证身份,
// reset = 重置 (of a password or a second factor), half = 一半重置码,
// account = 账号 (not "user": the citizen is the user), role = 角色, key = 接口密钥.
package accounts
