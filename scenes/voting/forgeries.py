"""Those who cheat with ballots: each is refused by the name of what is wrong."""

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import replace

from client.bls_blind import SignerKey, unblind
from client.outcome import send
from client.voting.seed import VoterSeed
from client.voting.voter import Marks, PreparedBallot, VoterWallet
from contracts.sdk.bls import ORDER, decode_g1
from contracts.sdk.group import BASE
from contracts.voting.box.messages import CastBallot
from contracts.voting.crypto.ballots import CAST, cast_hash
from contracts.voting.crypto.dkg import DecryptionShare
from contracts.voting.crypto.tokens import token_hash
from contracts.voting.tally.messages import DeliverShares
from scenes.kit.calls import code_from
from scenes.voting.cast import ElectionStory, Voter

_MARKS: Marks = [(0,), (0, 1, 2)]

# What is promised, the code of the refusal, and the forgery with the wallet that sends it.
_Attempt = tuple[str, str, VoterWallet, CastBallot]


async def cheat(story: ElectionStory, victim: PreparedBallot) -> None:
    """Try ballots that must not count, among them a copy of the victim's; all are refused."""
    for name, wanted, wallet, message in await asyncio.to_thread(_attempts, story, victim):
        signed = wallet.sign(message)
        story.note_code(name, await code_from(send(story.hall.rpc, signed)), wanted)
    await _decrypt_early(story)


async def _decrypt_early(story: ElectionStory) -> None:
    name = story.hall.design.trustees[0]
    shares = (DecryptionShare(BASE.encoded, bytes(64)),)
    early = DeliverShares(story.election_id, 1, shares)
    code = await code_from(story.hall.actor(name).do(early))
    story.note_code("no share is taken before the close", code, "OUTSIDE_WINDOW")


def _attempts(story: ElectionStory, victim: PreparedBallot) -> list[_Attempt]:
    return [*_old_number(story), *_stuffed(story), *_copied(story, victim)]


def _old_number(story: ElectionStory) -> Iterator[_Attempt]:
    voter = story.voters[1]
    again = voter.wallet.ballot(voter.token, _MARKS, None)
    yield "a second ballot needs a higher number", "SEQ_NOT_RISING", voter.wallet, again.cast()


def _stuffed(story: ElectionStory) -> Iterator[_Attempt]:
    """What two voters mix of their tokens, another's token, and one that a stranger signed."""
    voter, other = story.voters[1], story.voters[2]
    stranger = VoterWallet(VoterSeed.generate(), voter.wallet.facts, 0)
    for name, wallet, token in (
        ("no ballot of two voters' tokens mixed", stranger, _mixed(voter, other)),
        ("no ballot with another voter's token", stranger, voter.token),
        ("no ballot with a forged token", voter.wallet, _forged(voter)),
    ):
        yield name, "BAD_TOKEN", wallet, wallet.ballot(token, _MARKS, None).cast()


def _mixed(voter: Voter, other: Voter) -> bytes:
    """Return the sum of two voters' tokens: what is left to mix, since each is of one element."""
    return unblind([decode_g1(one.token) for one in (voter, other)], 1).encoded


def _forged(voter: Voter) -> bytes:
    """Return a token of the voter, but signed by somebody who is no registrar."""
    wallet, signer = voter.wallet, SignerKey(1 + secrets.randbelow(ORDER - 1))
    hashed = token_hash(wallet.facts.context, wallet.class_id, wallet.pseudonym)
    return signer.sign(hashed).encoded


def _copied(story: ElectionStory, victim: PreparedBallot) -> Iterator[_Attempt]:
    """The victim's ciphertexts and proofs, in a ballot that the copier signs as their own."""
    voter = story.voters[2]
    key = voter.person.seed.election(voter.wallet.facts.context).pseudonym
    own = replace(victim.statement, voter_key=key.public_key, seq=9, token=voter.token)
    ballot = victim.sealed.ballot
    ballot = replace(ballot, signature=key.sign(CAST, cast_hash(own, ballot)))
    message = CastBallot(
        story.election_id, own.class_id, own.voter_key, own.seq, voter.token, ballot
    )
    yield "no copy of another's ballot", "BAD_BALLOT_PROOF", voter.wallet, message
