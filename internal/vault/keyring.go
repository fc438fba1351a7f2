package vault

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
)

// Keyring holds the master keys. The last one is current: it encrypts new keys.
// The keys stand behind a pointer, so that printing whatever holds a ring shows none.
type Keyring struct{ r *ring }

type ring struct {
	source string
	ids    []string
	keys   map[string]cipher.AEAD
}

// keyIDShape is short on purpose: a key pasted where its id belongs has 32
// characters, is refused, and is not repeated in the message.
var keyIDShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,23}$`)

type keyText struct {
	ID  string `json:"id"`
	Key string `json:"key"`
}

// ParseKeyring reads master keys, oldest first: either lines "id:key", where
// commas and semicolons may stand for line ends and # begins a comment, or JSON
// {"keys":[{"id":"2026a","key":"…"}]}. A key is 32 hexadecimal digits. Errors
// say where the fault is and never repeat a key.
func ParseKeyring(text string) (Keyring, error) {
	texts, err := splitKeys(text)
	if err != nil {
		return Keyring{}, err
	}
	if len(texts) == 0 {
		return Keyring{}, errors.New("vault: the key ring is empty: make a key with `vault new-key ID`")
	}
	r := &ring{source: "the key ring", keys: map[string]cipher.AEAD{}}
	seen := map[string]string{}
	for i, t := range texts {
		if err := r.add(t, seen); err != nil {
			return Keyring{}, fmt.Errorf("vault: key %d of %d: %w", i+1, len(texts), err)
		}
	}
	return Keyring{r}, nil
}

func (r *ring) add(t keyText, seen map[string]string) error {
	if !keyIDShape.MatchString(t.ID) {
		return errors.New("the id must have 1–24 letters, digits, dots, dashes or underscores")
	}
	if r.keys[t.ID] != nil {
		return fmt.Errorf("the id %s stands twice", t.ID)
	}
	raw, err := hex.DecodeString(t.Key)
	if err != nil || len(raw) != keySize {
		return fmt.Errorf("the key %s must be %d hexadecimal digits", t.ID, 2*keySize) // not err, which tells characters of the key
	}
	if other, twice := seen[string(raw)]; twice {
		return fmt.Errorf("the keys %s and %s are the same", other, t.ID)
	}
	seen[string(raw)] = t.ID
	if bytes.Count(raw, raw[:1]) == keySize {
		return fmt.Errorf("the key %s is one byte repeated, not a random key", t.ID)
	}
	r.ids = append(r.ids, t.ID)
	r.keys[t.ID], err = newAEAD(raw)
	return err
}

func splitKeys(text string) ([]keyText, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return jsonKeys(text)
	}
	var texts []keyText
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		for _, part := range strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ';' }) {
			part = strings.TrimSpace(part)
			if part == "" {
				continue
			}
			id, key, found := strings.Cut(part, ":")
			if !found {
				return nil, fmt.Errorf("vault: line %d of the key ring is not id:key", i+1)
			}
			texts = append(texts, keyText{strings.TrimSpace(id), strings.TrimSpace(key)})
		}
	}
	return texts, nil
}

func jsonKeys(text string) ([]keyText, error) {
	var doc struct {
		Keys []keyText `json:"keys"`
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	err := dec.Decode(&doc)
	if err == nil {
		if _, more := dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more after the end")
		}
	}
	if err != nil { // not repeated: it may quote the text
		return nil, errors.New(`vault: the key ring begins with { but is not JSON like {"keys":[{"id":"…","key":"…"}]}`)
	}
	return doc.Keys, nil
}

// From says where the ring was read, for messages: "the file …", "the variable …".
func (k Keyring) From(source string) Keyring {
	if k.r == nil {
		return k
	}
	r := *k.r
	r.source = source
	return Keyring{&r}
}

// Current is the id of the key that encrypts new keys; "" of an empty ring.
func (k Keyring) Current() string {
	if k.r == nil || len(k.r.ids) == 0 {
		return ""
	}
	return k.r.ids[len(k.r.ids)-1]
}

// IDs lists the keys' ids, oldest first.
func (k Keyring) IDs() []string {
	if k.r == nil {
		return nil
	}
	return append([]string(nil), k.r.ids...)
}

func (k Keyring) has(id string) bool { return k.r != nil && k.r.keys[id] != nil }

// Generate makes a master key and gives it as a line of a key ring, "id:key".
func Generate(id string) (line string, err error) {
	if !keyIDShape.MatchString(id) {
		return "", errors.New("vault: a key's id must have 1–24 letters, digits, dots, dashes or underscores")
	}
	raw := make([]byte, keySize)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("vault: make key: %w", err)
	}
	return id + ":" + hex.EncodeToString(raw), nil
}

// String, Format, MarshalText and LogValue give the keys' ids and no key.
func (k Keyring) String() string               { return "key ring [" + strings.Join(k.IDs(), " ") + "]" }
func (k Keyring) Format(s fmt.State, _ rune)   { _, _ = io.WriteString(s, k.String()) }
func (k Keyring) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
func (k Keyring) LogValue() slog.Value         { return slog.StringValue(k.String()) }
