// Package words cuts Chinese text into words, for search, for finding what is
// alike and for counting what is talked about. It wraps go-ego/gse; it knows
// no domain and does no I/O.
//
// Its dictionary (dict.txt) is gse's, cut down by gen.go from 350,000 to 44,000 words,
// with words of offices and windows that gse lacks (services.txt): the whole costs 146 MB and
// 2 s, this one some 16 MB and 0.2 s. It is loaded once, at the first use or by Warm.
//
// Glossary: 分词 Cut, 停用词 stop word, 词条 lexeme (what stands in an index).
package words
