"""Answers of the complaints contract as the contract's own records."""

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast

from client.abi import argument_of
from client.answers import Answer
from client.errors import BadAnswer
from contracts.sdk.schema import record_of
from primitives.errors import Rejected

_Kind = TypeVar("_Kind")


def read_record(kind: type[_Kind], answer: Answer) -> _Kind:
    """Return a node's JSON object as a record of the contract. Raises BadAnswer."""
    try:
        value = argument_of(_described(cast("Hashable", kind)), answer, kind.__name__)
    except Rejected as error:
        raise BadAnswer(f"the answer is no {kind.__name__}: {error}") from error
    return cast("_Kind", record_of(kind).read(value))


def read_optional(kind: type[_Kind], answer: Answer) -> _Kind | None:
    """The same, where there may be nothing. Raises BadAnswer."""
    return None if answer is None else read_record(kind, answer)


def read_records(kind: type[_Kind], answer: Answer) -> tuple[_Kind, ...]:
    """Return a node's JSON array as records. Raises BadAnswer."""
    if not isinstance(answer, list):
        raise BadAnswer(f"the answer is no list of {kind.__name__}")
    return tuple(read_record(kind, one) for one in answer)


@lru_cache(maxsize=64)
def _described(kind: type[Any]) -> Mapping[str, Any]:
    return record_of(kind).describe()
