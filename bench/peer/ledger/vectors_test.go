package ledger

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// readVectors reads one of the protocol's files of examples.
func readVectors(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "tests", "vectors", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// unhex is bytes in hex.
type unhex []byte

func (u *unhex) UnmarshalText(text []byte) error {
	data, err := hex.DecodeString(string(text))
	*u = data
	return err
}

func TestCanonicalBytesAreReadAndNoOthers(t *testing.T) {
	var vectors struct {
		Canonical []struct{ Bytes unhex }
		Refused   []struct {
			Why   string
			Bytes unhex
		}
	}
	readVectors(t, "encoding", &vectors)

	for _, each := range vectors.Canonical {
		if err := checkCanonical(each.Bytes); err != nil {
			t.Errorf("%x is refused: %v", []byte(each.Bytes), err)
		}
	}
	for _, each := range vectors.Refused {
		if err := checkCanonical(each.Bytes); err == nil {
			t.Errorf("%s is accepted: %x", each.Why, []byte(each.Bytes))
		}
	}
	if len(vectors.Canonical) == 0 || len(vectors.Refused) == 0 {
		t.Error("there are no vectors")
	}
}

func TestHashesAreTaggedAsTheProtocolSays(t *testing.T) {
	var vectors []struct {
		Tag          string
		Data, Digest unhex
	}
	readVectors(t, "hashes", &vectors)

	for _, each := range vectors {
		if hashed := newTag(each.Tag).hash(each.Data); string(hashed[:]) != string(each.Digest) {
			t.Errorf("H(%q, %x) is %x", each.Tag, []byte(each.Data), hashed)
		}
	}
}

func TestTransactionsAreReadAsOursAre(t *testing.T) {
	var vectors []struct {
		ChainID       string `json:"chain_id"`
		Sender        unhex
		Nonce         json.Number
		Contract      string
		Method        string
		Body, Raw     unhex
		TransactionID unhex `json:"transaction_id"`
		Signatures    [][2]unhex
	}
	readVectors(t, "transactions", &vectors)

	for _, each := range vectors {
		read, err := decodeTransaction(each.Raw)
		if err != nil {
			t.Fatalf("%x is refused: %v", []byte(each.Raw), err)
		}
		isSame := string(read.ID[:]) == string(each.TransactionID) &&
			string(read.Body) == string(each.Body) && read.ChainID == each.ChainID &&
			string(read.Sender[:]) == string(each.Sender) && read.Contract == each.Contract &&
			read.Method == each.Method && len(read.Signatures) == len(each.Signatures)
		if !isSame {
			t.Errorf("%x is read as %+v", []byte(each.Raw), read)
		}
		for place, signed := range each.Signatures {
			got := read.Signatures[place]
			if string(got.Key) != string(signed[0]) || string(got.Signature) != string(signed[1]) {
				t.Errorf("signature %d is read as %+v", place, got)
			}
			if !verifies(got.Key[1:], tagTx, read.Body, got.Signature) {
				t.Errorf("signature %d does not verify", place)
			}
		}
	}
}

func TestEveryCutOrLongerTransactionIsRefused(t *testing.T) {
	var vectors []struct{ Raw unhex }
	readVectors(t, "transactions", &vectors)

	for _, each := range vectors {
		for end := range each.Raw {
			if _, err := decodeTransaction(each.Raw[:end]); err == nil {
				t.Errorf("the first %d of %d bytes are accepted", end, len(each.Raw))
			}
		}
		if _, err := decodeTransaction(append(each.Raw, 0xc0)); err == nil {
			t.Error("a byte after a transaction is accepted")
		}
	}
}

func TestSignaturesVerifyByOurRules(t *testing.T) {
	var vectors []struct {
		Why            string
		Key, Signature unhex
		Verifies       bool
	}
	readVectors(t, "signatures", &vectors)

	for _, each := range vectors {
		if got := verifies(each.Key, tagTx, []byte("abc"), each.Signature); got != each.Verifies {
			t.Errorf("%s: verifies is %v", each.Why, got)
		}
	}
	if len(vectors) == 0 {
		t.Error("there are no vectors")
	}
}

type batch struct {
	Changes [][2]*unhex
	Count   uint64
	Root    unhex
}

func (b *batch) writes() []Write {
	var writes []Write
	for _, change := range b.Changes {
		if change[1] == nil {
			writes = append(writes, removalOf(*change[0]))
		} else {
			writes = append(writes, writeOf(*change[0], *change[1]))
		}
	}
	return writes
}

func TestRootsAreThoseOfTheShapeRuleAfterEveryBatch(t *testing.T) {
	var batches []batch
	readVectors(t, "state_changes", &batches)

	tree := newTree()
	for number := range batches {
		each := &batches[number]
		tree.apply(each.writes())
		root := tree.root()
		if string(root[:]) != string(each.Root) || tree.count != each.Count {
			t.Fatalf("after batch %d: count %d, root %x", number, tree.count, root)
		}
	}
	if len(batches) == 0 {
		t.Error("there are no vectors")
	}
}

func TestTheRootOfAStateIsThatOfTheProtocol(t *testing.T) {
	var vectors struct {
		State     [][2]unhex
		StateRoot unhex `json:"state_root"`
		EmptyRoot unhex `json:"empty_state_root"`
	}
	readVectors(t, "state_proofs", &vectors)

	tree := newTree()
	if root := tree.root(); string(root[:]) != string(vectors.EmptyRoot) {
		t.Errorf("of nothing: %x", root)
	}
	var writes []Write
	for _, pair := range vectors.State {
		writes = append(writes, writeOf(pair[0], pair[1]))
	}
	tree.apply(writes)
	if root := tree.root(); string(root[:]) != string(vectors.StateRoot) {
		t.Errorf("of %d keys: %x", len(writes), root)
	}
}

func TestARestartedLedgerHasTheRootThatTheRowsWereWrittenUnder(t *testing.T) {
	var batches []batch
	readVectors(t, "state_changes", &batches)
	folder := t.TempDir()

	for number := range batches {
		each := &batches[number]
		rows, err := OpenRows(folder)
		if err != nil {
			t.Fatal(err)
		}
		_, before, err := rows.Load()
		if err != nil {
			t.Fatal(err)
		}
		tree := newTree()
		tree.apply(before)
		writes := each.writes()
		tree.apply(writes)
		if err := rows.Commit(int64(number), writes); err != nil {
			t.Fatal(err)
		}
		if root := tree.root(); string(root[:]) != string(each.Root) {
			t.Fatalf("after batch %d and a restart: root %x", number, root)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
