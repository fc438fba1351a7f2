package vault

import (
	"encoding/hex"
	"testing"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
	"pgregory.net/rapid"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestPublishedVectors checks the library once as we call it.
func TestPublishedVectors(t *testing.T) {
	t.Parallel()
	key := unhex(t, "0123456789abcdeffedcba9876543210")
	block, err := sm4.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, 16)
	block.Encrypt(out, key)
	if got := hex.EncodeToString(out); got != "681edf34d206965e86b3e94f536e4246" { // GB/T 32907-2016, A.1
		t.Errorf("SM4: %s", got)
	}
	aead, err := newAEAD(key)
	if err != nil {
		t.Fatal(err)
	}
	plain := unhex(t, "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa")
	sealed := aead.Seal(nil, unhex(t, "00001234567800000000abcd"), plain, unhex(t, "feedfacedeadbeeffeedfacedeadbeefabaddad2"))
	const gcm = "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec"
	if got := hex.EncodeToString(sealed); got != gcm { // RFC 8998, A.1
		t.Errorf("SM4-GCM: %s", got)
	}
	sum := sm3.Sum([]byte("abc"))
	if got := hex.EncodeToString(sum[:]); got != "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" { // GB/T 32905-2016, A.1
		t.Errorf("SM3: %s", got)
	}
	mac := keyedDigest(unhex(t, "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"),
		"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopqabcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
	if got := hex.EncodeToString(mac); got != "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a" { // GM/T 0042-2015, D.3
		t.Errorf("HMAC-SM3: %s", got)
	}
}

// TestAnyBitFlipIsRefused: of the nonce, the text or what it is bound to.
func TestAnyBitFlipIsRefused(t *testing.T) {
	t.Parallel()
	aead, err := newAEAD(unhex(t, "0123456789abcdeffedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "plain")
		bound := rapid.SliceOfN(rapid.Byte(), 1, 60).Draw(t, "bound")
		s, err := seal(aead, plain, bound)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := unseal(aead, s, bound); err != nil || string(got) != string(plain) {
			t.Fatalf("unchanged: %v", err)
		}
		where := rapid.SampledFrom([][]byte{s.nonce, s.text, bound}).Draw(t, "where")
		bit := rapid.IntRange(0, 8*len(where)-1).Draw(t, "bit")
		where[bit/8] ^= 1 << (bit % 8)
		if _, err := unseal(aead, s, bound); err == nil {
			t.Fatal("a changed text was opened")
		}
	})
}

func TestDigestsOfFieldsDiffer(t *testing.T) {
	t.Parallel()
	key := make([]byte, indexKeySize)
	if string(digest(key, Phone, "1")) == string(digest(key, Email, "1")) {
		t.Error("one value has the same digest in two fields")
	}
}
