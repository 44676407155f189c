package ledger

import (
	"errors"
	"math"
	"unicode/utf8"
)

// Limits of the protocol that the application needs: primitives/limits.py.
const (
	transactionBytesMax = 64 * 1024
	transactionDepthMax = 16
	transactionItemsMax = 10_000
	signaturesMax       = 16
	ExpiryAheadMsMax    = 600_000
	chainIDCharsMax     = 80
	nameCharsMax        = 64
	amountSatangMax     = 1_000_000_000_000_000
	memoCharsMax        = 140
)

var (
	errNotCanonical = errors.New("NOT_CANONICAL")
	errTooLarge     = errors.New("TOO_LARGE")
	errTooDeep      = errors.New("TOO_DEEP")
	errTooManyItems = errors.New("TOO_MANY_ITEMS")
)

type kind byte

const (
	kindNothing kind = iota
	kindFalse
	kindTrue
	kindPositive
	kindNegative
	kindBytes
	kindText
	kindArray
)

// item is one value of canonical msgpack: number of a positive integer, two's complement of a
// negative one, count of an array, or the bytes of a blob or text.
type item struct {
	kind   kind
	number uint64
	data   []byte
}

// reader reads canonical msgpack value by value and refuses every second form of a value.
// Source: docs/protocol.md#encoding.
type reader struct {
	data []byte
	at   int
}

// next returns the head of the next value: of an array, only how many items follow.
func (r *reader) next() (item, error) {
	if r.at >= len(r.data) {
		return item{}, errNotCanonical
	}
	first := r.data[r.at]
	r.at++
	switch {
	case first <= 0x7f:
		return item{kind: kindPositive, number: uint64(first)}, nil
	case first >= 0xe0:
		return item{kind: kindNegative, number: uint64(int64(int8(first)))}, nil
	case first >= 0xa0 && first <= 0xbf:
		return r.text(uint64(first & 0x1f))
	case first >= 0x90 && first <= 0x9f:
		return item{kind: kindArray, number: uint64(first & 0x0f)}, nil
	}
	return r.long(first)
}

// long returns a value whose first byte says how many bytes its number or length has.
func (r *reader) long(first byte) (item, error) {
	switch first {
	case 0xc0:
		return item{kind: kindNothing}, nil
	case 0xc2:
		return item{kind: kindFalse}, nil
	case 0xc3:
		return item{kind: kindTrue}, nil
	case 0xc4, 0xc5, 0xc6:
		length, err := r.number(1<<(first-0xc4), leastOf(first-0xc4, 0))
		if err != nil {
			return item{}, err
		}
		data, err := r.take(length)
		return item{kind: kindBytes, data: data}, err
	case 0xcc, 0xcd, 0xce, 0xcf:
		number, err := r.number(1<<(first-0xcc), leastOf(first-0xcc, 128))
		return item{kind: kindPositive, number: number}, err
	case 0xd0, 0xd1, 0xd2, 0xd3:
		return r.negative(first - 0xd0)
	case 0xd9, 0xda, 0xdb:
		length, err := r.number(1<<(first-0xd9), leastOf(first-0xd9, 32))
		if err != nil {
			return item{}, err
		}
		return r.text(length)
	case 0xdc, 0xdd:
		least := [...]uint64{16, 1 << 16}[first-0xdc]
		count, err := r.number(2<<(first-0xdc), least)
		return item{kind: kindArray, number: count}, err
	}
	return item{}, errNotCanonical // maps, floating point, extensions and c1 do not exist
}

// leastOf returns the least number that needs 1 << power bytes; least for one byte.
func leastOf(power byte, least uint64) uint64 {
	switch power {
	case 0:
		return least
	case 1:
		return 1 << 8
	case 2:
		return 1 << 16
	}
	return 1 << 32
}

// number returns a big-endian number of size bytes, which must be at least `least`.
func (r *reader) number(size int, least uint64) (uint64, error) {
	data, err := r.take(uint64(size))
	if err != nil {
		return 0, err
	}
	var number uint64
	for _, each := range data {
		number = number<<8 | uint64(each)
	}
	if number < least {
		return 0, errNotCanonical
	}
	return number, nil
}

// negative returns an integer in a signed form, which only negative numbers have.
func (r *reader) negative(power byte) (item, error) {
	size := 1 << power
	number, err := r.number(size, 0)
	if err != nil {
		return item{}, err
	}
	value := int64(number<<(64-8*size)) >> (64 - 8*size)
	most := [...]int64{-33, math.MinInt8 - 1, math.MinInt16 - 1, math.MinInt32 - 1}[power]
	if value > most {
		return item{}, errNotCanonical
	}
	return item{kind: kindNegative, number: uint64(value)}, nil
}

func (r *reader) text(length uint64) (item, error) {
	data, err := r.take(length)
	if err == nil && !utf8.Valid(data) {
		err = errNotCanonical
	}
	return item{kind: kindText, data: data}, err
}

func (r *reader) take(length uint64) ([]byte, error) {
	if length > uint64(len(r.data)-r.at) {
		return nil, errNotCanonical
	}
	start := r.at
	r.at += int(length)
	return r.data[start:r.at:r.at], nil
}

// skip passes over a whole value; depth is how many arrays it is in, items counts values.
func (r *reader) skip(depth int, items *int) error {
	head, err := r.next()
	if err != nil {
		return err
	}
	*items++
	if *items > transactionItemsMax {
		return errTooManyItems
	}
	if head.kind != kindArray {
		return nil
	}
	if depth >= transactionDepthMax {
		return errTooDeep
	}
	if head.number > transactionItemsMax {
		return errTooManyItems
	}
	for range head.number {
		if err := r.skip(depth+1, items); err != nil {
			return err
		}
	}
	return nil
}

// end refuses bytes after the value.
func (r *reader) end() error {
	if r.at != len(r.data) {
		return errNotCanonical
	}
	return nil
}

// array returns an error unless the next value is an array of exactly count items.
func (r *reader) array(count uint64, fault error) error {
	head, err := r.next()
	if err == nil && (head.kind != kindArray || head.number != count) {
		err = fault
	}
	return err
}

// blob returns the next value, which must be bytes; of exactly length where that is not negative.
func (r *reader) blob(length int, fault error) ([]byte, error) {
	head, err := r.next()
	if err == nil && (head.kind != kindBytes || length >= 0 && len(head.data) != length) {
		err = fault
	}
	return head.data, err
}

// unsigned returns the next value, which must be an integer from low to high.
func (r *reader) unsigned(low, high uint64, fault error) (uint64, error) {
	head, err := r.next()
	if err == nil && (head.kind != kindPositive || head.number < low || head.number > high) {
		err = fault
	}
	return head.number, err
}

// name returns the next value, which must be 1 to charsMax printable ASCII characters.
func (r *reader) name(charsMax int, fault error) (string, error) {
	head, err := r.next()
	if err != nil {
		return "", err
	}
	if head.kind != kindText || len(head.data) == 0 || len(head.data) > charsMax {
		return "", fault
	}
	for _, each := range head.data {
		if each < 0x20 || each > 0x7e {
			return "", fault
		}
	}
	return string(head.data), nil
}

// packUint appends the canonical form of an integer.
func packUint(to []byte, number uint64) []byte {
	switch {
	case number <= 0x7f:
		return append(to, byte(number))
	case number <= math.MaxUint8:
		return append(to, 0xcc, byte(number))
	case number <= math.MaxUint16:
		return append(to, 0xcd, byte(number>>8), byte(number))
	case number <= math.MaxUint32:
		return append(to, 0xce, byte(number>>24), byte(number>>16), byte(number>>8), byte(number))
	}
	to = append(to, 0xcf)
	for shift := 56; shift >= 0; shift -= 8 {
		to = append(to, byte(number>>shift))
	}
	return to
}
