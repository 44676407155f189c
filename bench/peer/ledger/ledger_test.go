package ledger

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

const (
	chainID = "peer-test"
	nowMs   = 1_763_900_000_000
)

type account struct {
	public  ed25519.PublicKey
	private ed25519.PrivateKey
}

func newAccount(t *testing.T) account {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return account{public, private}
}

func (a account) key() []byte {
	return append([]byte{kindEd25519}, a.public...)
}

func (a account) address() Address {
	hashed := tagAddress.hash(a.key())
	return Address(hashed[:addressBytes])
}

// order is a transfer that is right unless a test changes something.
type order struct {
	chainID   string
	sender    Address
	nonce     uint64
	expiresMs uint64
	method    string
	to        Address
	amount    uint64
	memo      string
}

func orderOf(from account, to Address, amount uint64) order {
	return order{chainID, from.address(), 1, nowMs + 1, "transfer", to, amount, ""}
}

func (o order) signedBy(signers ...account) []byte {
	text := func(to []byte, value string) []byte {
		if len(value) < 32 {
			return append(append(to, 0xa0|byte(len(value))), value...)
		}
		return append(append(to, 0xd9, byte(len(value))), value...)
	}
	blob := func(to, value []byte) []byte { return append(append(to, 0xc4, byte(len(value))), value...) }
	body := text([]byte{0x98, 0x01}, o.chainID)
	body = packUint(packUint(blob(body, o.sender[:]), o.nonce), o.expiresMs)
	body = append(text(text(body, "cbdc"), o.method), 0x93)
	body = text(packUint(blob(body, o.to[:]), o.amount), o.memo)
	raw := append(blob([]byte{0x92}, body), 0x90|byte(len(signers)))
	signed := tagTx.hash(body)
	for _, signer := range signers {
		raw = blob(append(raw, 0x92), signer.key())
		raw = blob(raw, ed25519.Sign(signer.private, signed[:]))
	}
	return raw
}

func funded(t *testing.T, payer account) *Ledger {
	t.Helper()
	ledger := New(chainID)
	address := payer.address()
	document := `{"balances": {"` + hex.EncodeToString(address[:]) + `": 100}}`
	if _, err := ledger.Found([]byte(document)); err != nil {
		t.Fatal(err)
	}
	return ledger
}

func TestATransferIsRefusedByTheCheckThatFailsFirst(t *testing.T) {
	payer, payee := newAccount(t), newAccount(t)
	right := orderOf(payer, payee.address(), 5)
	change := func(with func(*order)) []byte {
		changed := right
		with(&changed)
		return changed.signedBy(payer)
	}
	flipped := right.signedBy(payer)
	flipped[len(flipped)-64] ^= 1
	cases := map[string]struct {
		raw  []byte
		want error
	}{
		"right":             {right.signedBy(payer), nil},
		"another chain":     {change(func(o *order) { o.chainID = "other" }), errWrongChain},
		"expired":           {change(func(o *order) { o.expiresMs = nowMs }), errExpired},
		"too far ahead":     {change(func(o *order) { o.expiresMs = nowMs + 600_001 }), errExpiresTooLate},
		"another method":    {change(func(o *order) { o.method = "issue" }), errUnknownMethod},
		"nothing moved":     {change(func(o *order) { o.amount = 0 }), errWrongArguments},
		"too much":          {change(func(o *order) { o.amount = amountSatangMax + 1 }), errWrongArguments},
		"a control":         {change(func(o *order) { o.memo = "a\x07" }), errBadText},
		"not composed":      {change(func(o *order) { o.memo = "e\u0301" }), errBadText},
		"no signature":      {right.signedBy(), errMissingSignature},
		"another's key":     {right.signedBy(payee), errForeignSignature},
		"a wrong signature": {flipped, errBadSignature},
		"nothing":           {nil, errNotCanonical},
	}
	for name, each := range cases {
		if _, err := funded(t, payer).Check(each.raw, nowMs); !errors.Is(err, each.want) {
			t.Errorf("%s: %v, wanted %v", name, err, each.want)
		}
	}
}

func TestMoneyMovesOnceAndOnlyWhereThereIsEnough(t *testing.T) {
	payer, payee := newAccount(t), newAccount(t)
	ledger := funded(t, payer)
	raws := [][]byte{
		orderOf(payer, payee.address(), 60).signedBy(payer),
		orderOf(payer, payee.address(), 41).signedBy(payer),
		orderOf(payer, payer.address(), 1).signedBy(payer),
	}
	wanted := []error{nil, errInsufficientFunds, errSelfTransfer}

	block, calls := ledger.Begin(), []*Call{}
	for number, raw := range raws {
		call, err := ledger.Check(raw, nowMs)
		if err != nil {
			t.Fatal(err)
		}
		if err := block.Execute(call); !errors.Is(err, wanted[number]) {
			t.Errorf("transfer %d: %v, wanted %v", number, err, wanted[number])
		}
		calls = append(calls, call)
	}
	block.Finish(raws, calls, nowMs)

	if ledger.balances[payer.address()] != 40 || ledger.balances[payee.address()] != 60 {
		t.Errorf("balances are %v", ledger.balances)
	}
	if _, err := ledger.Check(raws[0], nowMs); !errors.Is(err, errReplayed) {
		t.Errorf("the same bytes again: %v", err)
	}
}

func TestASignatureIsVerifiedOnceUntilItsBlock(t *testing.T) {
	payer := newAccount(t)
	ledger := funded(t, payer)
	raw := orderOf(payer, newAccount(t).address(), 1).signedBy(payer)

	for range 3 {
		if _, err := ledger.Check(raw, nowMs); err != nil {
			t.Fatal(err)
		}
	}

	if count := ledger.Checks.Load(); count != 1 {
		t.Errorf("%d signature checks", count)
	}
}

func TestALedgerThatIsRestoredRemembersWhatHasNotExpired(t *testing.T) {
	payer := newAccount(t)
	ledger := funded(t, payer)
	raw := orderOf(payer, newAccount(t).address(), 1).signedBy(payer)

	ledger.Remember([][]byte{raw}, nowMs)

	if _, err := ledger.Check(raw, nowMs); !errors.Is(err, errReplayed) {
		t.Errorf("known from a block: %v", err)
	}
}

func TestAnAccountThatPaysAllHasNoEntry(t *testing.T) {
	payer, payee := newAccount(t), newAccount(t)
	ledger := funded(t, payer)
	call, err := ledger.Check(orderOf(payer, payee.address(), 100).signedBy(payer), nowMs)
	if err != nil {
		t.Fatal(err)
	}
	block := ledger.Begin()
	if err := block.Execute(call); err != nil {
		t.Fatal(err)
	}
	block.Finish(nil, nil, nowMs)

	if ledger.tree.count != 1 || ledger.balances[payee.address()] != 100 {
		t.Errorf("%d keys, balances %v", ledger.tree.count, ledger.balances)
	}
}
