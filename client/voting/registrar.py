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
from client.voting.blind_rsa import BlindSigner
from client.voting.desk import Desk
from client.voting.errors import LedgerRefused, NotThisElection
from client.voting.events import events_of_election
from client.voting.facts import ElectionFacts, Facts
from client.voting.registrar_key import prove_key
from client.voting.vault import Vault
from contracts.voting.messages import IssueToken, RefuseToken, RegisterKey
from contracts.voting.state import Request

log = logging.getLogger("sapha.registrar")

_EVENT = "TokenRequested"
_TOGETHER = 64
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
            results = await asyncio.gather(*(self._answer(election, number, ref) for ref in part))
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

    async def _answer(self, election: ElectionFacts, number: int, ref: bytes) -> str:
        """Answer one request; "done" when the ledger has the answer already."""
        try:
            earlier = await self._facts.answer(election, ref, number)
            request = await self._facts.request(election, ref)
            if request is None:
                return "waiting"  # the node named a request that no block proves
            result = "done" if earlier else await self._decide(election, number, (ref, request))
        except (RpcRefused, LedgerRefused) as refused:
            if refused.code not in _DONE:
                log.warning("request %s waits: %s", ref.hex(), refused)
                return "waiting"
            result = "done"
        self._open.pop(ref, None)
        return result

    async def _decide(
        self, election: ElectionFacts, number: int, asked: tuple[bytes, Request]
    ) -> str:
        ref, request = asked
        reason = await self._judge(ref, request.class_id)
        if reason is not None:
            await self.desk.do(RefuseToken(election.election_id, ref, number, reason))
            return "refused"
        signer = self._signer(election, number, request.class_id)
        signature = await asyncio.to_thread(signer.sign, request.blinded[number - 1])
        await self.desk.do(IssueToken(election.election_id, ref, number, signature))
        return "issued"

    def _signer(self, election: ElectionFacts, number: int, class_id: int) -> BlindSigner:
        signer = self._vault.load(election.election_id, str(class_id))
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


def registrar_number(election: ElectionFacts, agency: str) -> int:
    """Return the number, from 1, of an agency among the registrars. Raises NotThisElection."""
    agencies = election.manifest.registrars.agencies
    if agency not in agencies:
        raise NotThisElection(f"{agency} is no registrar of {election.election_id}")
    return agencies.index(agency) + 1
