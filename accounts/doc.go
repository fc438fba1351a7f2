// Package accounts owns who may sign in and what they may do: accounts 账号,
// roles 角色 with their scope, passwords, and the keys of programs (API keys 接口密钥).
//
// Tables: accounts, account_roles, api_keys (and the layout of sessions, which
// the web edge reads and writes).
//
// Invariants:
//   - A role is held over the city, an office or a hall, from day to day
//     (Asia/Shanghai); the actor is made from the roles valid today.
//   - 三员分立: nobody holds two of sysadmin, secadmin and auditadmin on the same day.
//   - Passwords are kept as argon2id, keys as SM3 digests; neither can be shown again.
//   - Five wrong passwords lock an account for 15 minutes, however parallel they come;
//     nobody learns from an answer or its time whether an account exists.
//
// Words: account = 账号 (not "user": the citizen is the user), role = 角色, key = 接口密钥.
package accounts
