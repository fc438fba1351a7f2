package console

import "strings"

// Marks of browsers and systems in a User-Agent header, the more special first:
// nearly everybody also claims to be Chrome and Safari.
var (
	browserMarks = [][2]string{{"MicroMessenger", "微信 WeChat"}, {"DingTalk", "钉钉 DingTalk"}, {"QQBrowser", "QQ 浏览器"},
		{"QIHU", "360"}, {"360SE", "360"}, {"UBrowser", "UC"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"HuaweiBrowser", "华为浏览器"},
		{"Firefox/", "Firefox"}, {"Chromium", "Chromium"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systemMarks = [][2]string{{"OpenHarmony", "鸿蒙 HarmonyOS"}, {"HarmonyOS", "鸿蒙 HarmonyOS"}, {"Kylin", "麒麟 Kylin"}, {"UOS", "统信 UOS"},
		{"Windows", "Windows"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}}
)

// agentWords names the browser and the system, no more: versions would single
// people out. "" where neither is known.
func agentWords(header string) string {
	browser, system := marked(header, browserMarks), marked(header, systemMarks)
	if browser == "" || system == "" {
		return browser + system
	}
	return browser + " · " + system
}

func marked(header string, marks [][2]string) string {
	for _, m := range marks {
		if strings.Contains(header, m[0]) {
			return m[1]
		}
	}
	return ""
}
