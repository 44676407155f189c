"""Which version of each contract executes a block: what the state after the block before says.

    governance: `running`                          contract, version, code hash, since which height
    "system" 00 "migrations" 00 || contract        [version whose state is left], while pages remain

A block never decides by whom it is executed itself, as it never decides who certifies it. Without
governance, and for what it does not name, the versions of the genesis run for ever.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from contracts.governance.upgrades.queries import UpgradeStanding
from contracts.governance.upgrades.state import RunningContract, RunningContracts, running
from contracts.registry import find_contract
from contracts.sdk.contract import Contract, closed
from contracts.sdk.dispatch import Contracts
from contracts.sdk.migration import WHOLE, migrate
from contracts.sdk.ports import BlockInfo, StateView
from contracts.sdk.schema import record_of
from genesis.schema import Genesis
from node.execution.network_record import GOVERNANCE, Query
from node.execution.overlay import StateReader
from node.store.faults import StoreOfOtherNetwork
from primitives.codec import decode, encode
from primitives.crypto import Digest
from primitives.errors import LocalFault
from primitives.receipt import Event
from primitives.shape import fields_of, uint_of

RUNNING_KEY = GOVERNANCE.encode() + b"\0" + running.schema.prefix
_MIGRATIONS_PREFIX = b"system\0migrations\0"
_RUNNING_BYTES_MAX = 64 * 1024

Find = Callable[[str, int, Digest], Contract | None]


class CodeMissing(LocalFault):
    """The next block is executed by code that this release does not carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The contracts of one block.

    Those whose state is being moved are closed in `contracts` and open in `opened`. `due` are the
    migrations to do in the block: (contract, version whose state is there).
    """

    contracts: Contracts
    opened: Contracts
    due: tuple[tuple[str, int], ...] = ()
    fresh: frozenset[str] = frozenset()

    def is_as(self, other: "Versions") -> bool:
        """Return whether both execute alike, so that what is remembered of one holds."""
        return self._facts == other._facts

    @property
    def _facts(self) -> object:
        closed = {name for name, contract in self.contracts.items() if contract.is_closed}
        return dict(self.opened), closed, self.due, self.fresh


NO_VERSIONS = Versions(contracts={}, opened={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where contracts are taken from: the newest by name, or found by version and code."""

    genesis: Genesis
    newest: Contracts
    find: Find = field(default_factory=lambda: find_contract)

    def founding(self) -> Contracts:
        """Return the contracts that genesis names.

        Raises:
            StoreOfOtherNetwork: one is not shipped.
            CodeMissing: it is shipped in other versions only.
        """
        return {
            one.name: self._of(one.name, one.version, one.code_hash, "block 0")
            for one in self.genesis.contracts
        }

    def versions(self, state: StateReader, height: int) -> Versions:
        """Return who executes the block `height` upon `state`. Raises CodeMissing."""
        listed = running_in(state)
        if not listed:
            founding = self.founding()
            return Versions(contracts=founding, opened=founding)
        opened = {
            one.contract: self._of(one.contract, one.version, one.code_hash, _place(one, height))
            for one in listed
        }
        left = {one.contract: _left(state, one.contract) for one in listed}
        fresh = frozenset(one.contract for one in listed if one.since == height and one.before)
        due = {
            one.contract: left[one.contract] or one.before
            for one in listed
            if left[one.contract] or one.contract in fresh
        }
        contracts = {
            name: closed(contract) if left[name] else contract for name, contract in opened.items()
        }
        return Versions(
            contracts=contracts, opened=opened, due=tuple(sorted(due.items())), fresh=fresh
        )

    def _of(self, name: str, version: int, code_hash: Digest, place: str) -> Contract:
        founding = next((one for one in self.genesis.contracts if one.name == name), None)
        newest = self.newest.get(name)
        if newest is None:
            raise StoreOfOtherNetwork(f"this node does not ship the contract {name!r}")
        if founding is not None and founding.version == version == newest.version:
            return newest  # its code was compared with the genesis
        found = self.find(name, version, code_hash)
        if found is None:
            raise CodeMissing(
                f"{place} is executed by version {version} of {name!r}, code 0x{code_hash.hex()},"
                " which this node does not carry: install a release that does, and start again;"
                " the node catches up by itself"
            )
        return found


def running_in(state: StateReader) -> tuple[RunningContract, ...]:
    """Return what runs in the block after a state, none where governance does not say."""
    value = state.get(RUNNING_KEY)
    if value is None:
        return ()
    found: RunningContracts = record_of(RunningContracts).parse(
        decode(value, bytes_max=_RUNNING_BYTES_MAX), "running"
    )
    return found.contracts


def upgrades_in(query: Query) -> tuple[UpgradeStanding, ...]:
    """Return the upgrades that wait at the head, and who carries them."""
    kind, found = record_of(UpgradeStanding), query(GOVERNANCE, "upgrades_awaited", ())
    return tuple(kind.parse(each, "upgrade") for each in found) if isinstance(found, tuple) else ()


class Moving:
    """The migrations of one block: done first, before anything else of it."""

    def __init__(self, versions: Versions, contracts: Contracts) -> None:
        self.contracts = contracts
        self._versions = versions

    def begin(
        self, state: StateView, block: BlockInfo, suspended: tuple[str, ...]
    ) -> tuple[Event, ...]:
        """Do a page of each migration that is due, but of suspended contracts; return the events.

        Raises:
            EndOfBlockFailed: one fails.
        """
        events: list[Event] = []
        contracts: Mapping[str, Contract] = self.contracts
        for name, before in self._versions.due:
            contract = self._versions.opened[name]
            is_done = name in WHOLE
            if name not in suspended:
                is_done, emitted = migrate(contracts, state, block, contract, before)
                events += emitted
            key = _MIGRATIONS_PREFIX + name.encode()
            if not is_done or state.get(key) is not None:
                state.set(key, None if is_done else encode((before,)))
            if contract is not contracts[name] or not is_done:
                contracts = {**contracts, name: contract if is_done else closed(contract)}
        self.contracts = contracts
        return tuple(events)

    @property
    def resting(self) -> tuple[str, ...]:
        """The contracts whose hooks wait: all but governance while one is closed."""
        if not any(contract.is_closed for contract in self.contracts.values()):
            return ()
        return tuple(name for name in self.contracts if name != GOVERNANCE)


def _place(one: RunningContract, height: int) -> str:
    release = f" (release {one.release} or later)" if one.release else ""
    return f"block {height}{release}"


def _left(state: StateReader, name: str) -> int:
    """Return the version whose state is left to be moved, 0 for none."""
    value = state.get(_MIGRATIONS_PREFIX + name.encode())
    if value is None:
        return 0
    fields = fields_of(decode(value, bytes_max=16), name="migration", count=1)
    return uint_of(fields[0], name="version")
