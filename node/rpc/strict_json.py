"""JSON as this server reads it: integers only, each member once, limited depth, valid text.

Source: RFC 8259; the hazards of Python's parser that this closes are in docs/threat-model.md.
"""

import json
from collections.abc import Awaitable, Callable
from typing import NoReturn

from node.rpc.errors import (
    BadNumber,
    DuplicateKey,
    MalformedJson,
    NestedTooDeep,
    TooManyValues,
)

DEPTH_MAX = 32
VALUES_MAX = 10_000  # a call has dozens, a batch of a hundred calls some thousands
_INTEGER_CHARS_MAX = 80
SAFE_INTEGER = 2**53
_PART_ITEMS = 25  # receipts of which take about a millisecond


def parse(body: bytes) -> object:
    """Return the value of a JSON text in UTF-8.

    Raises:
        MalformedJson: not UTF-8, not JSON, or half of a surrogate pair.
        DuplicateKey, BadNumber, NestedTooDeep, TooManyValues: see node.rpc.errors.
    """
    # Parsing costs by the value and is one step; a mark in a text counts as one too.
    marks = sum(map(body.count, (b"[", b"{", b",", b":")))
    if marks > VALUES_MAX:
        raise TooManyValues(f"{marks} values, names or containers, at most {VALUES_MAX}")
    try:
        value = _DECODER.decode(body.decode())
        _check_depth(value)
        if b"\\u" in body:
            _ENCODER.encode(value).encode()  # an unpaired surrogate cannot be encoded
    except UnicodeError as error:
        raise MalformedJson("the text is not valid Unicode in UTF-8") from error
    except RecursionError as error:
        raise NestedTooDeep(f"nested deeper than {DEPTH_MAX}") from error
    except json.JSONDecodeError as error:
        raise MalformedJson(f"not JSON: {error.msg} at character {error.pos}") from error
    return value


def dump(value: object) -> str:
    """Return `value` as compact JSON text."""
    return _ENCODER.encode(value)


async def dump_in_parts(value: object, breathe: Callable[[], Awaitable[None]]) -> str:
    """Return the text of `dump`, written in parts where it is long: between them others go on.

    Long are lists, and the lists that an object has for fields. Raises what `breathe` raises.
    """
    if isinstance(value, list):
        parts = []
        for start in range(0, len(value), _PART_ITEMS):
            parts.append(dump(value[start : start + _PART_ITEMS])[1:-1])
            await breathe()
        return f"[{','.join(parts)}]"
    if isinstance(value, dict):
        fields = []
        for name, field in value.items():
            text = await dump_in_parts(field, breathe) if isinstance(field, list) else dump(field)
            fields.append(f"{dump(name)}:{text}")
        return f"{{{','.join(fields)}}}"
    return dump(value)


def json_integer(number: int) -> int | str:
    """Return `number`, as a decimal string where a double would lose digits."""
    return number if -SAFE_INTEGER <= number <= SAFE_INTEGER else str(number)


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(members)
    if len(found) != len(members):
        twice = _first_repeated(members)
        raise DuplicateKey(f"the member {twice[:64]!r} is there twice")
    return found


def _first_repeated(members: list[tuple[str, object]]) -> str:
    """Return the name that is there twice; in one pass, as strangers choose how many there are."""
    seen: set[str] = set()
    for name, _ in members:
        if name in seen:
            break
        seen.add(name)
    return name


def _integer(text: str) -> int:
    if len(text) > _INTEGER_CHARS_MAX:
        raise BadNumber(f"an integer of {len(text)} characters, at most {_INTEGER_CHARS_MAX}")
    return int(text)


def _refuse_number(text: str) -> NoReturn:
    raise BadNumber(f"{text[:40]} is not an integer; amounts are integers or decimal strings")


def _check_depth(value: object) -> None:
    """Walk level by level. Lists of many items are common, nested containers are few."""
    level: list[object] = [value]
    for _depth in range(DEPTH_MAX + 1):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below += [child for child in item.values() if isinstance(child, dict | list)]
            elif isinstance(item, list):
                below += [child for child in item if isinstance(child, dict | list)]
        if not below:
            return
        level = below
    raise NestedTooDeep(f"nested deeper than {DEPTH_MAX}")


def bytes_of_text(text: str) -> int:
    """Return how many bytes a text has in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_refuse_number,
    parse_int=_integer,
    parse_constant=_refuse_number,
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
