"""What a state root alone proves of one key. Source: docs/protocol.md#state-proofs."""

from verifier.encoding import bytes_of, hash_of, integer_of, list_of, unpack_list
from verifier.ledger import Header
from verifier.refusal import require

_PROOF_BYTES_MAX = 8 * 1024
_COUNT_MAX = 2**64 - 1
_ROWS_MAX = 64
_ENTRIES_MAX = 16
_INLINE_MAX = 32
_EMPTY = hash_of("state-leaf", b"")


def check_state(header: Header, key: bytes, value: bytes | None, proof_bytes: bytes) -> None:
    """Check that state holds `value` at `key` (None: nothing) under the header. Raises Refused."""
    where = f"proof of {key!r:.60}"
    require(len(proof_bytes) <= _PROOF_BYTES_MAX, f"{where}: longer than {_PROOF_BYTES_MAX} bytes")
    count, entries, rows = unpack_list(proof_bytes, where, 3)
    is_count = 0 <= integer_of(count, where) <= _COUNT_MAX
    require(is_count and len(list_of(rows, where)) <= _ROWS_MAX, f"{where}: of no such tree")
    hashed = hash_of("state-key", key)
    place = int.from_bytes(hashed, "big") >> 256 - 2 * len(rows)
    contents: dict[bytes, bytes] = {}
    for entry in list_of(entries, where):
        entry_key, content = list_of(entry, where, 2)
        bytes_of(entry_key, where, 32)
        require(_is_content(bytes_of(content, where)), f"{where}: the content of no value")
        require(max(contents, default=b"") < entry_key, f"{where}: entries do not ascend")
        below = int.from_bytes(entry_key, "big") >> 256 - 2 * len(rows)
        require(below == place, f"{where}: an entry of another leaf")
        contents[entry_key] = content
    require(len(contents) <= _ENTRIES_MAX, f"{where}: more entries than a leaf has")
    leaf = b"".join(key + content.ljust(33, b"\0") for key, content in contents.items())
    node = hash_of("state-leaf", leaf)
    for row in rows:
        node = _above(node, place % 4, row, where)
        place //= 4
    root = hash_of("state-root", b"\x02\x02\x10" + count.to_bytes(8, "big") + node)
    require(root == header.state_root, f"{where}: leads to another state root")
    expected = None if value is None else _content_of(value)
    require(contents.get(hashed) == expected, f"{where}: the state holds something else")


def _above(node: bytes, place: int, row: object, where: str) -> bytes:
    mask, joined = list_of(row, where, 2)
    require(0 <= integer_of(mask, where) <= 7, f"{where}: a mask of more than three siblings")
    bytes_of(joined, where, 32 * mask.bit_count())
    children = []
    for bit in range(3):
        sibling = _EMPTY
        if mask >> bit & 1:
            sibling, joined = joined[:32], joined[32:]
            require(sibling != _EMPTY, f"{where}: an empty sibling is spelled out")
        children.append(sibling)
    children.insert(place, node)
    return hash_of("state-inner", b"".join(children))


def _content_of(value: bytes) -> bytes:
    if len(value) <= _INLINE_MAX:
        return bytes([len(value)]) + value
    return b"\xff" + hash_of("state-value", value)


def _is_content(content: bytes) -> bool:
    first, rest = content[:1], content[1:]
    if len(rest) > _INLINE_MAX:
        return False
    return first == bytes([len(rest)]) or (first == b"\xff" and len(rest) == _INLINE_MAX)
