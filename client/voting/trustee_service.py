"""A trustee's part, act by act: the key ceremony, complaints, and decryption shares.

One master seed serves all elections; each has its own seed and encryption key, which it posts
itself. The ledger is the only other memory: each step looks at what is proven there and does what
is due, so a step may be repeated at any time, also after a crash.
"""

import asyncio
import hmac
import logging
from dataclasses import dataclass

from client.answers import uint_field
from client.errors import NodeUnreachable, RpcRefused
from client.voting.dealer import BadShare, Dealer, Setup, check_share
from client.voting.desk import Desk
from client.voting.errors import LedgerRefused, NotThisElection
from client.voting.events import events_of_election, transaction_of
from client.voting.facts import ElectionFacts, Facts
from client.voting.trustee import Trustee
from contracts.sdk.group import decode_point
from contracts.sdk.schema import record_of
from contracts.voting.ceremony.messages import (
    AnswerComplaint,
    CommitDealing,
    Complain,
    DealShares,
    RevealDealing,
)
from contracts.voting.ceremony.state import Commitment, SealedShares
from contracts.voting.core.rules import (
    Span,
    answer_span,
    commit_span,
    complain_span,
    deal_span,
    decrypt_span,
    reveal_span,
)
from contracts.voting.core.state import Closing
from contracts.voting.crypto.dkg import Commitments, Dealing, DecryptionShare, ShareStatement
from contracts.voting.crypto.elgamal import CIPHERTEXT_BYTES, unchecked_ciphertext
from contracts.voting.crypto.questions import choice_count
from contracts.voting.tally.messages import DeliverShares
from primitives.crypto import SEED_BYTES
from primitives.errors import BadShape

log = logging.getLogger("sapha.trustee")

COMMITTED, REVEALED, DEALT = "committed", "revealed", "dealt"
COMPLAINED, ANSWERED, DELIVERED, NOTHING = "complained", "answered", "delivered", "nothing"
_PREFIX = b"sapha/trustee/v1\0"
_POLL_S = 1.0


@dataclass(frozen=True, slots=True)
class _Part:
    """One trustee in one election: its number, and what all trustees have revealed."""

    election: ElectionFacts
    number: int
    seed: bytes
    dealings: dict[int, Dealing]

    @property
    def dealer(self) -> Dealer:
        """The dealer of this trustee's seed."""
        setup = Setup(self.election.setup, self.election.manifest.trustees.needed)
        return Dealer(setup, self.number, self.seed)

    def commitments(self, dealer: int) -> Commitments:
        """Return what a dealer published of its polynomial."""
        return tuple(decode_point(item) for item in self.dealings[dealer].coefficients)

    def opened(self, dealer: int, sealed: SealedShares) -> bytes:
        """Return the share that a dealer sealed to this trustee, checked. Raises BadShare."""
        mine = sealed.sealed[sorted(self.dealings).index(self.number)]
        return self.dealer.open_share(dealer, mine, self.commitments(dealer))


class TrusteeService:
    """Does what is due for one trustee. Never prints its seed."""

    def __init__(self, desk: Desk, facts: Facts, seed: bytes) -> None:
        """Keep the trustee's master seed of 32 bytes. Raises BadShape."""
        if len(seed) != SEED_BYTES:
            raise BadShape(f"a trustee's seed has {SEED_BYTES} bytes, not {len(seed)}")
        self.desk = desk
        self._facts = facts
        self._seed = seed

    def __repr__(self) -> str:
        return "TrusteeService(...)"

    async def step(self, election_id: str, agency: str) -> str:
        """Do what is due now and return its name, "nothing" when nothing is.

        Raises:
            NotThisElection: no such election, or the agency is no trustee of it.
            RpcRefused, LedgerRefused: the ledger does not take it.
        """
        part = await self._part(election_id, agency)
        election = part.election
        acts = (
            (commit_span, self._commit),
            (reveal_span, self._reveal),
            (deal_span, self._deal),
            (complain_span, self._complain),
            (answer_span, self._answer),
            (decrypt_span, self._deliver),
        )
        for span, act in acts:
            if _is_in(election.now_ms, span(election.windows)):
                return await act(part)
        return NOTHING

    async def run(self, election_id: str, agency: str) -> list[str]:
        """Do everything as it becomes due, until the shares are delivered or it is too late."""
        done: list[str] = []
        election = await self._facts.election(election_id)
        while True:
            act = NOTHING
            try:
                act = await self.step(election_id, agency)
            except (NodeUnreachable, RpcRefused, LedgerRefused) as error:
                log.warning("%s: tried again soon: %s", election_id, error)
            election = await self._election(election)
            if act != NOTHING:
                log.info("%s: %s", election_id, act)
                done.append(act)
            if act == DELIVERED or election.now_ms >= election.windows.decrypt_until_ms:
                return done
            await asyncio.sleep(_POLL_S)

    async def _election(self, otherwise: ElectionFacts) -> ElectionFacts:
        """Return the election as it is now: its dates may have been moved."""
        try:
            return await self._facts.election(otherwise.election_id)
        except NodeUnreachable:
            return otherwise

    async def _commit(self, part: _Part) -> str:
        of = part.election.election_id
        if await self._committed(of, part.number):
            return NOTHING
        dealer = part.dealer
        message = CommitDealing(of, part.number, dealer.commitment, dealer.encryption_key)
        await self.desk.do(message)
        return COMMITTED

    async def _reveal(self, part: _Part) -> str:
        of = part.election.election_id
        if part.number in part.dealings or not await self._committed(of, part.number):
            return NOTHING
        await self.desk.do(RevealDealing(of, part.dealer.dealing()))
        return REVEALED

    async def _deal(self, part: _Part) -> str:
        of = part.election.election_id
        if part.number not in part.dealings or await self._dealt(of, part.number) is not None:
            return NOTHING
        keys = {number: dealing.encryption_key for number, dealing in part.dealings.items()}
        await self.desk.do(DealShares(of, part.number, part.dealer.sealed_shares(keys)))
        return DEALT

    async def _complain(self, part: _Part) -> str:
        of, act = part.election.election_id, NOTHING
        for dealer in part.dealings:
            sealed = await self._dealt(of, dealer)
            if sealed is None or part.number not in part.dealings:
                continue
            key = (of, dealer, part.number)
            try:
                part.opened(dealer, sealed)
            except BadShare as fault:
                if await self._facts.value_of("complaints", *key) is None:
                    log.warning("trustee %d: complain of %d: %s", part.number, dealer, fault)
                    await self.desk.do(Complain(of, part.number, dealer))
                    act = COMPLAINED
        return act

    async def _answer(self, part: _Part) -> str:
        of, act = part.election.election_id, NOTHING
        for accuser in part.dealings:
            if await self._facts.value_of("complaints", of, part.number, accuser) is False:
                share = part.dealer.share_for(accuser)
                await self.desk.do(AnswerComplaint(of, part.number, accuser, share))
                act = ANSWERED
        return act

    async def _deliver(self, part: _Part) -> str:
        """Deliver shares once the box is counted; `client.voting.counting` counts it."""
        of, opening = part.election.election_id, part.election.opened()
        closing, _ = await self._facts.find(Closing, "closings", of)
        is_qualified = part.number in [one.trustee for one in opening.qualified]
        delivered = await self._facts.value_of("shares", of, part.number)
        if closing is None or not is_qualified or delivered is not None:
            return NOTHING
        shares = {one.trustee: await self._share_of(part, one.trustee) for one in opening.qualified}
        trustee = Trustee(part.number, shares)
        given = await asyncio.to_thread(decryption_shares, part.election, closing, trustee)
        await self.desk.do(DeliverShares(of, part.number, given))
        return DELIVERED

    async def _share_of(self, part: _Part, dealer: int) -> bytes:
        """Return the checked share of a dealer: sealed to us, or shown after our complaint."""
        sealed = await self._dealt(part.election.election_id, dealer)
        if sealed is None:
            raise NotThisElection(f"dealer {dealer} is qualified but dealt nothing")
        try:
            return part.opened(dealer, sealed)
        except BadShare:
            return await self._shown_share(part, dealer)

    async def _shown_share(self, part: _Part, dealer: int) -> bytes:
        """Return the share that a dealer made public to answer our complaint. Raises BadShare."""
        of, start = part.election.election_id, part.election.created_at
        async for event in events_of_election(self.desk.rpc, of, "ComplaintAnswered", start):
            named = (uint_field(event.fields, "dealer"), uint_field(event.fields, "accuser"))
            if named == (dealer, part.number):
                transaction = await transaction_of(self.desk.rpc, event)
                schema = record_of(AnswerComplaint)
                share = bytes(schema.parse(transaction.body.args, "answer_complaint").share)
                return check_share(part.commitments(dealer), part.number, share)
        raise BadShare(f"dealer {dealer} has shown no share for trustee {part.number}")

    async def _part(self, election_id: str, agency: str) -> _Part:
        election = await self._facts.election(election_id)
        agencies = election.manifest.trustees.agencies
        if agency not in agencies:
            raise NotThisElection(f"{agency} is no trustee of {election_id}")
        dealings = {}
        for number in range(1, len(agencies) + 1):
            found, _ = await self._facts.find(Dealing, "dealings", election_id, number)
            if found is not None:
                dealings[number] = found
        seed = election_seed(self._seed, election.chain_id, election_id)
        return _Part(election, agencies.index(agency) + 1, seed, dealings)

    async def _committed(self, election_id: str, number: int) -> bool:
        return (await self._facts.find(Commitment, "commitments", election_id, number))[
            0
        ] is not None

    async def _dealt(self, election_id: str, dealer: int) -> SealedShares | None:
        return (await self._facts.find(SealedShares, "dealt", election_id, dealer))[0]


def election_seed(master: bytes, chain_id: str, election_id: str) -> bytes:
    """Return the seed of one election: 32 bytes that only the master seed gives."""
    name = f"{len(chain_id)}:{chain_id}/{election_id}".encode()
    return hmac.digest(master, _PREFIX + name, "sha512")[:SEED_BYTES]


def decryption_shares(
    election: ElectionFacts, closing: Closing, trustee: Trustee
) -> tuple[DecryptionShare, ...]:
    """Return a trustee's share of every summed ciphertext, in manifest order."""
    context = election.context
    return tuple(
        trustee.decrypt(
            ShareStatement(context, contest, choice, trustee.number, closing.counted),
            unchecked_ciphertext(sum_at(closing, number)),
        )
        for number, (contest, choice) in enumerate(places_of(election))
    )


def places_of(election: ElectionFacts) -> list[tuple[int, int]]:
    """Return contest and choice of every ciphertext of a ballot, in manifest order."""
    counts = [choice_count(contest) for contest in election.manifest.contests]
    return [(contest, choice) for contest, count in enumerate(counts) for choice in range(count)]


def sum_at(closing: Closing, number: int) -> bytes:
    """Return the summed ciphertext of this number: 64 bytes."""
    return closing.ciphertexts[number * CIPHERTEXT_BYTES : (number + 1) * CIPHERTEXT_BYTES]


def _is_in(now_ms: int, span: Span) -> bool:
    return span[0] <= now_ms < span[1]
