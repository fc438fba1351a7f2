// Package audit owns the audit chain 审计链: who did what, when, from where, on
// which thing, told so that no entry can be changed, taken out or slipped in
// without notice.
//
// Tables: audit_entries, audit_heads, audit_archives; audit_checks (what
// verifications found, no part of the chain).
//
// A service calls Record as the last thing in its own transaction, so that the
// change and its entry are stored together or not at all; RecordNow where there
// is no change (refusals). From Record to the commit nobody else can record,
// so nothing slow, no other lock and no RecordNow may stand between.
//
// Entries hold no personal data: the registry in action.go lists the keys that
// an action's detail may have, and what looks like a telephone number, an
// identity number or a mail address inside a value is masked before it is stored.
//
// # The chain
//
// Each day (Asia/Shanghai) is a chain of entries 1, 2, 3 …; the first of a day
// refers to the last one of the last day with entries (its anchor), the very
// first to 32 zero bytes. An entry whose time is earlier than the day the chain
// has reached stands in that later day.
//
// The digest of an entry is SM3 (GB/T 32905) over these texts in this order, each
// written as its length in bytes (4 bytes, most significant first) and its UTF-8:
//
//	"minping-audit-1"
//	day          2026-11-22
//	seq          decimal
//	at           2026-11-22T01:02:03.000004Z (UTC, always six decimals)
//	actor_id     decimal, empty for none
//	actor_name, source, action, object_kind, object_id
//	office_id, hall_id   decimal, empty for none
//	outcome      done or refused
//	the number of keys in detail, then for each key in byte order the key and its
//	value: "s" and the text, "n" and the number as PostgreSQL writes it, "true", "false"
//	prev         the 32 bytes of the digest before
//
// TestGoldenDigest holds a worked example.
//
// # What an outsider must keep
//
// A chain without a secret shows every change inside it, but not that its newest
// entries are missing, nor that somebody with full control of the database wrote
// the whole of it anew. Against both helps only what lies elsewhere: a Head (day,
// number, digest), taken now and then from `verify`, the console or the log and
// kept by the audit administrator outside this system. Verify takes kept heads and says
// whether the chain still goes through them. audit_heads, which only the trigger
// of audit_entries moves, shows lesser mishaps such as a partial restore.
//
// # Archives
//
// Archive writes whole days, at least six months old (网络安全法 article 21), as
// JSON lines: a header, the entries, and a last line with the SM3 of all bytes
// before it and an Ed25519 signature over "minping-audit-archive-1 " and that SM3 in
// hexadecimal. Whoever keeps the public key (Service.PublicKey) checks it with
// ReadArchive. Remove reads a stored file back, and only then lets the entries go,
// through the database's audit_remove, which wants the archive's row, immutable
// itself; the chain online goes on from the archive's last digest.
//
// # Refusals by the database
//
// Triggers refuse every update, deletion and truncation, the owner's too, and
// every insertion but at the end. The owner has not even the right to UPDATE. A
// site that can migrates as one role and serves as another, which package
// migrations gives what it needs (Grant): to add entries and note archives, nothing else.
//
// A superuser can switch triggers off; that is what Verify is for.
package audit
