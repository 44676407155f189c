"""Records tests of contracts as chains: each call becomes a signed transaction in a real block.

python -m tests.versions.record FILE FOLDER CHAINS TESTS...

CHAINS is how many of each test file to keep, the longest first; TESTS are as pytest takes them.

The tests run upon `contracts.tools.testing.Ledger`, which signs nothing and stores nothing. Its
calls are noted with the keys that the test made; after the test, the ledger of a node builds blocks
of them at the same heights and times.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

import pytest

from contracts.accounts.rules import account_of, address_of_account
from contracts.tools.testing import Ledger
from node.ledger import LedgerSettings
from node.ports import BuildRequest
from primitives.block import Block
from primitives.crypto import SigningKey
from primitives.ids import address_of
from primitives.transaction import Body, Transaction, sign_body
from tests.execution.chain import VALIDATORS, Chain
from tests.versions.recording import Configs, Recording, founded, save

HEIGHT_MAX = 150  # a chain is cut off there
_AHEAD_MS = 60_000
_UNHURRIED = LedgerSettings(build_ms_max=600_000)


@dataclass
class Notes:
    """What happened upon one test ledger."""

    configs: Configs
    time_ms: int
    calls: list[tuple[int, int, Transaction]] = field(default_factory=list)  # height, time
    accounts: dict[bytes, list[SigningKey]] = field(default_factory=dict)


class Recorder:
    """A plugin of pytest: notes the calls of every test, and makes chains of the longest."""

    def __init__(self) -> None:
        self._notes: list[Notes] = []
        self._of_file: dict[str, list[Notes]] = {}
        self._by_key: dict[bytes, SigningKey] = {}
        self._by_address: dict[bytes, SigningKey] = {}

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note keys, ledgers and calls meanwhile."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SigningKey, "__init__", self._noting_keys(SigningKey.__init__))
            patch.setattr(Ledger, "__init__", self._noting_ledgers(Ledger.__init__))
            patch.setattr(Ledger, "__copy__", self._copied, raising=False)
            patch.setattr(Ledger, "call_of", self._noting_calls(Ledger.call_of))
            yield

    def pytest_runtest_logfinish(self, location: tuple[str, int | None, str]) -> None:
        """Put the notes under the file of the test that is over."""
        self._of_file.setdefault(location[0], []).extend(self._notes)
        self._notes.clear()

    def recordings(self, folder: Path, chains: int) -> Iterator[Recording]:
        """Yield the chains of the longest notes of each file."""
        for number, (_file, notes) in enumerate(sorted(self._of_file.items())):
            longest = sorted(notes, key=lambda each: len(each.calls), reverse=True)[:chains]
            for index, each in enumerate(longest):
                yield chain_of(each, folder / f"{number}-{index}")

    def _copied(self, ledger):
        other = object.__new__(type(ledger))
        other.__dict__.update(ledger.__dict__)
        other.notes = replace(ledger.notes, calls=list(ledger.notes.calls))
        self._notes.append(other.notes)
        return other

    def _noting_keys(self, original):
        def made(key, seed):
            original(key, seed)
            self._by_key[key.public_key] = key
            self._by_address[address_of(key.public_key)] = key

        return made

    def _noting_ledgers(self, original):
        def made(ledger, contracts, configs=None):
            original(ledger, contracts, configs)
            all_configs = {name: {} for name in ("accounts", *contracts)} | dict(configs or {})
            ledger.notes = Notes(all_configs, 1_700_000_000_000)
            for entry in all_configs["accounts"].get("accounts", ()):
                keys = tuple(bytes.fromhex(key[2:]) for key in entry["keys"])
                account = account_of(keys, entry["threshold"])
                signers = [self._by_key[key] for key in keys[: account.threshold]]
                ledger.notes.accounts[address_of_account(account)] = signers
            self._notes.append(ledger.notes)

        return made

    def _noting_calls(self, original):
        def made(ledger, sender, contract, method, args):
            call = original(ledger, sender, contract, method, args)
            signers = ledger.notes.accounts.get(sender) or [self._by_address[sender]]
            body = Body(
                chain_id=ledger.block.chain_id,
                sender=sender,
                nonce=ledger._calls,
                expires_at_ms=ledger.block.time_ms + _AHEAD_MS,
                contract=contract,
                method=method,
                args=args,
            )
            signed = sign_body(body, signers)
            ledger.notes.calls.append((ledger.block.height, ledger.block.time_ms, signed))
            return replace(call, transaction_id=signed.transaction_id)

        return made


def chain_of(notes: Notes, folder: Path) -> Recording:
    """Build, seal and commit blocks of the calls; what a block may not hold is left out."""
    chain_id = notes.calls[0][2].body.chain_id
    document = founded(chain_id, notes.time_ms, notes.configs)
    chain = Chain(folder, _UNHURRIED, document)
    blocks = []
    for (height, time_ms), calls in groupby(notes.calls, key=lambda noted: noted[:2]):
        if height > HEIGHT_MAX:
            break
        while chain.ledger.head().header.height + 1 < height:
            blocks.append(_commit(chain, chain.ledger.head().header.time_ms + 1, ()))
        blocks.append(_commit(chain, time_ms, [signed for _height, _time, signed in calls]))
    chain.ledger.close()
    return Recording(
        chain_id=chain_id, time_ms=notes.time_ms, configs=notes.configs, blocks=tuple(blocks)
    )


def _commit(chain: Chain, time_ms: int, transactions: Sequence[Transaction]) -> Block:
    head = chain.ledger.head()
    request = BuildRequest(
        time_ms=max(time_ms, head.header.time_ms + 1),
        proposer=VALIDATORS[0].public_key,
        last_certificate=head.certificate.unchecked if head.certificate else None,
        evidence=(),
    )
    block = chain.ledger.build(request, transactions)
    chain.ledger.commit(block, chain.seal(block))
    return block


def main(file: Path, folder: Path, chains: int, tests: Sequence[str]) -> int:
    """Run the tests, keep their chains in `file`, and return pytest's exit code."""
    recorder = Recorder()
    with recorder.noting():
        code = pytest.main(["-q", "-p", "no:cacheprovider", *tests], plugins=[recorder])
        save(recorder.recordings(folder, chains), file)
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]))
