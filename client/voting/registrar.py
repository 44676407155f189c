"""A registrar: its own key for each class, and an answer to each request on the ledger.

Runs apart from any validator, with its own keys and its own light client: it signs only requests
that a certified block proves, of voters whom the proven roll names. The ledger is its only memory:
what it has answered is there, so a crash costs nothing and an answer given twice is the same.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from client.bls_blind import SignerKey
from client.contract import Actor
from client.errors import LedgerRefused, NodeUnreachable, RpcRefused
from client.outcome import Outcome, require_ok
from client.vault import Vault
from client.voting.errors import NotOpen, NotThisElection
from client.voting.events import events_of
from client.voting.facts import ElectionFacts, Facts
from contracts.sdk.bls import decode_g1
from contracts.voting.core.messages import ANSWERS_MAX
from contracts.voting.core.state import Voter, signer_keys
from contracts.voting.crypto.tokens import key_labels
from contracts.voting.tokens.messages import (
    BlindAnswer,
    CloseIssuing,
    IssueTokens,
    ProvenKey,
    RefuseToken,
    RegisterKeys,
    TokenRequested,
)
from contracts.voting.tokens.state import Request

log = logging.getLogger("sapha.registrar")

_TOGETHER = 33  # a question proves so many requests, answers and entries of the roll
_POLL_S = 1.0
_DONE = frozenset({"ALREADY_ANSWERED"})
_KEY_DONE = frozenset({"KEY_EXISTS", "ALREADY_OPEN"})
_CLOSED = frozenset({"ISSUING_ALREADY_CLOSED"})

# Says why a voter (voter_ref, class) is refused, by a reason code of the contract; None to sign.
Judge = Callable[[bytes, int], Awaitable[str | None]]


async def sign_all(_voter_ref: bytes, _class_id: int) -> str | None:
    """Refuse nobody: the registrar has looked at the roll itself, the ledger at the signature."""
    return None


def refuse_these(reasons: Mapping[bytes, str]) -> Judge:
    """Return a judge that refuses the voters named by their voter_ref, each for its reason."""

    async def judge(voter_ref: bytes, _class_id: int) -> str | None:
        return reasons.get(voter_ref)

    return judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What one round did."""

    issued: int = 0
    refused: int = 0
    waiting: int = 0  # requests that could not be answered now; the next round tries again


class Registrar:
    """One registrar of one election."""

    def __init__(self, actor: Actor, facts: Facts, vault: Vault, judge: Judge = sign_all) -> None:
        self.actor = actor
        self._facts = facts
        self._vault = vault
        self._judge = judge
        self._from_height = 1
        self._open: dict[bytes, int] = {}

    async def register_keys(self, election_id: str, agency: str) -> int:
        """Post the agency's key of every class; return how many the ledger took.

        Raises:
            NotThisElection: the manifest does not name the agency.
            NotOpen: the roll, which keys are made for, is not frozen yet.
            RpcRefused, LedgerRefused: the ledger takes no key now.
        """
        election = await self._facts.election(election_id)
        number = registrar_number(election, agency)
        roll = _roll_of(election)
        keys = []
        for class_id in range(len(election.manifest.classes)):
            signer = self._vault.key(roll, class_id, number)
            proof = signer.prove(key_labels(roll, (class_id, number), agency))
            keys.append(ProvenKey(key=signer.public.encoded, proof=proof))
        message = RegisterKeys(election_id=election_id, registrar=number, keys=tuple(keys))
        return len(keys) if await self._do(message, _KEY_DONE) else 0

    async def close(self, election_id: str) -> None:
        """Have it fixed who signs for each class, after the last answer; again changes nothing.

        Raises:
            RpcRefused, LedgerRefused: such as OUTSIDE_WINDOW while answers are taken.
        """
        await self._do(CloseIssuing(election_id=election_id), _CLOSED)

    async def serve(self, election: ElectionFacts, agency: str) -> Served:
        """Answer every request that is on the ledger and not answered yet by this registrar.

        Raises:
            NotThisElection: the manifest does not name the agency, or the key is not the vault's.
        """
        number = registrar_number(election, agency)
        await self._find_requests(election)
        refs = list(self._open)
        done = Served()
        for start in range(0, len(refs), _TOGETHER):
            part = refs[start : start + _TOGETHER]
            results = await self._answer(election, number, part)
            done = Served(
                issued=done.issued + results.count("issued"),
                refused=done.refused + results.count("refused"),
                waiting=done.waiting + results.count("waiting"),
            )
        return done

    async def run(self, election_id: str, agency: str) -> Served:
        """Serve until the issue window is over, have it closed, and return all that was done."""
        election = await self._facts.election(election_id)
        election.opened()
        total = Served()
        while True:
            try:
                election = await self._facts.election(election_id)
                done = await self.serve(election, agency)
            except NodeUnreachable as error:
                log.warning("no node answers: %s", error)
                await asyncio.sleep(_POLL_S)
                continue
            total = Served(
                issued=total.issued + done.issued,
                refused=total.refused + done.refused,
                waiting=done.waiting,
            )
            if election.now_ms >= election.windows.issue_until_ms:
                await self.close(election_id)
                return total
            await asyncio.sleep(_POLL_S)

    async def attend(self, election_id: str, agency: str) -> Served:
        """Post the agency's keys and answer requests, each once it is due; again changes nothing.

        Raises:
            NotThisElection: the manifest does not name the agency.
            NotOpen: the election was not opened in time.
        """
        while True:
            try:
                election = await self._facts.election(election_id)
                if election.opening is not None:
                    return await self.run(election_id, agency)
                if election.roll is not None and not await self._has_keys(election, agency):
                    await self.register_keys(election_id, agency)
            except NodeUnreachable as error:
                log.warning("no node answers: %s", error)
            else:
                if election.now_ms >= election.windows.issue_from_ms:
                    raise NotOpen(f"{election_id} was not opened in time")
            await asyncio.sleep(_POLL_S)

    async def _has_keys(self, election: ElectionFacts, agency: str) -> bool:
        number = registrar_number(election, agency)
        return await self._facts.value(signer_keys, election.election_id, number, 0) is not None

    async def _find_requests(self, election: ElectionFacts) -> None:
        """Take note of the requests in blocks that were not looked at yet."""
        start = max(self._from_height, election.opened().opened_at)
        of = election.election_id
        async for found in events_of(self.actor.rpc, TokenRequested, of, start):
            self._open[found.event.voter_ref] = found.height
            self._from_height = max(self._from_height, found.height)

    async def _answer(self, election: ElectionFacts, number: int, refs: list[bytes]) -> list[str]:
        """Answer requests together; "done" is what the ledger has the answer to already."""
        try:
            asked = await self._facts.asked(election, number, refs)
        except RpcRefused as refused:
            log.warning("%d requests wait: %s", len(refs), refused)
            return ["waiting" for _ in refs]
        results: dict[bytes, str] = {}
        open_ones: dict[bytes, Request] = {}
        for ref, (request, answer, voter) in zip(refs, asked, strict=True):
            if request is None or answer is not None:
                # A request that the node named and no block proves waits.
                results[ref] = "waiting" if request is None else "done"
                continue
            if _is_on_roll(ref, request, voter):
                open_ones[ref] = request
            else:
                results[ref] = "waiting"
        await self._decide(election, number, open_ones, results)
        for ref, result in results.items():
            if result != "waiting":
                self._open.pop(ref, None)
        return list(results.values())

    async def _decide(
        self,
        election: ElectionFacts,
        number: int,
        asked: Mapping[bytes, Request],
        results: dict[bytes, str],
    ) -> None:
        """Refuse whom the judge names, and sign for all others, a batch a class."""
        by_class: dict[int, list[bytes]] = {}
        messages: list[tuple[RefuseToken | IssueTokens, list[bytes]]] = []
        for ref, request in asked.items():
            reason = await self._judge(ref, request.class_id)
            if reason is None:
                by_class.setdefault(request.class_id, []).append(ref)
            else:
                refusal = RefuseToken(
                    election_id=election.election_id, voter_ref=ref, registrar=number, reason=reason
                )
                messages.append((refusal, [ref]))
        for class_id, refs in by_class.items():
            signer = self._signer(election, number, class_id)
            blinded = [(ref, asked[ref].blinded) for ref in refs[:ANSWERS_MAX]]
            answers = await asyncio.to_thread(_signed, signer, blinded)
            batch = IssueTokens(
                election_id=election.election_id,
                registrar=number,
                class_id=class_id,
                answers=answers,
            )
            messages.append((batch, refs))
        outcomes = await self.actor.send_all([message for message, _ in messages])
        for (message, refs), outcome in zip(messages, outcomes, strict=True):
            results |= dict.fromkeys(refs, _result(message, outcome))

    def _signer(self, election: ElectionFacts, number: int, class_id: int) -> SignerKey:
        signer = self._vault.key(_roll_of(election), class_id, number)
        posted = election.keys[class_id].get(number)
        if posted is None:
            raise NotThisElection(f"registrar {number} posted no keys in time, and is left out")
        if signer.public != posted:
            raise NotThisElection(f"the ledger has another key for class {class_id}")
        return signer

    async def _do(self, message: object, done: frozenset[str]) -> int:
        try:
            await self.actor.do(message)
        except (RpcRefused, LedgerRefused) as refused:
            if refused.code not in done:
                raise
            return 0
        return 1


def _signed(signer: SignerKey, blinded: Sequence[tuple[bytes, bytes]]) -> tuple[BlindAnswer, ...]:
    """Sign each element; it is checked to be in the group before it meets the secret."""
    return tuple(
        BlindAnswer(voter_ref=ref, signature=signer.sign(decode_g1(element)).encoded)
        for ref, element in blinded
    )


def _is_on_roll(ref: bytes, request: Request, voter: Voter | None) -> bool:
    """Whether the roll bears a request out; validators who let another one through are lying."""
    is_on = voter is not None and voter.class_id == request.class_id
    if not is_on:
        log.error("not signed: the roll has no voter %s in class %d", ref.hex(), request.class_id)
    return is_on


def _roll_of(election: ElectionFacts) -> bytes:
    if election.roll is None:
        raise NotOpen(f"the roll of {election.election_id} is not frozen yet")
    return election.roll


def _result(message: IssueTokens | RefuseToken, outcome: Outcome | RpcRefused) -> str:
    """Return what became of an answer; a batch that another run gave in part is asked again."""
    try:
        if isinstance(outcome, RpcRefused):
            raise outcome
        require_ok(outcome)
    except (RpcRefused, LedgerRefused) as refused:
        if refused.code in _DONE and isinstance(message, RefuseToken):
            return "done"
        log.warning("answers wait: %s", refused)
        return "waiting"
    return "issued" if isinstance(message, IssueTokens) else "refused"


def registrar_number(election: ElectionFacts, agency: str) -> int:
    """Return the number, from 1, of an agency among the registrars. Raises NotThisElection."""
    agencies = election.manifest.registrars.agencies
    if agency not in agencies:
        raise NotThisElection(f"{agency} is no registrar of {election.election_id}")
    return agencies.index(agency) + 1
