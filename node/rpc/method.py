"""What a method is, and what it works with."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from node.observe.metrics import NodeMetrics
from node.rpc.audit import AuditLog, AuditSettings
from node.rpc.errors import BadRequest
from node.rpc.meter import Meter
from node.rpc.ports import NodeView
from node.rpc.render import Renderer
from node.rpc.results import CertifiedHeaderJson
from node.rpc.schemas import Params, SubscribeParams
from node.rpc.waiters import Waiters
from node.store.bounded import BoundedDict
from p2p.gated_log import GatedLog
from primitives.errors import LocalFault, Rejected

_HEADERS_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLimits:
    """Bounds of an answer: its bytes, and how far a search of events looks in one go."""

    bytes_max: int = 32 * 1024 * 1024  # to one body
    receipts_max: int = 4_000  # looked through, but at least one block
    blocks_max: int = 1_000
    events_max: int = 1_000  # an answer ends with the block that reaches it


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What all methods share."""

    view: NodeView
    waiters: Waiters
    renderer: Renderer
    metrics: NodeMetrics
    answers: AnswerLimits = field(default_factory=AnswerLimits)
    audit: AuditLog = field(default_factory=lambda: AuditLog(AuditSettings()))
    log: GatedLog = field(default_factory=lambda: GatedLog(logging.getLogger("sapha.rpc")))
    # Old headers as shown; many ask for the same ones, and decided ones never change.
    headers: BoundedDict[int, CertifiedHeaderJson] = field(
        default_factory=lambda: BoundedDict(_HEADERS_MAX)
    )


class Subscriber(Protocol):
    """The socket of a caller that may subscribe."""

    def subscribe(self, params: SubscribeParams) -> int:
        """Begin a subscription and return its id."""

    def unsubscribe(self, subscription: int) -> bool:
        """End a subscription; False when there is none of this id."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: by name if an operator, on a socket that can be notified or not."""

    services: Services
    operator: str | None  # by which process or token; None for everybody else
    meter: Meter
    subscriber: Subscriber | None = None
    has_own_share: bool = False  # an operator, or the node's own agency
    gone: "asyncio.Future[None] | None" = None  # done when the connection is lost

    @property
    def view(self) -> NodeView:
        """The running node."""
        return self.services.view

    def socket(self) -> Subscriber:
        """Return the caller's WebSocket. Raises BadRequest over plain HTTP."""
        if self.subscriber is None:
            raise BadRequest("subscriptions need the WebSocket at /ws")
        return self.subscriber


Run = Callable[[Caller, Any], Awaitable[object]]
RunMany = Callable[[Caller, Sequence[Any]], Awaitable[Sequence["object | Rejected | LocalFault"]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method: its parameters and its handler.

    The handler's docstring is the method's promise, and its return type describes the answers. One
    of two handlers is given: `run` answers one call; `run_many` the calls of one batch together,
    with a result or a refusal each.
    """

    name: str
    params: type[Params]
    run: Run | None = None
    run_many: RunMany | None = None
    errors: tuple[Rejected, ...] = ()  # an example of each, beside those of any method
    items: Mapping[str, type] = field(default_factory=dict)  # by kind: what a subscription brings
    is_operator_only: bool = False
    is_waiting: bool = False  # for something to happen: calls of a batch wait side by side
