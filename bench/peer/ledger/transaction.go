package ledger

import (
	"bytes"
	"errors"
	"math"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	addressBytes = 20
	keyBytes     = 33
	kindEd25519  = 1 // the only kind of key that this application knows
)

// Address names an account: the first 20 bytes of H("address", public key).
type Address [addressBytes]byte

// Signed is one signature of a transaction.
type Signed struct {
	Key       []byte // the kind 01 and an Ed25519 key: 33 bytes
	Signature []byte // 64 bytes
}

// Transaction is decoded; its signatures are well-formed and not yet verified.
type Transaction struct {
	ID          Hash
	Body        []byte
	ChainID     string
	Sender      Address
	Nonce       uint64
	ExpiresAtMs uint64
	Contract    string
	Method      string
	Args        []byte // canonical msgpack of the array
	Signatures  []Signed
}

var (
	errBadShape          = errors.New("BAD_SHAPE")
	errBadVersion        = errors.New("BAD_VERSION")
	errRepeatedSignature = errors.New("REPEATED_SIGNATURE")
	errWrongArguments    = errors.New("WRONG_ARGUMENTS")
	errBadText           = errors.New("BAD_TEXT")
)

// decodeTransaction reads [body, [[key, signature], ...]]: docs/protocol.md#transactions.
func decodeTransaction(raw []byte) (*Transaction, error) {
	if len(raw) > transactionBytesMax {
		return nil, errTooLarge
	}
	if err := checkCanonical(raw); err != nil {
		return nil, err
	}
	r := reader{data: raw}
	if err := r.array(2, errBadShape); err != nil {
		return nil, err
	}
	body, err := r.blob(-1, errBadShape)
	if err != nil {
		return nil, err
	}
	if err := checkCanonical(body); err != nil {
		return nil, err
	}
	made := &Transaction{Body: body, ID: tagTxID.hash(body)}
	if err := made.readBody(); err != nil {
		return nil, err
	}
	return made, made.readSignatures(&r)
}

// checkCanonical walks over bytes that must be one value of the encoding, within its bounds.
func checkCanonical(data []byte) error {
	r, items := reader{data: data}, 0
	if err := r.skip(0, &items); err != nil {
		return err
	}
	return r.end()
}

func (t *Transaction) readBody() error {
	r := reader{data: t.Body}
	if err := r.array(8, errBadShape); err != nil {
		return err
	}
	_, err := r.unsigned(1, 1, errBadVersion)
	if err == nil {
		t.ChainID, err = r.name(chainIDCharsMax, errBadShape)
	}
	var sender []byte
	if err == nil {
		sender, err = r.blob(addressBytes, errBadShape)
	}
	if err == nil {
		t.Nonce, err = r.unsigned(0, math.MaxUint64, errBadShape)
	}
	if err == nil {
		t.ExpiresAtMs, err = r.unsigned(0, math.MaxUint64, errBadShape)
	}
	if err == nil {
		t.Contract, err = r.name(nameCharsMax, errBadShape)
	}
	if err == nil {
		t.Method, err = r.name(nameCharsMax, errBadShape)
	}
	if err != nil {
		return err
	}
	t.Sender, t.Args = Address(sender), t.Body[r.at:]
	if head, err := r.next(); err != nil || head.kind != kindArray {
		return errBadShape
	}
	return nil
}

func (t *Transaction) readSignatures(r *reader) error {
	list, err := r.next()
	if err != nil || list.kind != kindArray || list.number > signaturesMax {
		return errBadShape
	}
	t.Signatures = make([]Signed, list.number)
	var before []byte
	for at := range t.Signatures {
		if err := r.array(2, errBadShape); err != nil {
			return err
		}
		key, err := r.blob(keyBytes, errBadShape)
		if err != nil {
			return err
		}
		if key[0] != kindEd25519 {
			return errBadShape
		}
		signature, err := r.blob(64, errBadShape)
		if err != nil {
			return err
		}
		if bytes.Compare(key, before) <= 0 {
			return errRepeatedSignature
		}
		before = key
		t.Signatures[at] = Signed{Key: key, Signature: signature}
	}
	return nil
}

// Transfer is the message of cbdc.transfer. Amounts are satang.
type Transfer struct {
	To     Address
	Amount uint64
	Memo   string
}

// readTransfer reads the arguments [to, amount, memo].
func readTransfer(args []byte) (Transfer, error) {
	r := reader{data: args}
	if err := r.array(3, errWrongArguments); err != nil {
		return Transfer{}, err
	}
	to, err := r.blob(addressBytes, errWrongArguments)
	if err != nil {
		return Transfer{}, err
	}
	amount, err := r.unsigned(1, amountSatangMax, errWrongArguments)
	if err != nil {
		return Transfer{}, err
	}
	memo, err := r.next()
	if err != nil || memo.kind != kindText || utf8.RuneCount(memo.data) > memoCharsMax {
		return Transfer{}, errWrongArguments
	}
	return Transfer{To: Address(to), Amount: amount, Memo: string(memo.data)}, checkText(memo.data)
}

// checkText refuses what is not printable or not in Normalization Form C. The loads are ASCII:
// for other text the tables are Go's, where the protocol has those of Unicode 3.2.
func checkText(text []byte) error {
	for _, each := range string(text) {
		isJoiner := each == 0x200c || each == 0x200d
		if !isJoiner && each != ' ' && !unicode.IsPrint(each) && !unicode.Is(unicode.Zs, each) {
			return errBadText
		}
	}
	if !norm.NFC.IsNormal(text) {
		return errBadText
	}
	return nil
}
