package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/opt"
	"github.com/syndtr/goleveldb/leveldb/util"
)

// Rows on disk, as a validator of ours has them: `e` and a key hash hold the content, `s` and a
// state key a long value or nothing, `m` the height of the last committed block.
const (
	rowEntry = 'e'
	rowState = 's'
	rowHead  = "mhead"
)

// Rows is the database of one validator; each block is one synced batch.
type Rows struct{ db *leveldb.DB }

// OpenRows opens the database in a folder, and makes it where there is none.
func OpenRows(path string) (*Rows, error) {
	db, err := leveldb.OpenFile(path, nil)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return &Rows{db}, nil
}

// Commit writes the changes of a block, which the tree has applied.
func (r *Rows) Commit(height int64, writes []Write) error {
	batch := new(leveldb.Batch)
	for number := range writes {
		change := &writes[number]
		entryKey := append([]byte{rowEntry}, change.entry.kh[:]...)
		stateKey := append([]byte{rowState}, change.key...)
		if change.isRemoved {
			batch.Delete(entryKey)
			batch.Delete(stateKey)
			continue
		}
		batch.Put(entryKey, change.entry.content.packed())
		switch {
		case len(change.value) > shortValueMax:
			batch.Put(stateKey, change.value)
		case change.isNew:
			batch.Put(stateKey, nil)
		}
	}
	batch.Put([]byte(rowHead), binary.BigEndian.AppendUint64(nil, uint64(height)))
	return r.db.Write(batch, &opt.WriteOptions{Sync: true})
}

// Load returns the height of the last committed block, and every key with its short value.
func (r *Rows) Load() (int64, []Write, error) {
	head, err := r.db.Get([]byte(rowHead), nil)
	if errors.Is(err, leveldb.ErrNotFound) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, err
	}
	var writes []Write
	keys := r.db.NewIterator(util.BytesPrefix([]byte{rowState}), nil)
	defer keys.Release()
	for keys.Next() {
		key, value := append([]byte(nil), keys.Key()[1:]...), append([]byte(nil), keys.Value()...)
		if len(value) == 0 {
			kh := tagStateKey.hash(key)
			row, err := r.db.Get(append([]byte{rowEntry}, kh[:]...), nil)
			if err != nil {
				return 0, nil, fmt.Errorf("the entry of state key %x: %w", key, err)
			}
			value = row[1:]
		}
		writes = append(writes, writeOf(key, value))
	}
	return int64(binary.BigEndian.Uint64(head)), writes, keys.Error()
}

// Close closes it.
func (r *Rows) Close() error { return r.db.Close() }
