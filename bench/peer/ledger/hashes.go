package ledger

import (
	"bytes"
	"crypto/sha256"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// Hash is SHA-256 under one of the protocol's tags: docs/protocol.md#hashes.
type Hash [sha256.Size]byte

// tag is what is hashed before the data: "sapha/", the tag, "/v1" and a zero byte.
type tag []byte

func newTag(name string) tag { return tag("sapha/" + name + "/v1\x00") }

var (
	tagAddress    = newTag("address")
	tagTx         = newTag("tx")
	tagTxID       = newTag("txid")
	tagStateKey   = newTag("state-key")
	tagStateValue = newTag("state-value")
	tagStateLeaf  = newTag("state-leaf")
	tagStateInner = newTag("state-inner")
	tagStateRoot  = newTag("state-root")
)

const hashedOnStackMax = 1280

// hash returns H(tag, parts joined).
func (t tag) hash(parts ...[]byte) Hash {
	var stack [hashedOnStackMax]byte
	data := append(stack[:0], t...)
	for _, part := range parts {
		data = append(data, part...)
	}
	return sha256.Sum256(data)
}

// libsodium's rules, which every validator of ours checks by: reduced scalar, canonical key of
// large order, R compared byte for byte. What R may not be is in smallOrder.
var verifyOptions = &ed25519.Options{Verify: &ed25519.VerifyOptions{
	AllowSmallOrderR:   true,
	CofactorlessVerify: true,
}}

// smallOrder are the canonical encodings of the eight points of small order, without the sign.
var smallOrder = [][32]byte{
	{1},
	{},
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
		0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
	{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
}

// verifies says whether signature is the key's over H(tag, data), by the same rules as ours.
func verifies(key []byte, t tag, data []byte, signature []byte) bool {
	if len(key) != ed25519.PublicKeySize || len(signature) != ed25519.SignatureSize {
		return false
	}
	for _, point := range smallOrder {
		if signature[31]&0x7f == point[31] && bytes.Equal(signature[:31], point[:31]) {
			return false
		}
	}
	signed := t.hash(data)
	return ed25519.VerifyWithOptions(key, signed[:], signature, verifyOptions)
}
