"""A record of as many ballots as one likes, and what verifying it takes.

    python -m tests.verifier.large --voters 20000 [--unproven] [--folder DIR]

Signed by the real clients, replayed by the verifier's own rules while it is made, so that no
contract executes it; sealed as validators would. One approval contest of two options, two
registrars, two trustees. With --unproven ballots have random proofs and tokens, and the verifier
leaves out the checks of those: what it keeps in memory is the same, and made in much less time.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from secrets import token_bytes

from bench.voting_network import VERIFY
from client.voting.prover import random_scalar
from client.voting.record import Entry as RecordEntry
from contracts.sdk.group import multiply_base
from contracts.tools.testing import key_of
from contracts.voting.core.messages import UNSIGNED
from contracts.voting.crypto.questions import APPROVAL, Contest
from contracts.voting.elections.messages import CreateElection
from contracts.voting.roll.messages import AddVoters, VoterEntry
from contracts.voting.tokens.messages import (
    BlindAnswer,
    IssueTokens,
    RequestToken,
    request_statement,
)
from genesis.schema import show_genesis
from tests.contracts.identity.signing import name_of
from tests.contracts.voting.world import admin
from tests.verifier import acts
from tests.verifier.booth import AUTHORITY, GENESIS, ID, Booth, Plan
from tests.verifier.forging import record_of, text_of
from verifier import replay
from verifier.ledger import read_transaction
from verifier.record import state_of
from verifier.roll import voter_ref

CONTEST = Contest("กรรมการ", APPROVAL, ("ก", "ข"), 0, 2, (), False)
MARKS = ((0,), (1,), (0, 1))
ROLL_PAGE, ANSWERS_PAGE, SHARE = 100, 200, 1_000
REGISTRARS = (1, 2)
UNCHECKED = """
from verifier.replay import _Later

_Later.check = lambda *arguments: None
"""


class _Unchecked:
    """Leaves out what the verifier checks later: all of it is honest here."""

    def check(self, function: Callable[..., None], *args: object) -> None:
        """Check nothing."""

    def settle(self) -> None:
        """Wait for nothing."""


class Hall(Booth):
    """An election in which the verifier's rules say what the contract would."""

    def __init__(self, voters: int) -> None:
        super().__init__(Plan((CONTEST,)))
        self.names = [f"v{number}" for number in range(voters)]
        self.replayed = replay.Replayed()

    def send(self, key, msg) -> None:
        """Take a message into the record."""
        self.take(self._signed(key, msg).raw)

    def take(self, raw: bytes) -> None:
        """Take a signed transaction into the record."""
        block = self.ledger.block
        entry = replay.Entry(block.height, block.time_ms, raw)
        at = (GENESIS.chain_id, entry, read_transaction(raw, "transaction"))
        replay._take(self.replayed, at, _Unchecked())
        self.entries.append(entry)

    def ask(self, query, *args):
        """What the contract would answer."""
        held = self.replayed.election
        opening, closing = held.opening, held.closing
        if query == "election":
            return (None, None, held.setup, None, held.roll_root)
        if query == "reference":
            return voter_ref(held.setup, *args)
        if query == "request":
            return (0, held.requests[args[0]].blinded)
        if query == "opening":
            return (opening.context, opening.key, tuple(opening.qualified.items()))
        if closing is None:
            return None
        joined = b"".join(map(b"".join, closing.ciphertexts))
        return (closing.counted, closing.ballots, joined, closing.weights)

    def class_of(self, who):
        """All are of one class."""
        return 0

    def signed_by_all(self, sign: Callable[[Sequence[str]], list[bytes]], size: int) -> None:
        """Take what all voters, so many at once, sign; on all cores."""
        shares = [self.names[at : at + size] for at in range(0, len(self.names), size)]
        with get_context("fork").Pool() as pool:
            for raws in pool.imap(sign, shares):
                for raw in raws:
                    self.take(raw)


HALLS: list[Hall] = []  # of a process, and of those that it forks


def _requests(names: Sequence[str]) -> list[bytes]:
    hall, key = HALLS[0], key_of(admin(AUTHORITY))
    return [_unique(hall, who)._signed(key, acts.request(hall, who)).raw for who in names]


def _answers(names: Sequence[str]) -> list[bytes]:
    hall, agencies = _unique(HALLS[0], names[0]), HALLS[0].manifest.registrars.agencies
    return [
        hall._signed(key_of(admin(agencies[one - 1])), acts.issue(hall, one, *names)).raw
        for one in REGISTRARS
    ]


def _ballots(names: Sequence[str]) -> list[bytes]:
    hall, raws = HALLS[0], []
    for who in names:
        hall.tokens[who] = acts.token(hall, who, REGISTRARS)
        slip = acts.sealed(hall, who, [MARKS[int(who[1:]) % 3]])
        raws.append(hall._signed(acts.pseudonym(who), slip.cast()).raw)
    return raws


def _unproven_requests(names: Sequence[str]) -> list[bytes]:
    hall, key, raws = HALLS[0], key_of(admin(AUTHORITY)), []
    blinded = acts.request(hall, hall.names[0]).blinded
    for who in names:
        mine = key_of(f"{who}-1")
        bare = RequestToken(ID, hall.ref(who), 0, blinded, mine.public_key, UNSIGNED)
        said = request_statement(GENESIS.chain_id, hall.context, bare)
        raws.append(_unique(hall, who)._signed(key, replace(bare, signature=mine.sign(*said))).raw)
    return raws


def _unproven_answers(names: Sequence[str]) -> list[bytes]:
    hall, agencies = _unique(HALLS[0], names[0]), HALLS[0].manifest.registrars.agencies
    raws = []
    for one in REGISTRARS:
        answers = tuple(BlindAnswer(hall.ref(who), bytes(48)) for who in names)
        by = key_of(admin(agencies[one - 1]))
        raws.append(hall._signed(by, IssueTokens(ID, one, 0, answers)).raw)
    return raws


def _unproven_ballots(names: Sequence[str]) -> list[bytes]:
    hall, raws = HALLS[0], []
    hall.tokens[names[0]] = bytes(48)
    whole = acts.sealed(hall, names[0], [MARKS[0]]).cast()
    for who in names:
        key, answer = acts.pseudonym(who), whole.ballot.answers[0]
        halves = [multiply_base(random_scalar()).encoded for _ in range(2 * len(answer.choices))]
        choices = tuple(map(b"".join, zip(halves[::2], halves[1::2], strict=True)))
        proofs = tuple(token_bytes(len(proof)) for proof in answer.proofs)
        answers = (replace(answer, choices=choices, proofs=proofs),)
        ballot = replace(whole.ballot, answers=answers)
        sent = replace(whole, voter_key=key.public_key, token=token_bytes(48), ballot=ballot)
        raws.append(hall._signed(key, sent).raw)
    return raws


def _unique(hall: Hall, who: str) -> Hall:
    """Have the next nonce be of a voter: forked processes count each by itself."""
    hall._nonce = 1_000_000 + 2 * int(who[1:])
    return hall


def hold(voters: int, *, is_proven: bool = True) -> Hall:
    """Hold the election, to the result or, unproven, to the count."""
    proven = (_requests, _answers, _ballots)
    unproven = (_unproven_requests, _unproven_answers, _unproven_ballots)
    requests, answers, ballots = proven if is_proven else unproven
    hall = Hall(voters)
    HALLS[:] = [hall]
    hall.by(AUTHORITY, CreateElection(ID, AUTHORITY, hall.manifest))
    for at in range(0, voters, ROLL_PAGE):
        page = hall.names[at : at + ROLL_PAGE]
        hall.by(AUTHORITY, AddVoters(ID, tuple(VoterEntry(name_of(who), 0) for who in page)))
    acts.make_keys(hall)
    acts.open_box(hall)
    hall.signed_by_all(requests, SHARE)
    hall.signed_by_all(answers, ANSWERS_PAGE)
    acts.close(hall)
    hall.signed_by_all(ballots, SHARE)
    acts.count(hall)
    if is_proven:
        acts.publish(hall, 1, 2, count_max=voters)
    return hall


def write(hall: Hall, path: Path) -> None:
    """Write the record."""
    state = state_of(hall.replayed, hall.replayed.election)
    record = record_of(hall, **{name: value for name, value in state.items() if value is not None})
    with path.open("w", encoding="ascii") as file:
        file.write(text_of(replace(record, entries=())))
        for entry in hall.entries:
            file.write(RecordEntry(entry.height, entry.time_ms, entry.raw).line())


def main() -> int:
    """Make the record, verify it in a process of its own, and say what it took."""
    parser = argparse.ArgumentParser(prog="python -m tests.verifier.large")
    parser.add_argument("--voters", type=int, default=20_000)
    parser.add_argument("--unproven", action="store_true", help="proofs are random, not checked")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    path, genesis = asked.folder / "large.jsonl", asked.folder / "large-genesis.json"
    genesis.write_text(show_genesis(GENESIS), "utf-8")
    began = time.monotonic()
    write(hold(asked.voters, is_proven=not asked.unproven), path)
    made = f"{asked.voters} ballots, {path.stat().st_size / 1e6:.0f} MB, made in"
    _say(f"{made} {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    program = (UNCHECKED if asked.unproven else "") + VERIFY
    command = (sys.executable, "-c", program, str(path), str(genesis))
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    *_, cpu_s, memory_kb = done.stdout.split()
    took = f"{float(cpu_s):.0f} s of processor time, {time.monotonic() - began:.0f} s"
    _say(f"{done.stdout.splitlines()[0]}\n{took}, {int(memory_kb) / 1024:.0f} MiB")
    return done.returncode


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
