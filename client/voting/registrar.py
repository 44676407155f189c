"""A registrar: keys for each class, and an answer to each request on the ledger.

Runs apart from any validator, with its own keys and its own light client: it signs only requests
that a certified block proves. The ledger is its only memory: what it has answered is there, so a
crash costs nothing and an answer given twice is the same.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from client.answers import hex_field, uint_field
from client.errors import NodeUnreachable, RpcRefused
from client.outcome import Outcome
from client.voting.blind_rsa import BlindSigner
from client.voting.desk import Desk, require_ok
from client.voting.errors import LedgerRefused, NotThisElection
from client.voting.events import events_of_election
from client.voting.facts import ElectionFacts, Facts
from client.voting.registrar_key import prove_key
from client.voting.vault import Vault
from contracts.voting.tokens.messages import IssueToken, RefuseToken, RegisterKey
from contracts.voting.tokens.state import Request

log = logging.getLogger("sapha.registrar")

_EVENT = "TokenRequested"
_TOGETHER = 50
_POLL_S = 1.0
_DONE = frozenset({"ALREADY_ANSWERED"})
_KEY_DONE = frozenset({"KEY_EXISTS", "ALREADY_OPEN"})

# Says why a voter (voter_ref, class) is refused, by a reason code of the contract; None to sign.
Judge = Callable[[bytes, int], Awaitable[str | None]]


async def sign_all(_voter_ref: bytes, _class_id: int) -> str | None:
    """Refuse nobody: the ledger has checked roll, class and signature of every request."""
    return None


def refuse_these(reasons: Mapping[bytes, str]) -> Judge:
    """Return a judge that refuses the voters named by their voter_ref, each for its reason."""

    async def judge(voter_ref: bytes, _class_id: int) -> str | None:
        return reasons.get(voter_ref)

    return judge


@dataclass(frozen=True, slots=True)
class Served:
    """What one round did."""

    issued: int = 0
    refused: int = 0
    waiting: int = 0  # requests that could not be answered now; the next round tries again


class Registrar:
    """One registrar of one election."""

    def __init__(self, desk: Desk, facts: Facts, vault: Vault, judge: Judge = sign_all) -> None:
        self.desk = desk
        self._facts = facts
        self._vault = vault
        self._judge = judge
        self._from_height = 1
        self._open: dict[bytes, int] = {}
        self._signers: dict[tuple[str, int], BlindSigner] = {}  # as opened from the vault

    async def register_keys(self, election_id: str, agency: str) -> int:
        """Make and register the agency's key of every class; return how many the ledger took.

        Raises:
            NotThisElection: the manifest does not name the agency.
            RpcRefused, LedgerRefused: the ledger takes no key now.
        """
        election = await self._facts.election(election_id)
        number = registrar_number(election, agency)
        taken = 0
        for class_id in range(len(election.manifest.classes)):
            signer = await asyncio.to_thread(self._vault.make, election_id, str(class_id))
            proof = await asyncio.to_thread(prove_key, signer)
            modulus = signer.public.encode()
            message = RegisterKey(election_id, number, class_id, modulus, proof)
            taken += await self._do(message, _KEY_DONE)
        return taken

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
                done.issued + results.count("issued"),
                done.refused + results.count("refused"),
                done.waiting + results.count("waiting"),
            )
        return done

    async def run(self, election_id: str, agency: str) -> Served:
        """Serve until the issue window is over; return all that was done."""
        election = await self._facts.election(election_id)
        election.opened()
        total = Served()
        while True:
            try:
                height = uint_field(await self.desk.rpc.call("chain_getStatus"), "height")
                done = await self.serve(election, agency)
            except NodeUnreachable as error:
                log.warning("no node answers: %s", error)
                await asyncio.sleep(_POLL_S)
                continue
            total = Served(total.issued + done.issued, total.refused + done.refused, done.waiting)
            if height + 1 >= election.manifest.windows.issue_until:
                return total
            await asyncio.sleep(_POLL_S)

    async def _find_requests(self, election: ElectionFacts) -> None:
        """Take note of the requests in blocks that were not looked at yet."""
        start = max(self._from_height, election.manifest.windows.issue_from)
        found = events_of_election(self.desk.rpc, election.election_id, _EVENT, start)
        async for event in found:
            self._open[hex_field(event.fields, "voter_ref")] = event.height
            self._from_height = max(self._from_height, event.height)

    async def _answer(self, election: ElectionFacts, number: int, refs: list[bytes]) -> list[str]:
        """Answer requests together; "done" is what the ledger has the answer to already."""
        try:
            asked = await self._facts.asked(election, number, refs)
        except RpcRefused as refused:
            log.warning("%d requests wait: %s", len(refs), refused)
            return ["waiting" for _ in refs]
        # A request that the node named and no block proves waits.
        results = {
            ref: "waiting" if request is None else "done"
            for ref, (request, answer) in zip(refs, asked, strict=True)
            if request is None or answer is not None
        }
        open_ones = [
            (ref, request)
            for ref, (request, _) in zip(refs, asked, strict=True)
            if request is not None and ref not in results
        ]
        messages = [await self._decide(election, number, one) for one in open_ones]
        outcomes = await self.desk.send_all(messages)
        for message, outcome in zip(messages, outcomes, strict=True):
            results[message.voter_ref] = _result(message, outcome)
        for ref, result in results.items():
            if result != "waiting":
                self._open.pop(ref, None)
        return list(results.values())

    async def _decide(
        self, election: ElectionFacts, number: int, asked: tuple[bytes, Request]
    ) -> IssueToken | RefuseToken:
        ref, request = asked
        reason = await self._judge(ref, request.class_id)
        if reason is not None:
            return RefuseToken(election.election_id, ref, number, reason)
        signer = self._signer(election, number, request.class_id)
        signature = await asyncio.to_thread(signer.sign, request.blinded[number - 1])
        return IssueToken(election.election_id, ref, number, signature)

    def _signer(self, election: ElectionFacts, number: int, class_id: int) -> BlindSigner:
        place = (election.election_id, class_id)
        if place not in self._signers:
            self._signers[place] = self._vault.load(election.election_id, str(class_id))
        signer = self._signers[place]
        if signer.public.encode() != election.moduli[class_id][number - 1]:
            raise NotThisElection(f"the ledger has another key for class {class_id}")
        return signer

    async def _do(self, message: object, done: frozenset[str]) -> int:
        try:
            await self.desk.do(message)
        except (RpcRefused, LedgerRefused) as refused:
            if refused.code not in done:
                raise
            return 0
        return 1


def _result(message: IssueToken | RefuseToken, outcome: Outcome | RpcRefused) -> str:
    """Return what became of an answer; one that another run gave first is done."""
    try:
        if isinstance(outcome, RpcRefused):
            raise outcome
        require_ok(outcome)
    except (RpcRefused, LedgerRefused) as refused:
        if refused.code in _DONE:
            return "done"
        log.warning("request %s waits: %s", message.voter_ref.hex(), refused)
        return "waiting"
    return "issued" if isinstance(message, IssueToken) else "refused"


def registrar_number(election: ElectionFacts, agency: str) -> int:
    """Return the number, from 1, of an agency among the registrars. Raises NotThisElection."""
    agencies = election.manifest.registrars.agencies
    if agency not in agencies:
        raise NotThisElection(f"{agency} is no registrar of {election.election_id}")
    return agencies.index(agency) + 1
