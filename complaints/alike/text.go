package alike

import (
	"strings"

	"minping/internal/words"
)

// How much of a text is read: a title says in twenty characters what a body
// says in three hundred, and what comes after that is history and greetings.
const (
	titleCounts = 3
	bodyReads   = 300
)

// Text is a message as it was written.
type Text struct{ Title, Body string }

// Bag is the words of a text with how much each counts: three times for each
// time in the title, once for each time at the beginning of the body.
type Bag map[string]float64

// Read gives the words of a text.
func Read(t Text) Bag {
	b := Bag{}
	for _, w := range words.Terms(t.Title) {
		b[w] += titleCounts
	}
	for _, w := range words.Terms(first(t.Body, bodyReads)) {
		b[w]++
	}
	for w := range b {
		if manners[w] {
			delete(b, w)
		}
	}
	return b
}

// manners are words with which people write to an office, whatever it is about.
var manners = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields("尊敬 领导 书记 市长 县长 区长 局长 您好 你好 谢谢 感谢 反映 咨询 请求 请问 希望 建议 投诉 举报 求助 呼吁 恳请 强烈 " +
		"解决 处理 回复 答复 问题 有关 部门 有关部门 相关 相关部门 情况 加快 力度 步伐 何时 什么 怎么 为什么 如何 政府 百忙之中 关注 网友 留言") {
		set[w] = true
	}
	return set
}()

// first gives the first characters of a text.
func first(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
