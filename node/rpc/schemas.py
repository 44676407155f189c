"""The parameters of every method: names, types and bounds, checked before anything runs."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from node.execution.misdeeds import PLACE_BYTES
from node.rpc.errors import BadParameters
from primitives.crypto import DIGEST_BYTES
from primitives.errors import BadShape
from primitives.hex import read_hex

TIMEOUT_MS_MAX = 60_000
_KEY_BYTES_MAX = 1_024
_NAME_CHARS_MAX = 64
_VALUE = "value"


def hex_reader(
    *, length: int | None = None, bytes_max: int | None = None
) -> Callable[[object], bytes]:
    """Return pydantic's reader of hex: of `length` bytes, or of at most `bytes_max`."""

    def read(value: object) -> bytes:
        try:
            data = read_hex(value, name=_VALUE, length=length)
        except BadShape as error:  # pydantic names the place
            raise ValueError(error.message.removeprefix(f"{_VALUE} ")) from error
        if bytes_max is not None and len(data) > bytes_max:
            raise ValueError(f"must be at most {bytes_max} bytes, has {len(data)}")
        return data

    return read


def _height_or_hash(value: object) -> object:
    if isinstance(value, str) and value != "latest":
        return hex_reader(length=DIGEST_BYTES)(value)
    return value


_HEX_SCHEMA = WithJsonSchema({"type": "string", "pattern": "^0x([0-9a-f]{2})*$"})
_AT_SCHEMA = WithJsonSchema(
    {
        "oneOf": [
            {"type": "integer", "minimum": 0},
            {"const": "latest"},
            {"type": "string", "pattern": "^0x[0-9a-f]{64}$"},
        ]
    }
)

HexBytes = Annotated[bytes, BeforeValidator(hex_reader()), _HEX_SCHEMA]
HexDigest = Annotated[bytes, BeforeValidator(hex_reader(length=DIGEST_BYTES)), _HEX_SCHEMA]
HexKey = Annotated[bytes, BeforeValidator(hex_reader(bytes_max=_KEY_BYTES_MAX)), _HEX_SCHEMA]
HexPlace = Annotated[bytes, BeforeValidator(hex_reader(length=PLACE_BYTES)), _HEX_SCHEMA]
Name = Annotated[str, Field(min_length=1, max_length=_NAME_CHARS_MAX)]
HeightNumber = Annotated[int, Field(ge=0, lt=2**63)]
At = Annotated[
    HeightNumber | Literal["latest"] | bytes, BeforeValidator(_height_or_hash), _AT_SCHEMA
]
HeightOrLatest = HeightNumber | Literal["latest"]


class Params(BaseModel):
    """Parameters by name, or by place in the order of the fields."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _are_known(cls, given: object) -> object:
        """Refuse by count and name first: pydantic makes an error of every unknown member."""
        if isinstance(given, dict):
            if len(given) > len(cls.model_fields):
                raise ValueError(f"{len(given)} members, at most {len(cls.model_fields)}")
            unknown = given.keys() - cls.model_fields.keys()
            if unknown:
                raise ValueError(f"{min(unknown)[:_NAME_CHARS_MAX]!r} is no parameter")
        return given


class NoParams(Params):
    """No parameters."""


class AtParams(Params):
    """A block by height, by hash, or the last one."""

    at: At = "latest"


class HeightParams(Params):
    """A height, or the last one."""

    height: HeightOrLatest = "latest"


class AboveParams(Params):
    """What lies above a height."""

    above: HeightNumber = 0


class ParticipationParams(Params):
    """A range of heights, by default the last hundred that are certified in a block."""

    from_height: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    to_height: HeightOrLatest = "latest"


class EvidenceParams(Params):
    """Which page of the list: from the newest, or after the last entry of the page before."""

    after: HexPlace | None = None
    limit: int = Field(default=20, ge=1, le=100)


class ContractParams(Params):
    """A contract by name."""

    contract: Name


class SubmitParams(Params):
    """A signed transaction's bytes."""

    transaction: HexBytes


class TransactionParams(Params):
    """A transaction by id."""

    transaction_id: HexDigest
    prove: bool = False


class WaitParams(Params):
    """A transaction by id and how long to wait for its block."""

    transaction_id: HexDigest
    timeout_ms: int = Field(default=30_000, ge=0, le=TIMEOUT_MS_MAX)


class QueryParams(Params):
    """A contract's query with its arguments by place or by name."""

    contract: Name
    query: Name
    args: list[object] | dict[str, object] = []
    prove: bool = False


class KeyParams(Params):
    """A state key's bytes."""

    key: HexKey


class SearchParams(Params):
    """Which events, and in which blocks; an address chooses the events that name it."""

    contract: Name | None = None
    event: Name | None = None
    address: str | None = Field(default=None, max_length=100)
    from_height: int = Field(default=1, ge=1, lt=2**63)
    to_height: HeightOrLatest = "latest"


class SubscriptionFilter(Params):
    """What of a kind is wanted: an address, or a contract and one of its events."""

    address: str | None = Field(default=None, max_length=100)
    contract: Name | None = None
    event: Name | None = None


class SubscribeParams(Params):
    """A kind of items and which of them."""

    kind: Literal["blocks", "address", "events"]
    filter: SubscriptionFilter = SubscriptionFilter()


class SubscriptionParams(Params):
    """A subscription by its id."""

    subscription: int = Field(ge=1)


def read_params(model: type[Params], params: object) -> Params:
    """Return `params`, an object, an array or absent (None), as `model` says.

    Raises:
        BadParameters: names the first parameter that is wrong, and why.
    """
    if isinstance(params, list):
        names = list(model.model_fields)
        if len(params) > len(names):
            raise BadParameters(f"{len(params)} parameters, at most {len(names)}")
        params = dict(zip(names, params, strict=False))
    try:
        return model.model_validate({} if params is None else params)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"] if not _is_branch(part))
        why = first["msg"].removeprefix("Value error, ")
        raise BadParameters(f"{place or 'params'}: {why}", parameter=place) from error


def _is_branch(part: int | str) -> bool:
    """Whether pydantic names a branch of a union here and not a member."""
    return isinstance(part, str) and ("[" in part or part in {"bytes", "constrained-int", "int"})
