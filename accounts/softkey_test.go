package accounts

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// softKey is an authenticator in software: one ES256 key, a counter, and somebody
// who always presses the button (WebAuthn §6).
type softKey struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	rp     string
	origin string
	count  uint32
	flags  byte // 1 present, 4 verified
}

func newSoftKey(t *testing.T) *softKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &softKey{t: t, key: key, id: randomBytes(32), rp: "pj.example.gov.cn", origin: "https://pj.example.gov.cn", count: 1, flags: 1 | 4}
}

var b64 = base64.RawURLEncoding

func (k *softKey) client(kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": k.origin, "crossOrigin": false})
	if err != nil {
		k.t.Fatal(err)
	}
	return text
}

func (k *softKey) data(flags byte) []byte {
	sum := sha256.Sum256([]byte(k.rp))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), k.count)
}

func (k *softKey) answer(response map[string]any) string {
	text, err := json.Marshal(map[string]any{"id": b64.EncodeToString(k.id), "rawId": b64.EncodeToString(k.id), "type": "public-key",
		"response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		k.t.Fatal(err)
	}
	return string(text)
}

// create answers a ceremony for a new key.
func (k *softKey) create(options []byte) string {
	k.t.Helper()
	var o struct {
		Challenge string
		User      struct{ ID string }
	}
	if err := json.Unmarshal(options, &o); err != nil {
		k.t.Fatal(err)
	}
	k.handle, _ = b64.DecodeString(o.User.ID)
	public, err := k.key.PublicKey.Bytes() // 04 x y
	if err != nil {
		k.t.Fatal(err)
	}
	cose := append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, public[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 32), public[33:]...)
	data := append(k.data(k.flags|0x40), make([]byte, 16)...)
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(k.id))), append(bytes.Clone(k.id), cose...)...)
	object := []byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58")
	object = append(append(object, byte(len(data))), data...)
	return k.answer(map[string]any{"clientDataJSON": b64.EncodeToString(k.client("webauthn.create", o.Challenge)),
		"attestationObject": b64.EncodeToString(object)})
}

// get answers a ceremony for a signature; each counts one on.
func (k *softKey) get(options []byte) string {
	k.t.Helper()
	var o struct{ Challenge string }
	if err := json.Unmarshal(options, &o); err != nil {
		k.t.Fatal(err)
	}
	if k.count > 0 {
		k.count++
	}
	client, data := k.client("webauthn.get", o.Challenge), k.data(k.flags)
	clientSum := sha256.Sum256(client)
	sum := sha256.Sum256(append(bytes.Clone(data), clientSum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.key, sum[:])
	if err != nil {
		k.t.Fatal(err)
	}
	return k.answer(map[string]any{"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data),
		"signature": b64.EncodeToString(signature), "userHandle": b64.EncodeToString(k.handle)})
}
