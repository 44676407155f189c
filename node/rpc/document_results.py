"""The documents that a node gives out: genesis, the ABI of a contract, its own methods."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from node.rpc.results import Hash, Natural, ValidatorJson


class ParametersJson(TypedDict):
    """Numbers that every node of the network shares."""

    heartbeat_ms: Natural
    view_timeout_ms: Natural
    view_timeout_cap_ms: Natural
    block_transactions_max: Natural
    calendar_rate: Natural


class GenesisMemberJson(ValidatorJson):
    """A node of the network; its certificate is DER in base64."""

    certificate: str
    host: str
    port: Natural
    is_validator: bool


class ContractJson(TypedDict):
    """A contract that is active."""

    name: str
    version: Natural
    code_hash: Hash | None


class GenesisContractJson(ContractJson):
    """A contract that is active from height 0, and what it starts with."""

    config: dict[str, object]


class GenesisJson(TypedDict):
    """The genesis document: docs/protocol.md#genesis."""

    format: Natural
    network: str
    kind: Literal["development", "production"]
    time_ms: Natural
    parameters: ParametersJson
    members: list[GenesisMemberJson]
    contracts: list[GenesisContractJson]


class TypeJson(TypedDict):
    """A type with its bounds: of lists `items` are described, of optional values `value`.

    Lengths are counted in characters of texts, bytes, and items of lists.
    """

    type: Literal["integer", "boolean", "text", "bytes", "address", "list", "optional", "record"]
    min: NotRequired[int]
    max: NotRequired[int]
    chars_min: NotRequired[Natural]
    chars_max: NotRequired[Natural]
    bytes_min: NotRequired[Natural]
    bytes_max: NotRequired[Natural]
    items: NotRequired["TypeJson"]
    count_min: NotRequired[Natural]
    count_max: NotRequired[Natural]
    value: NotRequired["TypeJson"]
    fields: NotRequired[list["FieldJson"]]


class FieldJson(TypeJson):
    """A named field and its type."""

    name: str


class MethodJson(TypedDict):
    """A method of a contract: its arguments, who may call it, and the codes of its refusals."""

    name: str
    doc: str
    fields: list[FieldJson]
    allow: str
    errors: list[str]


class QueryJson(TypedDict):
    """A query of a contract."""

    name: str
    doc: str
    params: list[FieldJson]
    returns: TypeJson


class EventTypeJson(TypedDict):
    """A kind of event."""

    name: str
    doc: str
    fields: list[FieldJson]


class ErrorTypeJson(TypedDict):
    """A code that a contract refuses with."""

    code: str
    message: str


class StoredJson(TypedDict):
    """A part of a contract's state: its keys and values, so that entries can be proven."""

    name: str
    kind: str
    key: list[TypeJson]
    value: TypeJson


class AbiJson(ContractJson):
    """What a contract's methods, queries, events, state and errors are."""

    methods: list[MethodJson]
    queries: list[QueryJson]
    events: list[EventTypeJson]
    state: list[StoredJson]
    errors: list[ErrorTypeJson]


class MethodSchemasJson(TypedDict):
    """What a method takes, as a JSON Schema, and the codes of its refusals."""

    doc: str
    arguments: dict[str, object]
    errors: list[str]


class QuerySchemasJson(TypedDict):
    """What a query takes and answers, as JSON Schemas."""

    doc: str
    arguments: dict[str, object]
    value: dict[str, object]


class EventSchemaJson(TypedDict):
    """The fields of an event, as a JSON Schema."""

    doc: str
    fields: dict[str, object]


class ContractSchemasJson(TypedDict):
    """JSON Schemas of what a contract takes and gives, by the names of methods, queries, events."""

    name: str
    version: Natural
    methods: dict[str, MethodSchemasJson]
    queries: dict[str, QuerySchemasJson]
    events: dict[str, EventSchemaJson]


class InfoJson(TypedDict):
    """What the document describes."""

    title: str
    version: str


class OpenRpcJson(TypedDict):
    """An OpenRPC document: https://spec.open-rpc.org."""

    openrpc: str
    info: InfoJson
    methods: list[dict[str, object]]
    components: dict[str, object]
