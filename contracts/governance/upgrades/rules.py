"""Upgrades: accepted by vote, activated by time once enough validators carry the code."""

from contracts.governance.network.changes import require_agency_of
from contracts.governance.network.errors import UnknownNode
from contracts.governance.network.messages import (
    CONTRACT_CHARS_MAX,
    VERSION_MAX,
    Carries,
    ContractUpgrade,
)
from contracts.governance.network.state import NODES_MAX, Seats, nodes, seats
from contracts.governance.upgrades.errors import (
    CarriedAlready,
    ContractNotRunning,
    EndsBeforeItBegins,
    NoSuchUpgrade,
    NoticeTooShort,
    VersionNotAbove,
)
from contracts.governance.upgrades.events import (
    UpgradeAccepted,
    UpgradeActivated,
    UpgradeVoid,
)
from contracts.governance.upgrades.state import (
    CONTRACTS_MAX,
    AcceptedUpgrade,
    RunningContract,
    RunningContracts,
    carriers,
    running,
    upgrades,
    upgrades_waiting,
)
from contracts.sdk import (
    Config,
    Context,
    Digest,
    PublicKey,
    address_of,
    emit,
    require,
)
from contracts.sdk.calendar import DAY_MS, SECOND_MS

WAITS_MAX_MS = 90 * DAY_MS
_DIGEST_BYTES = 32


def found_contracts(ctx: Context, config: Config) -> None:
    """Save the contracts of the genesis; without any, none can be upgraded."""
    found = []
    for entry in config.objects("contracts"):
        one = RunningContract(
            contract=entry.text("name", high=CONTRACT_CHARS_MAX),
            version=entry.integer("version", low=1, high=VERSION_MAX),
            code_hash=Digest(entry.raw("code_hash", high=_DIGEST_BYTES)),
            since=0,
            before=0,
            release="",
        )
        entry.finish()
        found.append(one)
    if len(found) > 0:
        running.save(ctx, RunningContracts(tuple(found)))


def by_node_or_agency(ctx: Context, msg: Carries) -> bool:
    """Only the node itself, by its key, or the administrator of its agency may call."""
    node = nodes.load(ctx, msg.node, absent=UnknownNode)
    if ctx.sender != address_of(PublicKey(node.public_key)):
        require_agency_of(ctx, node)
    return True


def check_upgrade(ctx: Context, wanted: ContractUpgrade, notice_seconds: int) -> None:
    """Reject an upgrade of nothing, to what runs, or at times that leave none to prepare."""
    own = [one for one in _running(ctx) if one.contract == wanted.contract]
    require(len(own) == 1, ContractNotRunning)
    require(wanted.version > own[0].version, VersionNotAbove, version=own[0].version)
    soonest = ctx.block_time_ms + notice_seconds * SECOND_MS
    require(wanted.activate_at_ms >= soonest, NoticeTooShort, soonest_ms=soonest)
    waits_ms = wanted.void_at_ms - wanted.activate_at_ms
    require(0 < waits_ms <= WAITS_MAX_MS, EndsBeforeItBegins)


def accept(ctx: Context, wanted: ContractUpgrade) -> None:
    """Let a checked upgrade wait for its time, in the place of one of the same contract."""
    _forget(ctx, wanted.contract)
    entry = AcceptedUpgrade(
        version=wanted.version,
        code_hash=wanted.code_hash,
        release=wanted.release,
        activate_at_ms=wanted.activate_at_ms,
        void_at_ms=wanted.void_at_ms,
        accepted=ctx.height,
    )
    upgrades.save(ctx, wanted.contract, entry)
    upgrades_waiting.add(ctx, 1)
    told = UpgradeAccepted(
        contract=wanted.contract,
        version=wanted.version,
        code_hash=wanted.code_hash,
        release=wanted.release,
        activate_at_ms=wanted.activate_at_ms,
        void_at_ms=wanted.void_at_ms,
    )
    emit(ctx, told)


def note_carrier(ctx: Context, msg: Carries) -> None:
    """Note that a node has the code of an upgrade that waits."""
    entry = upgrades.load(ctx, msg.contract, absent=NoSuchUpgrade)
    is_it = (entry.version, entry.code_hash) == (msg.version, msg.code_hash)
    require(is_it, NoSuchUpgrade)
    key = (msg.contract, msg.node)
    require(not carriers.has(ctx, key), CarriedAlready)
    carriers.save(ctx, key, ctx.height)


def settle_upgrades(ctx: Context) -> None:
    """At the end of a block: decide what runs from the next one on, and what is void."""
    if upgrades_waiting.get(ctx) == 0:
        return
    for contract, entry in upgrades.page(ctx, limit=CONTRACTS_MAX):
        is_time = ctx.block_time_ms >= entry.activate_at_ms
        if is_time and _is_carried(ctx, contract):
            _forget(ctx, contract)
            _activate(ctx, contract, entry)
        elif ctx.block_time_ms >= entry.void_at_ms:
            _forget(ctx, contract)
            emit(ctx, UpgradeVoid(contract, entry.version))


def names_of_seats(ctx: Context) -> tuple[str, ...]:
    """Return the names of the validators that decide now."""
    return tuple([seat.name for seat in seats.get(ctx, Seats(())).seats])


def _is_carried(ctx: Context, contract: str) -> bool:
    """Return whether at least two thirds of the validators of now have the code."""
    names = names_of_seats(ctx)
    having = len([name for name in names if carriers.has(ctx, (contract, name))])
    return having > 0 and 3 * having >= 2 * len(names)


def _activate(ctx: Context, contract: str, entry: AcceptedUpgrade) -> None:
    first = ctx.height + 1
    following = [
        one
        if one.contract != contract
        else RunningContract(
            contract=contract,
            version=entry.version,
            code_hash=entry.code_hash,
            since=first,
            before=one.version,
            release=entry.release,
        )
        for one in _running(ctx)
    ]
    running.save(ctx, RunningContracts(tuple(following)))
    emit(ctx, UpgradeActivated(contract, entry.version, entry.code_hash, first))


def _forget(ctx: Context, contract: str) -> None:
    """Take an upgrade out of those that wait, if there is one, with who carries it."""
    if not upgrades.has(ctx, contract):
        return
    upgrades.remove(ctx, contract)
    upgrades_waiting.add(ctx, -1)
    for key, _ in carriers.page(ctx, (contract,), limit=NODES_MAX):
        carriers.remove(ctx, key)


def _running(ctx: Context) -> tuple[RunningContract, ...]:
    return running.get(ctx, RunningContracts(())).contracts
