// Package ledger is what our validators do with a transfer: strict decoding, checks, balances under
// the state tree, rows on disk. It knows nothing of who orders blocks. Source: docs/protocol.md.
package ledger

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

var (
	errWrongChain        = errors.New("WRONG_CHAIN")
	errExpired           = errors.New("EXPIRED")
	errExpiresTooLate    = errors.New("EXPIRES_TOO_LATE")
	errReplayed          = errors.New("REPLAYED")
	errUnknownMethod     = errors.New("UNKNOWN_METHOD")
	errBadSignature      = errors.New("BAD_SIGNATURE")
	errMissingSignature  = errors.New("MISSING_SIGNATURE")
	errForeignSignature  = errors.New("FOREIGN_SIGNATURE")
	errSelfTransfer      = errors.New("SELF_TRANSFER")
	errInsufficientFunds = errors.New("INSUFFICIENT_FUNDS")
)

const (
	balancesPrefix = "cbdc\x00balances\x00"
	verifiedMax    = 100_000
)

// Call is a transfer whose form, sender and signatures have been checked: by its bytes alone.
type Call struct {
	ID          Hash
	Sender      Address
	ExpiresAtMs uint64
	Transfer    Transfer
}

// Ledger holds balances under the state tree. One goroutine executes; any may check.
type Ledger struct {
	chainID  string
	tree     *Tree
	balances map[Address]uint64
	recent   *recent
	verified *verified
	Checks   atomic.Uint64 // signatures verified since the start
}

// New returns an empty ledger of a network.
func New(chainID string) *Ledger {
	return &Ledger{
		chainID:  chainID,
		tree:     newTree(),
		balances: map[Address]uint64{},
		recent:   &recent{minutes: map[uint64]map[Hash]struct{}{}},
		verified: &verified{calls: map[string]*Call{}},
	}
}

// Genesis is the application's part of the genesis document: addresses in hex with satang.
type Genesis struct {
	Balances map[string]uint64 `json:"balances"`
}

// Found makes the first state and returns its writes.
func (l *Ledger) Found(document []byte) ([]Write, error) {
	var genesis Genesis
	if err := json.Unmarshal(document, &genesis); err != nil {
		return nil, fmt.Errorf("the genesis balances: %w", err)
	}
	touched := make(map[Address]uint64, len(genesis.Balances))
	for shown, satang := range genesis.Balances {
		data, err := hex.DecodeString(shown)
		if err != nil || len(data) != addressBytes {
			return nil, fmt.Errorf("genesis address %q is not 20 bytes of hex", shown)
		}
		touched[Address(data)] = satang
	}
	return l.put(touched), nil
}

// Restore takes over the state that the rows held.
func (l *Ledger) Restore(writes []Write) {
	for _, each := range writes {
		r := reader{data: each.value}
		if amount, err := r.unsigned(0, amountSatangMax, errBadShape); err == nil {
			l.balances[Address([]byte(each.key[len(balancesPrefix):]))] = amount
		}
	}
	l.tree.apply(writes)
}

// Check returns the call of raw bytes that may be in a block at nowMs, or why not; the order of
// checks is that of docs/protocol.md#checks-in-order. Signatures are verified once.
func (l *Ledger) Check(raw []byte, nowMs uint64) (*Call, error) {
	if call := l.verified.find(raw); call != nil {
		return call, l.mayStand(call, nowMs)
	}
	transaction, err := decodeTransaction(raw)
	if err != nil {
		return nil, err
	}
	call := &Call{
		ID: transaction.ID, Sender: transaction.Sender, ExpiresAtMs: transaction.ExpiresAtMs,
	}
	if transaction.ChainID != l.chainID {
		return nil, errWrongChain
	}
	if err := l.mayStand(call, nowMs); err != nil {
		return nil, err
	}
	if transaction.Contract != "cbdc" || transaction.Method != "transfer" {
		return nil, errUnknownMethod
	}
	if call.Transfer, err = readTransfer(transaction.Args); err != nil {
		return nil, err
	}
	if err := l.checkSignatures(transaction); err != nil {
		return nil, err
	}
	l.verified.keep(raw, call)
	return call, nil
}

// mayStand checks what time and other transactions decide: expiry and repetition.
func (l *Ledger) mayStand(call *Call, nowMs uint64) error {
	switch {
	case call.ExpiresAtMs <= nowMs:
		return errExpired
	case call.ExpiresAtMs > nowMs+ExpiryAheadMsMax:
		return errExpiresTooLate
	case l.recent.has(call):
		return errReplayed
	}
	return nil
}

// checkSignatures checks that the one key of the sender's address has signed, and no other.
func (l *Ledger) checkSignatures(transaction *Transaction) error {
	if len(transaction.Signatures) == 0 {
		return errMissingSignature
	}
	for _, each := range transaction.Signatures {
		l.Checks.Add(1)
		if !verifies(each.Key[1:], tagTx, transaction.Body, each.Signature) {
			return errBadSignature
		}
	}
	for _, each := range transaction.Signatures {
		hashed := tagAddress.hash(each.Key)
		if Address(hashed[:addressBytes]) != transaction.Sender {
			return errForeignSignature
		}
	}
	return nil
}

// Block collects what the transfers of one block change.
type Block struct {
	ledger  *Ledger
	touched map[Address]uint64
}

// Begin returns a block that changes nothing yet.
func (l *Ledger) Begin() *Block { return &Block{l, map[Address]uint64{}} }

// Execute moves the money, or returns why it does not move.
func (b *Block) Execute(call *Call) error {
	to, amount := call.Transfer.To, call.Transfer.Amount
	if to == call.Sender {
		return errSelfTransfer
	}
	have := b.balance(call.Sender)
	if have < amount {
		return errInsufficientFunds
	}
	b.touched[call.Sender] = have - amount
	b.touched[to] = b.balance(to) + amount
	return nil
}

func (b *Block) balance(address Address) uint64 {
	if satang, isTouched := b.touched[address]; isTouched {
		return satang
	}
	return b.ledger.balances[address]
}

// Finish makes a block's changes true, which holds these transactions, and returns its writes.
func (b *Block) Finish(raws [][]byte, calls []*Call, nowMs uint64) []Write {
	b.ledger.recent.add(calls, nowMs)
	b.ledger.verified.drop(raws)
	return b.ledger.put(b.touched)
}

// Remember notes the transactions of a block that was committed before this start.
func (l *Ledger) Remember(raws [][]byte, nowMs uint64) {
	calls := make([]*Call, 0, len(raws))
	for _, raw := range raws {
		if transaction, err := decodeTransaction(raw); err == nil {
			calls = append(calls, &Call{ID: transaction.ID, ExpiresAtMs: transaction.ExpiresAtMs})
		}
	}
	l.recent.add(calls, nowMs)
}

// Root returns the state root: 32 bytes.
func (l *Ledger) Root() []byte {
	root := l.tree.root()
	return root[:]
}

// put makes balances true and returns the writes that the tree has applied.
func (l *Ledger) put(touched map[Address]uint64) []Write {
	writes := make([]Write, 0, len(touched))
	for address, satang := range touched {
		key := append([]byte(balancesPrefix), address[:]...)
		if satang == 0 {
			writes = append(writes, removalOf(key))
			delete(l.balances, address)
			continue
		}
		writes = append(writes, writeOf(key, packUint(nil, satang)))
		l.balances[address] = satang
	}
	l.tree.apply(writes)
	return writes
}

// recent knows the transactions of blocks that have not expired, by the minute of their expiry.
type recent struct {
	mutex   sync.RWMutex
	minutes map[uint64]map[Hash]struct{}
}

const minuteMs = 60_000

func (r *recent) has(call *Call) bool {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	_, isThere := r.minutes[call.ExpiresAtMs/minuteMs][call.ID]
	return isThere
}

// add notes the calls of a block at nowMs and forgets what had expired by then.
func (r *recent) add(calls []*Call, nowMs uint64) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, call := range calls {
		minute := call.ExpiresAtMs / minuteMs
		if r.minutes[minute] == nil {
			r.minutes[minute] = map[Hash]struct{}{}
		}
		r.minutes[minute][call.ID] = struct{}{}
	}
	for minute := range r.minutes {
		if minute < nowMs/minuteMs {
			delete(r.minutes, minute)
		}
	}
}

// verified holds checked calls by their raw bytes until a block holds them.
type verified struct {
	mutex sync.RWMutex
	calls map[string]*Call
}

func (v *verified) find(raw []byte) *Call {
	v.mutex.RLock()
	defer v.mutex.RUnlock()
	return v.calls[string(raw)]
}

func (v *verified) keep(raw []byte, call *Call) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	for other := range v.calls {
		if len(v.calls) < verifiedMax {
			break
		}
		delete(v.calls, other)
	}
	v.calls[string(raw)] = call
}

func (v *verified) drop(raws [][]byte) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	for _, raw := range raws {
		delete(v.calls, string(raw))
	}
}
