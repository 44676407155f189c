"""A trustee's part, act by act: the key ceremony, complaints, and decryption shares.

One master seed serves all elections; each has its own seed and encryption key, which it posts
itself. Each step looks at what is proven on the ledger and does what is due, so a step may be
repeated at any time, also after a crash. Shares are made of no sum that the ledger states, but of
those that the separate verifier comes to from the ballots, and of one box an election.
"""

import asyncio
import hmac
import logging
from dataclasses import dataclass

from client.contract import Actor
from client.errors import LedgerRefused, NodeUnreachable, RpcRefused
from client.voting.dealer import BadShare, Dealer, Setup, check_share
from client.voting.deliveries import Deliveries
from client.voting.errors import BoxRefused, NotOpen, NotThisElection
from client.voting.events import events_of, transaction_of
from client.voting.facts import ElectionFacts, Facts
from client.voting.replayed_box import ReplayedBox, replayed_box
from client.voting.trustee import Trustee
from contracts.sdk.group import decode_point
from contracts.sdk.schema import record_of
from contracts.voting.ceremony.messages import (
    AnswerComplaint,
    CommitDealing,
    Complain,
    ComplaintAnswered,
    DealShares,
    RevealDealing,
)
from contracts.voting.ceremony.state import (
    SealedShares,
    commitments,
    complaints,
    dealings,
    dealt,
)
from contracts.voting.core.rules import (
    Span,
    answer_span,
    commit_span,
    complain_span,
    deal_span,
    decrypt_span,
    reveal_span,
)
from contracts.voting.core.state import Closing, closings, shares
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


@dataclass(frozen=True, slots=True, kw_only=True)
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

    def __init__(self, actor: Actor, facts: Facts, seed: bytes, deliveries: Deliveries) -> None:
        """Keep the master seed of 32 bytes, and what was delivered before. Raises BadShape."""
        if len(seed) != SEED_BYTES:
            raise BadShape(f"a trustee's seed has {SEED_BYTES} bytes, not {len(seed)}")
        self.actor = actor
        self._facts = facts
        self._seed = seed
        self._deliveries = deliveries

    def __repr__(self) -> str:
        return "TrusteeService(...)"

    async def step(self, election_id: str, agency: str) -> str:
        """Do what is due now and return its name, "nothing" when nothing is.

        Raises:
            NotThisElection: no such election, or the agency is no trustee of it.
            BoxRefused, SecondBox: the box is not one that this trustee opens.
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
        """Do everything as it becomes due, until the shares are delivered or it is too late.

        Raises:
            NotOpen: the election is void, so nothing more is due.
            BoxRefused, SecondBox: the box is not one that this trustee opens.
        """
        done: list[str] = []
        election = await self._facts.election(election_id)
        while True:
            act = NOTHING
            try:
                act = await self.step(election_id, agency)
            except (NodeUnreachable, RpcRefused, LedgerRefused) as error:
                log.warning("%s: tried again soon: %s", election_id, error)
            election = await self._election(election)
            if election.opening is None and election.now_ms >= election.windows.issue_from_ms:
                raise NotOpen(
                    f"{election_id} is void: it was not opened in time, and never will be"
                )
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
        of, dealer = part.election.election_id, part.dealer
        if await self._has_committed(of, part.number):
            return NOTHING
        message = CommitDealing(
            election_id=of,
            trustee=part.number,
            commitment=dealer.commitment,
            encryption_key=dealer.encryption_key,
        )
        await self.actor.do(message)
        return COMMITTED

    async def _reveal(self, part: _Part) -> str:
        of = part.election.election_id
        if part.number in part.dealings or not await self._has_committed(of, part.number):
            return NOTHING
        await self.actor.do(RevealDealing(election_id=of, dealing=part.dealer.dealing()))
        return REVEALED

    async def _deal(self, part: _Part) -> str:
        of = part.election.election_id
        if part.number not in part.dealings:
            return NOTHING
        if await self._facts.value(dealt, of, part.number) is not None:
            return NOTHING
        keys = {number: dealing.encryption_key for number, dealing in part.dealings.items()}
        sealed = part.dealer.sealed_shares(keys)
        await self.actor.do(DealShares(election_id=of, trustee=part.number, sealed=sealed))
        return DEALT

    async def _complain(self, part: _Part) -> str:
        of, me, act = part.election.election_id, part.number, NOTHING
        for dealer in part.dealings:
            sealed = await self._facts.value(dealt, of, dealer)
            if sealed is None or me not in part.dealings:
                continue
            try:
                part.opened(dealer, sealed)
            except BadShare as fault:
                if await self._facts.value(complaints, of, dealer, me) is None:
                    log.warning("trustee %d: complain of %d: %s", me, dealer, fault)
                    await self.actor.do(Complain(election_id=of, trustee=me, dealer=dealer))
                    act = COMPLAINED
        return act

    async def _answer(self, part: _Part) -> str:
        of, act = part.election.election_id, NOTHING
        for accuser in part.dealings:
            if await self._facts.value(complaints, of, part.number, accuser) is False:
                message = AnswerComplaint(
                    election_id=of,
                    trustee=part.number,
                    accuser=accuser,
                    share=part.dealer.share_for(accuser),
                )
                await self.actor.do(message)
                act = ANSWERED
        return act

    async def _deliver(self, part: _Part) -> str:
        """Deliver shares once the box is counted; `client.voting.counting` counts it.

        Raises:
            BoxRefused: its ballots come to something else than the certified state says.
            SecondBox: shares were made for another box of the election.
        """
        of, opening = part.election.election_id, part.election.opened()
        closing = await self._facts.value(closings, of)
        dealers = [each.trustee for each in opening.qualified]
        delivered = await self._facts.value(shares, of, part.number)
        if closing is None or part.number not in dealers or delivered is not None:
            return NOTHING
        owed = {dealer: await self._share_of(part, dealer) for dealer in dealers}
        trustee = Trustee(part.number, owed)
        box = await replayed_box(self.actor.rpc, self._facts.light, of)
        _require_own(box, part.election, trustee)
        self._deliveries.keep(part.election.chain_id, of, box.closing.counted)
        given = await asyncio.to_thread(decryption_shares, part.election, box.closing, trustee)
        await self.actor.do(DeliverShares(election_id=of, trustee=part.number, shares=given))
        return DELIVERED

    async def _share_of(self, part: _Part, dealer: int) -> bytes:
        """Return the checked share of a dealer: sealed to us, or shown after our complaint."""
        sealed = await self._facts.value(dealt, part.election.election_id, dealer)
        if sealed is None:
            raise NotThisElection(f"dealer {dealer} is qualified but dealt nothing")
        try:
            return part.opened(dealer, sealed)
        except BadShare:
            return await self._shown_share(part, dealer)

    async def _shown_share(self, part: _Part, dealer: int) -> bytes:
        """Return the share that a dealer made public to answer our complaint. Raises BadShare."""
        of, start = part.election.election_id, part.election.created_at
        async for found in events_of(self.actor.rpc, ComplaintAnswered, of, start):
            if (found.event.dealer, found.event.accuser) == (dealer, part.number):
                transaction = await transaction_of(self.actor.rpc, found)
                schema = record_of(AnswerComplaint)
                share = bytes(schema.parse(transaction.body.args, "answer_complaint").share)
                return check_share(part.commitments(dealer), part.number, share)
        raise BadShare(f"dealer {dealer} has shown no share for trustee {part.number}")

    async def _part(self, election_id: str, agency: str) -> _Part:
        election = await self._facts.election(election_id)
        agencies = election.manifest.trustees.agencies
        if agency not in agencies:
            raise NotThisElection(f"{agency} is no trustee of {election_id}")
        revealed = {}
        for number in range(1, len(agencies) + 1):
            found = await self._facts.value(dealings, election_id, number)
            if found is not None:
                revealed[number] = found
        return _Part(
            election=election,
            number=agencies.index(agency) + 1,
            seed=election_seed(self._seed, election.chain_id, election_id),
            dealings=revealed,
        )

    async def _has_committed(self, election_id: str, number: int) -> bool:
        return await self._facts.value(commitments, election_id, number) is not None


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


def _require_own(box: ReplayedBox, election: ElectionFacts, trustee: Trustee) -> None:
    """Raise BoxRefused unless the box is of the election, and the key, that the trustee knows."""
    if box.context != election.context:
        raise BoxRefused(f"the record is of another key or roll than {election.election_id} has")
    if box.keys.get(trustee.number) != trustee.verification_key.encoded:
        raise BoxRefused(f"the record has another key of trustee {trustee.number}")


def _is_in(now_ms: int, span: Span) -> bool:
    return span[0] <= now_ms < span[1]
