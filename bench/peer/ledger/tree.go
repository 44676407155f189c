package ledger

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// The tree under the state root, by content alone: a node with at most leafEntriesMax keys below
// it is a leaf, with more it has four children by the next two bits of the key hashes.
const (
	leafEntriesMax = 16
	depthMax       = 64
	arity          = 4
	shortValueMax  = 32
	contentBytes   = 33
	longContent    = 0xff
	stateFormat    = 2
)

// content is what a leaf holds of a value: its length and the value, or ff and its hash.
type content [contentBytes]byte

// entry is a key of the state in its leaf.
type entry struct {
	kh      Hash
	content content
}

// Write is a change of one key. isNew is set by the tree where the key was absent before.
type Write struct {
	key       []byte
	value     []byte
	entry     entry
	isRemoved bool
	isNew     bool
}

type node struct {
	hash     Hash
	entries  []entry // of a leaf, ascending by key hash
	children *[arity]*node
}

var emptyHash = tagStateLeaf.hash()

// Tree is the whole tree in memory, leaves included.
type Tree struct {
	top   *node
	count uint64
}

func newTree() *Tree { return &Tree{top: leafOf(nil)} }

func contentOf(value []byte) content {
	var made content
	if len(value) <= shortValueMax {
		made[0] = byte(len(value))
		copy(made[1:], value)
		return made
	}
	made[0] = longContent
	hashed := tagStateValue.hash(value)
	copy(made[1:], hashed[:])
	return made
}

// packed returns the content without its padding, as it stands in a row.
func (c *content) packed() []byte {
	if c[0] == longContent {
		return c[:]
	}
	return c[:1+c[0]]
}

func writeOf(key, value []byte) Write {
	return Write{key: key, value: value, entry: entry{tagStateKey.hash(key), contentOf(value)}}
}

func removalOf(key []byte) Write {
	return Write{key: key, entry: entry{kh: tagStateKey.hash(key)}, isRemoved: true}
}

// root returns the state root: the format, bits a level, entries of a leaf, count and top node.
func (t *Tree) root() Hash {
	var count [8]byte
	binary.BigEndian.PutUint64(count[:], t.count)
	return tagStateRoot.hash([]byte{stateFormat, 2, leafEntriesMax}, count[:], t.top.hash[:])
}

// apply makes changes of distinct keys; afterwards they are in the order of their key hashes.
func (t *Tree) apply(writes []Write) {
	slices.SortFunc(writes, func(a, b Write) int { return bytes.Compare(a.entry.kh[:], b.entry.kh[:]) })
	if len(writes) == 0 {
		return
	}
	change := 0
	t.top = t.top.changed(0, writes, &change)
	t.count = uint64(int64(t.count) + int64(change))
}

// changed returns the node with the writes made, itself where it can be; change counts keys.
func (n *node) changed(depth int, writes []Write, change *int) *node {
	if n.children == nil {
		if n.replace(writes) {
			return n
		}
		before := len(n.entries)
		merged := merge(n.entries, writes)
		*change += len(merged) - before
		return nodeOf(merged, depth)
	}
	fewer := *change
	for start := 0; start < len(writes); {
		place := placeAt(writes[start].entry.kh, depth)
		end := start + 1
		for end < len(writes) && placeAt(writes[end].entry.kh, depth) == place {
			end++
		}
		n.children[place] = n.children[place].changed(depth+1, writes[start:end], change)
		start = end
	}
	if *change < fewer {
		if leaf := n.collapsed(); leaf != nil {
			return leaf
		}
	}
	n.rehash()
	return n
}

// replace puts new values of keys that are all there in their places; false when some are not.
func (n *node) replace(writes []Write) bool {
	at := 0
	for number := range writes {
		for at < len(n.entries) && bytes.Compare(n.entries[at].kh[:], writes[number].entry.kh[:]) < 0 {
			at++
		}
		if writes[number].isRemoved || at == len(n.entries) || n.entries[at].kh != writes[number].entry.kh {
			return false
		}
	}
	at = 0
	for number := range writes {
		for n.entries[at].kh != writes[number].entry.kh {
			at++
		}
		n.entries[at].content = writes[number].entry.content
	}
	n.rehash()
	return true
}

// collapsed returns a leaf in place of children that are leaves with few enough entries together.
func (n *node) collapsed() *node {
	total := 0
	for _, child := range n.children {
		if child.children != nil {
			return nil
		}
		total += len(child.entries)
	}
	if total > leafEntriesMax {
		return nil
	}
	entries := make([]entry, 0, total)
	for _, child := range n.children {
		entries = append(entries, child.entries...)
	}
	return leafOf(entries)
}

func (n *node) rehash() {
	if n.children != nil {
		var joined [arity * len(n.hash)]byte
		for place, child := range n.children {
			copy(joined[place*len(n.hash):], child.hash[:])
		}
		n.hash = tagStateInner.hash(joined[:])
		return
	}
	var stack [leafEntriesMax * (len(Hash{}) + contentBytes)]byte
	joined := stack[:0]
	for at := range n.entries {
		joined = append(joined, n.entries[at].kh[:]...)
		joined = append(joined, n.entries[at].content[:]...)
	}
	n.hash = tagStateLeaf.hash(joined)
}

// merge returns the entries after the writes, both ascending; marks the writes of new keys.
func merge(entries []entry, writes []Write) []entry {
	merged := make([]entry, 0, len(entries)+len(writes))
	at := 0
	for number := range writes {
		change := &writes[number]
		for at < len(entries) && bytes.Compare(entries[at].kh[:], change.entry.kh[:]) < 0 {
			merged = append(merged, entries[at])
			at++
		}
		isThere := at < len(entries) && entries[at].kh == change.entry.kh
		if isThere {
			at++
		}
		if !change.isRemoved {
			change.isNew = !isThere
			merged = append(merged, change.entry)
		}
	}
	return append(merged, entries[at:]...)
}

// nodeOf returns the node at depth that has these entries, by the shape rule.
func nodeOf(entries []entry, depth int) *node {
	if len(entries) <= leafEntriesMax || depth == depthMax {
		return leafOf(entries)
	}
	made := &node{children: new([arity]*node)}
	start := 0
	for place := range made.children {
		end := start
		for end < len(entries) && placeAt(entries[end].kh, depth) == place {
			end++
		}
		made.children[place] = nodeOf(slices.Clone(entries[start:end]), depth+1)
		start = end
	}
	made.rehash()
	return made
}

func leafOf(entries []entry) *node {
	made := &node{entries: entries, hash: emptyHash}
	if len(entries) > 0 {
		made.rehash()
	}
	return made
}

// placeAt returns which of the four children below depth the key hash goes to.
func placeAt(kh Hash, depth int) int {
	return int(kh[depth/4]>>(6-2*(depth%4))) & 3
}
