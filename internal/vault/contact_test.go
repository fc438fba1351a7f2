package vault

import (
	"bytes"
	"database/sql/driver"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// secrets are looked for in any letter case and in hexadecimal.
func tells(text string, secrets ...string) string {
	for _, s := range secrets {
		for _, form := range []string{s, fmt.Sprintf("%x", s), fmt.Sprintf("%+q", s)} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(strings.Trim(form, `"`))) {
				return s
			}
		}
	}
	return ""
}

// TestNothingPrintsItself prints a contact and a key ring every way, alone and
// inside of things, exported and not.
func TestNothingPrintsItself(t *testing.T) {
	t.Parallel()
	secrets := []string{"张三丰", "13800001234", "zhang@example.com", "奎文区", "370700199001011212", keyA, strings.ToLower(keyB)}
	c := Contact{Hide("张三丰"), Hide("13800001234"), Hide("zhang@example.com"), Hide("奎文区"), Hide("370700199001011212"), Hide("验证码 123456")}
	k, err := ParseKeyring("2025a:" + keyA + "\n2026a:" + keyB)
	if err != nil {
		t.Fatal(err)
	}
	v := &Vault{index: []byte(keyA)}
	v.keys.Store(&k)
	type inside struct {
		C     Contact
		P     *Contact
		T     Text
		K     Keyring
		V     *Vault
		c     Contact
		p     *Contact
		t     Text
		k     Keyring
		list  []Contact
		named map[string]Contact
	}
	in := inside{c, &c, c.Name, k, v, c, &c, c.Phone, k, []Contact{c}, map[string]Contact{"a": c}}
	entry := Entry{Kind: "contact", Contact: c}
	for name, thing := range map[string]any{"contact": c, "pointer": &c, "text": c.Name, "ring": k, "ring pointer": &k, "vault": v,
		"inside": in, "inside pointer": &in, "list": []Contact{c}, "entry": entry, "map": map[string]any{"contact": c}} {
		for how, text := range printed(thing) {
			if secret := tells(text, secrets...); secret != "" {
				t.Errorf("%s of %s tells %s: %s", how, name, secret, text)
			}
		}
	}
	if _, err := driver.DefaultParameterConverter.ConvertValue(c.Phone); err == nil || tells(err.Error(), secrets...) != "" {
		t.Errorf("a text goes into a query: %v", err)
	}
}

func printed(thing any) map[string]string {
	ways := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%+q", "%x", "%X", "% x", "%d", "%T", "%10.3s", "%!", "%w"} {
		ways[verb] = fmt.Sprintf(verb, thing)
	}
	ways["Sprint"] = fmt.Sprint(thing)
	ways["error"] = fmt.Errorf("wrapped: %w", fmt.Errorf("%v", thing)).Error()
	text, err := json.Marshal(thing)
	ways["json"] = fmt.Sprint(string(text), err)
	text, err = xml.Marshal(thing)
	ways["xml"] = fmt.Sprint(string(text), err)
	var out bytes.Buffer
	err = gob.NewEncoder(&out).Encode(thing)
	ways["gob"] = fmt.Sprint(out.String(), err)
	for name, handler := range map[string]func(io.Writer) slog.Handler{
		"slog json": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
		"slog text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
	} {
		var out bytes.Buffer
		slog.New(handler(&out)).Info("x", "thing", thing, "group", slog.GroupValue(slog.Any("inner", thing)))
		ways[name] = out.String()
	}
	out.Reset()
	err = template.Must(template.New("").Parse(`{{.}}<script>var x = {{.}}</script>`)).Execute(&out, thing)
	ways["template"] = fmt.Sprint(out.String(), err)
	return ways
}

func TestContactsCompareByText(t *testing.T) {
	t.Parallel()
	a, b := Contact{Name: Hide("张三")}, Contact{Name: Hide("张三")}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(a, Contact{Name: Hide("李四")}); diff == "" || tells(diff, "张三", "李四") != "" {
		t.Errorf("difference of two names: %q", diff)
	}
}

func TestEncodeAndDecode(t *testing.T) {
	t.Parallel()
	c := Contact{Hide(" 张三 "), Hide("13800001234"), Text{}, Hide("潍坊\n奎文"), Hide("\"}"), Text{}}
	text, err := c.encode()
	if err != nil || len(text)%padTo != 0 {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	got, err := decode(text)
	want := Contact{Hide("张三"), Hide("13800001234"), Text{}, Hide("潍坊\n奎文"), Hide("\"}"), Text{}}
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("another contact: %v", err)
	}
	for _, broken := range []string{"", `{"name":"张三`, `{"phone":["13800001234"]}`, `"张三"`} {
		if _, err := decode([]byte(broken)); err == nil || tells(err.Error(), "张", "138") != "" {
			t.Errorf("%s: %v", broken, err)
		}
	}
	if err := c.check(); err != nil {
		t.Error(err)
	}
}
