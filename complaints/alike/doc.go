// Package alike says which messages of citizens are about the same thing, which
// category a message belongs to, and how hot a topic is. It is pure: texts and
// counts in, figures out; package complaints keeps what it needs in tables.
//
// Every figure is plain arithmetic that a page can show: words counted and weighted by how
// rare they are (tf·idf, cosine), places compared by name, age halved every fortnight. There is
// no model that cannot be explained and nothing to train elsewhere. How well it does is measured in
// docs/measurements-similar.md; alike's tests compute those figures anew.
//
// Glossary (中文 = Go name):
//
//	词袋 Bag: the words of a text and how much each counts
//	向量 Vector: a bag weighted by rarity, of length one
//	地点 Places, 区县 Districts: where it is, as people name it
//	相似度 Likeness: 0 to 1
//	热度 Heat: of a topic, see heat.go
//	词库 hints: words by which people speak of a category
package alike
