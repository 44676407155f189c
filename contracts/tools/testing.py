"""A ledger in memory, for tests of contracts: the real dispatch over a dict.

    ledger = Ledger({"accounts": accounts, "cbdc": cbdc}, {"cbdc": {"supply_satang_max": 10}})
    ledger.as_("bank").execute(Issue(to=ledger.address("alice"), amount=100, reference="R1"))
    ledger.as_("alice").rejects(SelfTransfer, Transfer(ledger.address("alice"), 1, ""))
    assert ledger.query("cbdc", "balance", ledger.address("alice")) == 100

A name stands for the account of a key that is derived from the name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.sdk import dispatch
from contracts.sdk.dispatch import Call, Contracts
from contracts.sdk.ports import BlockInfo
from contracts.sdk.schema import record_of
from contracts.tools.refusals import refusals
from primitives.codec import Value
from primitives.crypto import SigningKey, digest
from primitives.errors import ContractError, InvariantBroken, Rejected
from primitives.ids import Address, TransactionId, address_of
from primitives.names import method_name
from primitives.receipt import Event


class DictState:
    """State in a dict under one overlay; implements contracts.sdk.ports.StateView."""

    def __init__(self) -> None:
        self.committed: dict[bytes, bytes] = {}
        self.overlay: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent."""
        return self.overlay[key] if key in self.overlay else self.committed.get(key)

    def set(self, key: bytes, value: bytes | None) -> None:
        """Set `key` in the overlay; None removes it."""
        self.overlay[key] = value

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield at most `limit` pairs under `prefix` in ascending order of keys."""
        keys = sorted(key for key in {**self.committed, **self.overlay} if key.startswith(prefix))
        for key in keys:
            value = self.get(key)
            if limit and value is not None and (after is None or key > after):
                limit -= 1
                yield key, value

    def keep(self) -> None:
        """Move the overlay into the state."""
        for key, value in self.overlay.items():
            if value is None:
                self.committed.pop(key, None)
            else:
                self.committed[key] = value
        self.overlay = {}

    def discard(self) -> None:
        """Forget the overlay."""
        self.overlay = {}


class Ledger:
    """Contracts over a dict, with a block that tests move on by hand."""

    def __init__(
        self, contracts: Contracts, configs: Mapping[str, Mapping[str, object]] | None = None
    ) -> None:
        self.contracts = contracts
        self.state = DictState()
        self.block = BlockInfo(chain_id="test-chain", height=0, time_ms=1_700_000_000_000)
        self._calls = 0
        dispatch.begin_genesis(contracts, self.state, self.block, configs or {})
        self.state.keep()
        self.next_block()

    def as_(self, name: str) -> "Sender":
        """Return the sender whose account is that of `name`."""
        return Sender(self, address_of(key_of(name).public_key))

    def at(self, address: Address) -> "Sender":
        """Return the sender with this address."""
        return Sender(self, address)

    @staticmethod
    def address(name: str) -> Address:
        """Return the address of the key derived from `name`."""
        return address_of(key_of(name).public_key)

    def next_block(self, *, time_ms: int = 1000) -> tuple[Event, ...]:
        """End the block and begin the next, `time_ms` later; return what the end emitted."""
        events = dispatch.end_block(self.contracts, self.state, self.block)
        self.state.keep()
        self.block = BlockInfo(
            chain_id=self.block.chain_id,
            height=self.block.height + 1,
            time_ms=self.block.time_ms + time_ms,
        )
        return events

    def query(self, contract: str, name: str, *args: Value) -> Value:
        """Return the answer of a query."""
        return dispatch.query(self.contracts, self.state, self.block, contract, name, args)

    def call_of(self, sender: Address, contract: str, method: str, args: tuple[Value, ...]) -> Call:
        """Return a call with a fresh transaction id."""
        self._calls += 1
        return Call(
            sender=sender,
            contract=contract,
            method=method,
            args=args,
            transaction_id=TransactionId(digest("txid", self._calls.to_bytes(8, "big"))),
        )

    def contract_of(self, message: object) -> str:
        """Return the name of the contract that takes `message`."""
        for name, contract in self.contracts.items():
            method = contract.methods.get(method_name(type(message)))
            if method is not None and method.schema.cls is type(message):
                return name
        raise LookupError(f"no contract takes a {type(message).__name__}")


class Sender:
    """One account's side of a Ledger."""

    def __init__(self, ledger: Ledger, address: Address) -> None:
        self._ledger = ledger
        self.address = address

    def execute(self, message: object) -> tuple[Event, ...]:
        """Execute `message` and return its events. Raises what the contract rejects with."""
        return self.call(*self._parts(message))

    def rejects(self, error: type[Rejected], message: object) -> Rejected:
        """Check that `message` is rejected with exactly `error` and changes nothing."""
        return self.rejects_call(error, *self._parts(message))

    def call(self, contract: str, method: str, args: tuple[Any, ...]) -> tuple[Event, ...]:
        """Execute a call with these raw arguments. Raises what it is rejected with."""
        ledger = self._ledger
        call = ledger.call_of(self.address, contract, method, args)
        try:
            dispatch.check(ledger.contracts, ledger.state, ledger.block, call)
            events = dispatch.execute(ledger.contracts, ledger.state, ledger.block, call)
        except Rejected as error:
            ledger.state.discard()
            self._require_published(error, contract, method)
            raise
        ledger.state.keep()
        return events

    def rejects_call(
        self, error: type[Rejected], contract: str, method: str, args: tuple[Any, ...]
    ) -> Rejected:
        """Check that a call with raw arguments is rejected with `error` and changes nothing."""
        before = dict(self._ledger.state.committed)
        try:
            self.call(contract, method, args)
        except Rejected as refusal:
            if type(refusal) is not error:
                raise
            if self._ledger.state.committed != before:
                raise InvariantBroken("a rejected call changed state") from refusal
            return refusal
        raise AssertionError(f"{contract}.{method} was accepted, expected {error.code}")

    def _parts(self, message: object) -> tuple[str, str, tuple[Any, ...]]:
        schema = record_of(type(message))
        # Unchecked on purpose: tests send wrong messages too.
        args = tuple(getattr(message, name) for name in schema.names)
        return self._ledger.contract_of(message), method_name(type(message)), args

    def _require_published(self, error: Rejected, contract: str, method: str) -> None:
        if isinstance(error, ContractError):
            published = refusals(self._ledger.contracts[contract])[method]
            if type(error) not in published:
                raise InvariantBroken(f"the ABI of {contract}.{method} lacks {error.code}")


def key_of(name: str) -> SigningKey:
    """Return the signing key that tests derive from `name`."""
    return SigningKey(digest("test-key", name.encode()))
