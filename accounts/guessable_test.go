package accounts

import "testing"

func TestCommonPasswords(t *testing.T) {
	t.Parallel()
	words := readCommon()
	if len(words) < 1000 {
		t.Fatalf("only %d words", len(words))
	}
	for _, p := range []string{"woaini1314", "Woaini1314!", "a123456789", "A123456789!", "Qwer1234!", "Qwer1234!@", "P@ssw0rd2026", "Password-123",
		"Admin@123456", "1qaz@WSX3edc", "!QAZ2wsx3e", "Wxm19900101!", "Zs900101@@", "Huawei@123", "Qingdao2026!", "Zhengfu@2026", "Abcd1234!@#$",
		"Asdfghjkl;1", "Iloveyou520!", "Aa123456!!", "QQ123456789", "Root@123456", "Woai.Ni.520", "Zxcvbnm123!", "Aaaaaaaa1!", "Jiguandangwei1!"} {
		if !words.bar(p) {
			t.Errorf("%q is let through", p)
		}
	}
	for _, p := range []string{goodPassword, "Laoshan-2027-ok", "群众满意是最高标准Min2026", "correct-Horse-battery9", "Lantern-2026", "xK7#mQ2$vL9p",
		"Haijing-Lvse-81", "T9-brook-verdant", "明月几时有Ab12", "Wqr-58310274-tz"} {
		if words.bar(p) {
			t.Errorf("%q is barred", p)
		}
	}
}
