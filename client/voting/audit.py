"""Checks a spoiled ballot on a second device: what did the first device really encrypt?

The voter notes the tracker that the first device shows before it knows whether the ballot will be
cast, asks it to spoil, and gives the tracker to this. Only the genesis and the tracker are needed;
no words, no secret. What is shown must be what the voter marked; else the first device cheats.
"""

from dataclasses import dataclass

from client.errors import BadAnswer
from client.voting.errors import BadReceipt, NotThisElection
from client.voting.events import CONTRACT, events_of, transaction_of
from client.voting.facts import ElectionFacts, Facts
from client.voting.marking import marked
from client.voting.receipt import inclusion_of
from contracts.sdk.group import decode_point
from contracts.sdk.schema import record_of
from contracts.voting.box.messages import BallotSpoiled, SpoilBallot
from contracts.voting.crypto.ballots import BallotStatement, cast_hash, opened_values, verify_ballot
from primitives.receipt import OK
from primitives.transaction import Transaction

_METHOD = "spoil_ballot"


@dataclass(frozen=True, slots=True)
class AuditedBallot:
    """What a spoiled ballot held: 0 or 1 for each ciphertext of each contest."""

    tracker: bytes
    values: tuple[tuple[int, ...], ...]

    def said(self, facts: ElectionFacts) -> list[list[str]]:
        """Return what was marked in each contest, in words."""
        contests = facts.manifest.contests
        return [marked(contest, row) for contest, row in zip(contests, self.values, strict=True)]


async def audit(facts: Facts, election: ElectionFacts, tracker: bytes) -> AuditedBallot:
    """Return what the spoiled ballot of a tracker holds; everything is proven and recomputed.

    Raises:
        BadReceipt: no spoiled ballot of this tracker is on the ledger; do not trust the device.
        BadProof, BadOpening, BadCertificate: the ledger's answer does not hold.
    """
    message = _message(await _transaction(facts, election, tracker))
    opening = election.opened()
    statement = BallotStatement(
        election=opening.context,
        key=opening.key,
        contests=election.manifest.contests,
        class_id=message.class_id,
        voter_key=message.voter_key,
        seq=message.seq,
        token=election.named_token(message.token),
    )
    if message.election_id != election.election_id:
        raise NotThisElection(f"the ballot is of election {message.election_id}")
    if cast_hash(statement, message.ballot) != tracker:
        raise BadReceipt("the spoiled ballot has another tracker than the device showed")
    verify_ballot(statement, message.ballot)
    key = decode_point(opening.key)
    answers = zip(message.ballot.answers, message.openings, strict=True)
    return AuditedBallot(tracker, tuple(opened_values(key, *pair) for pair in answers))


async def _transaction(facts: Facts, election: ElectionFacts, tracker: bytes) -> Transaction:
    start = election.opened().opened_at
    async for found in events_of(facts.rpc, BallotSpoiled, election.election_id, start):
        if found.event.ballot_hash == tracker:
            transaction = await transaction_of(facts.rpc, found)
            await _prove(facts, transaction)
            return transaction
    raise BadReceipt("no spoiled ballot has this tracker: it was not spoiled, or it is another")


async def _prove(facts: Facts, transaction: Transaction) -> None:
    """Raise unless a certified block holds the transaction with effect."""
    inclusion = await inclusion_of(facts.rpc, transaction.transaction_id)
    if inclusion is None:
        raise BadAnswer("the node gives no proof of a transaction that it named")
    at = facts.light.check_header(inclusion.header_bytes, inclusion.certificate)
    proven = facts.light.check_receipt(
        at, transaction_id=transaction.transaction_id, proof=inclusion.proof
    )
    if proven.receipt.code != OK:
        raise BadReceipt(f"the spoil was refused: {proven.receipt.code}")


def _message(transaction: Transaction) -> SpoilBallot:
    body = transaction.body
    if (body.contract, body.method) != (CONTRACT, _METHOD):
        raise BadReceipt("the transaction spoils no ballot")
    found: SpoilBallot = record_of(SpoilBallot).parse(body.args, _METHOD)
    return found
