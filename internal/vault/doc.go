// Package vault keeps names and contacts apart from ratings and cases.
//
// It owns the tables vault_keys, vault_records, vault_index and vault_openings.
// Other domains keep a record's id and nothing else of the person.
//
// Keys, from the outside in:
//
//	master key 主密钥 (kek)   in the key ring, outside the database; the last of the ring is the current one
//	data key 数据密钥 (dek)   encrypts one day's records; stored encrypted by a master key
//	index key 索引密钥        makes the digests of the blind index; stored encrypted by a master key, never changes
//	canary                    a known text under each master key: tells a wrong key from a right one at the start
//
// Everything is SM4-GCM (GB/T 32907, RFC 8998) with a random nonce. The
// associated data binds a record's ciphertext to its id, kind, subject and data
// key, and a wrapped key to its id, kind and master key, so that rows cannot be
// swapped. Digests are HMAC-SM3 (GB/T 32905, GM/T 0042).
//
// Invariants:
//
//   - Plain text leaves only through Reveal, after the opening is committed, or masked.
//   - A Contact never prints itself: not in a log, an error, JSON, or any verb of fmt.
//   - An erased record holds no ciphertext and no digest. Copies in backups end with the master keys
//     they need: rotate with re-encryption and destroy the old master key once its last backup may go.
//
// Changing the master key, while everything runs: add a line to the key ring and
// restart (or Reload) every program; Rotate; remove the keys that Unneeded lists.
package vault
