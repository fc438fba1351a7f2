// Package redact finds what could name or reach a person in Chinese text 脱敏, so
// that it can be proposed for hiding before anything is published. It is pure.
//
// It proposes and never decides: a person looks at every proposal and at the text.
// So it leans towards finding too much. How well it does on real messages is
// measured by TestOnRealMessages and written down in docs/desk.md.
//
// Glossary: 姓名 Name · 电话 Phone · 身份证 Identity · 银行卡 Card · 车牌 Plate · 住址 Address ·
// 邮箱 Mail · 微信、QQ Handle · 出生日期 Birth · 其他 Other (what a person hides by hand).
package redact
