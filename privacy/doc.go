// Package privacy holds what people who rate may ask about their own data, and
// ends data whose time is over (个人信息保护法, PIPL, art. 13–19, 44–50).
//
// It owns the tables rating_contacts, phone_proofs and privacy_requests. Names
// and numbers are in the vault; these tables say only that they are there.
//
//	contact 联系方式      what somebody left with a bad rating so that they can be called back
//	opening 查看          one contact shown once in plain text, with a purpose and a reason
//	receipt 回执码        whoever holds it may see what was rated and the masked contact, and replace or erase it
//	proof 手机验证        a code sent to a telephone: whoever has it holds the telephone
//	request 个人信息请求  to get a copy, to erase, to black out words; answered within 15 working days
//	rule 保存期限         how long each kind of thing is kept (Rules)
//
// Invariants:
//
//   - The rated office never sees who left a contact: contacts are listed and opened with contact:read
//     and vault:open only, and by nobody who also holds a role over the rated office or hall.
//   - An answer never tells whether a telephone number is known here.
//   - A contact and its link are written and erased in one transaction.
//   - Ratings, counts and the words of ratings are never removed here; words are blacked out by a person,
//     on their writer's request.
package privacy
