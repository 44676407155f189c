"""What issue, parameters and orders leave behind, and how queries answer. Amounts are satang."""

from typing import Annotated

from contracts.cbdc.core.messages import (
    PAGE,
    AgencyId,
    Amount,
    Height,
    Reference,
    Slug,
    Sum,
    TimeMs,
)
from contracts.cbdc.core.state import FirstUse, Fsp
from contracts.sdk import Address, Counter, CountMax, Digest, Map, record

issue_references = Map[Reference, FirstUse]("issue_references")
# By holder and reference.
redeem_references = Map[tuple[Address, Reference], FirstUse]("redeem_references")


@record
class FreezeOrder:
    """The last freeze of a wallet; it lasts until `asked_ms` once a second person approves."""

    scope: Slug
    order_hash: Digest
    frozen_by: Address
    until_ms: TimeMs
    asked_ms: TimeMs


changes = Map[tuple[Height, Slug], int]("changes")  # (height, parameter) -> value from then on
changes_pending = Counter("changes_pending")
freezes = Map[Address, FreezeOrder]("freezes")
orders = Map[tuple[Address, Digest], int]("orders")  # (wallet, order) -> height; an order's one use
# (FSP's account, reference) -> held
redemptions = Map[tuple[Address, Reference], int]("redemptions")


@record
class ParameterState:
    """A parameter: what it is now, and its bounds."""

    name: Slug
    value: Sum
    low: Sum
    high: Sum


@record
class ChangeState:
    """A parameter's next value, and from which time on."""

    effective_ms: TimeMs
    key: Slug
    value: Sum


@record
class FspLine:
    """A bank or payment provider in a list."""

    fsp: AgencyId
    state: Fsp


@record
class FreezeLine:
    """The last freeze of a wallet, and whether it still runs."""

    wallet: Address
    order: FreezeOrder
    is_running: bool


@record
class RedemptionLine:
    """Money that a bank has set aside for the central bank to take."""

    holder: Address
    reference: Reference
    amount: Amount


Parameters = Annotated[tuple[ParameterState, ...], CountMax(64)]
Changes = Annotated[tuple[ChangeState, ...], CountMax(PAGE)]
FspLines = Annotated[tuple[FspLine, ...], CountMax(PAGE)]
FreezeLines = Annotated[tuple[FreezeLine, ...], CountMax(PAGE)]
RedemptionLines = Annotated[tuple[RedemptionLine, ...], CountMax(PAGE)]
