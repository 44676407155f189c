"""A chain with a toy contract in two versions, whose upgrade the agencies decide."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from contracts.governance.messages import Change, Execute, Propose, Vote
from contracts.governance.network.messages import Carries, ContractUpgrade
from contracts.registry import find_contract
from contracts.sdk import Chars, Contract, Counter, Map, anyone, emit, event, message, record
from contracts.sdk.schema import record_of
from genesis.schema import Genesis, GenesisContract
from node.ledger import LedgerSettings
from node.ports import CommittedBlock
from primitives.crypto import Digest, SigningKey, digest
from primitives.names import method_name
from primitives.transaction import Transaction
from tests.execution.agencies import AGENCIES, administrator, founded
from tests.execution.chain import ALICE, VALIDATORS, Chain

Name = Annotated[str, Chars(1, 20)]
PAGE = 2


@message
class Ring:
    """Ring a bell."""

    name: Name


@message
class Tune:
    """Tune a bell, which version 1 cannot."""

    name: Name


@record
class Bell:
    """A bell of version 2."""

    rings: int
    tone: int


@event
class BellMoved:
    """A bell was taken over from version 1."""

    name: Name


one = Contract("bell", version=1)
two = Contract("bell", version=2)
CODES = {1: Digest(digest("bell", b"1")), 2: Digest(digest("bell", b"2"))}

rings = Map[Name, int]("rings")
bells = Map[Name, Bell]("bells")
ends = Counter("ends")
two.scope.events[BellMoved] = record_of(BellMoved)


@one.execute(Ring, allow=anyone)
def ring(ctx, msg):
    """Count."""
    rings.add(ctx, msg.name, 1)


@one.query
def rung(ctx, name: Name) -> int:
    """How often a bell rang."""
    return rings.get(ctx, name, 0)


@two.execute(Ring, allow=anyone)
def ring_bell(ctx, msg):
    """Count by tens."""
    bell = bells.get(ctx, msg.name, Bell(0, 0))
    bells.save(ctx, msg.name, replace(bell, rings=bell.rings + 10))


@two.execute(Tune, allow=anyone)
def tune(ctx, msg):
    """Give a tone."""
    bells.save(ctx, msg.name, replace(bells.get(ctx, msg.name, Bell(0, 0)), tone=1))


def _rung(ctx, name: Name) -> int:
    """How often a bell rang."""
    return bells.get(ctx, name, Bell(0, 0)).rings


_rung.__name__ = "rung"
two.query(_rung)


@two.end_block
def count_ends(ctx):
    """Count the blocks that ended in version 2."""
    ends.add(ctx, 1)


@two.query
def tone_of(ctx, name: Name) -> int:
    """The tone of a bell."""
    return bells.get(ctx, name, Bell(0, 0)).tone


@two.query
def ended(ctx) -> int:
    """How many blocks ended."""
    return ends.get(ctx)


@two.migrate(from_version=1)
def take_over(ctx):
    """Give each bell a tone, a few a page."""
    page = rings.page(ctx, limit=PAGE)
    for name, count in page:
        bells.save(ctx, name, Bell(count, 7))
        rings.remove(ctx, name)
        emit(ctx, BellMoved(name))
    return len(page) < PAGE


def find(name: str, version: int, code_hash: Digest) -> Contract | None:
    """Find a toy by its version, and others where they are."""
    if name != "bell":
        return find_contract(name, version, code_hash)
    return {1: one, 2: two}.get(version) if CODES.get(version) == code_hash else None


def genesis() -> Genesis:
    """Four validators and their agencies, with the toy in version 1 and a short notice."""
    document = founded()
    bell = GenesisContract(name="bell", version=1, code_hash=CODES[1], config={})
    contracts = [
        replace(each, config={**each.config, "parameters": {"upgrade-notice-seconds": 1}})
        if each.name == "governance"
        else each
        for each in document.contracts
    ]
    return replace(
        document, contracts=tuple(sorted((*contracts, bell), key=lambda each: each.name))
    )


def chain_with_bells(folder: Path, settings: LedgerSettings | None = None) -> Chain:
    """A chain at block 0 whose toy is in version 1; the test names the toy in CONTRACTS."""
    return Chain(folder, settings or LedgerSettings(find=find), genesis())


def act(chain: Chain, by: SigningKey, message: object, contract: str = "governance") -> Transaction:
    """A transaction with this message."""
    args = record_of(type(message)).write(message, "message")
    return chain.transaction(by, method_name(type(message)), *args, contract=contract)


def ring_once(chain: Chain, name: str) -> Transaction:
    """A transaction that rings a bell."""
    return act(chain, ALICE, Ring(name), contract="bell")


def accept_upgrade(chain: Chain, *, after_ms: int = 10_000, lasts_ms: int = 60_000) -> int:
    """Let the agencies agree to version 2; return the time from which it may run."""
    now_ms = chain.next_ms
    wanted = ContractUpgrade(
        contract="bell",
        version=2,
        code_hash=CODES[2],
        release="0.2.0",
        activate_at_ms=now_ms + after_ms,
        void_at_ms=now_ms + after_ms + lasts_ms,
    )
    parts = dict.fromkeys(record_of(Change).names) | {"upgrade": wanted}
    proposal = Propose(Change(**parts), now_ms + 2_000, now_ms + 600_000)
    chain.commit(act(chain, administrator("v0"), proposal))
    chain.commit(*(act(chain, administrator(name), Vote(1, is_yes=True)) for name in AGENCIES[:3]))
    chain.commit()
    chain.commit(act(chain, administrator("v0"), Execute(1)))
    return now_ms + after_ms


def announce(chain: Chain, *numbers: int) -> CommittedBlock:
    """Let these validators say, by their own keys, that they carry version 2."""
    said = [Carries(f"v{number}", "bell", 2, CODES[2]) for number in numbers]
    keys = [VALIDATORS[number] for number in numbers]
    return chain.commit(
        *(act(chain, key, message) for key, message in zip(keys, said, strict=True))
    )


def commit_until(chain: Chain, time_ms: int) -> CommittedBlock:
    """Commit empty blocks up to the first at this time or after it; return that."""
    while True:
        committed = chain.commit()
        if committed.block.header.time_ms >= time_ms:
            return committed


def events_of(committed: CommittedBlock) -> Sequence[str]:
    """The names of all events of a block."""
    return [event.name for receipt in committed.receipts for event in receipt.events]
