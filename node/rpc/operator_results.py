"""What the methods node_* answer operators."""

from typing import NotRequired

from typing_extensions import TypedDict

from node.rpc.results import ElsewhereJson, Hash, Integer, Key, Natural


class PeerJson(TypedDict):
    """Another member, and whether a session with it is ready.

    `last_reason` says why the last session or attempt ended; `clock_offset_ms` is by the member's
    own word, against the validators' median.
    """

    name: str
    public_key: Key
    connected: bool
    host: str
    port: Natural
    is_validator: bool
    connected_s: float
    last_reason: str
    clock_offset_ms: Integer | None


class VotesJson(TypedDict):
    """How many votes of a step this node has, and how many it needs."""

    have: Natural
    need: Natural


class TurnsJson(TypedDict):
    """Who missed turns: how many in a row, charged at which height, passed over until which."""

    validator: str
    missed: Natural
    charged: Natural
    until: Natural


class ConsensusJson(TypedDict):
    """Where the engine is. A node whose files are inspected has no engine and says less."""

    height: Natural
    view: Natural
    step: str
    proposer: NotRequired[str]
    passed_over: NotRequired[list[str]]
    accepted: NotRequired[Hash | None]
    prepared_view: NotRequired[Natural | None]
    prepares: NotRequired[VotesJson]
    commits: NotRequired[VotesJson]
    missing: NotRequired[list[str]]
    peer_views: NotRequired[dict[str, Natural]]
    is_validator: NotRequired[bool]
    is_listening: NotRequired[bool]
    listeners: NotRequired[list[str]]
    listens_until: NotRequired[Natural | None]
    restart: NotRequired[Hash]
    elsewhere: NotRequired[list[ElsewhereJson]]
    waits_for: NotRequired[str | None]
    halted: NotRequired[str | None]
    turns: NotRequired[list[TurnsJson]]
    seconds_since_commit: NotRequired[float]
    standing: NotRequired[str | None]
    mark: NotRequired[str | None]
