"""Those who cheat with ballots: each is refused by the name of what is wrong."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from client.outcome import send
from client.voting.blind_rsa import PREFIX_BYTES, Blinding, BlindSigner, blind, finalize, prepare
from client.voting.seed import VoterSeed
from client.voting.voter import PreparedBallot, VoterWallet
from contracts.sdk.group import BASE
from contracts.voting.box.messages import CastBallot
from contracts.voting.crypto.ballots import CAST, cast_hash
from contracts.voting.crypto.dkg import DecryptionShare
from contracts.voting.crypto.tokens import Token, tokens_hash
from contracts.voting.crypto.transcript import token_message
from contracts.voting.tally.messages import DeliverShares
from scenes.kit.calls import code_from
from scenes.voting.cast import ElectionStory, Voter

_MARKS = [(0,)]

# What is promised, the code of the refusal, and the forgery with the wallet that sends it.
_Attempt = tuple[str, str, VoterWallet, CastBallot]


async def cheat(story: ElectionStory, victim: PreparedBallot) -> None:
    """Try ballots that must not count, among them a copy of the victim's; all are refused."""
    for name, wanted, wallet, message in await asyncio.to_thread(_attempts, story, victim):
        signed = wallet.sign(story.hall.builder, message)
        story.note_code(name, await code_from(send(story.hall.rpc, signed)), wanted)
    await _decrypt_early(story)


async def _decrypt_early(story: ElectionStory) -> None:
    name = story.hall.design.trustees[0]
    shares = (DecryptionShare(BASE.encoded, bytes(64)),)
    early = DeliverShares(story.election_id, 1, shares)
    code = await code_from(story.hall.desk(name).do(early))
    story.note_code("no share is taken before the close", code, "OUTSIDE_WINDOW")


def _attempts(story: ElectionStory, victim: PreparedBallot) -> list[_Attempt]:
    return [*_old_number(story), *_stuffed(story), *_copied(story, victim)]


def _old_number(story: ElectionStory) -> Iterator[_Attempt]:
    voter = story.voters[1]
    again = voter.wallet.ballot(voter.tokens, _MARKS, None)
    yield "a second ballot needs a higher number", "SEQ_NOT_RISING", voter.wallet, again.cast()


def _stuffed(story: ElectionStory) -> Iterator[_Attempt]:
    """Too few tokens, those of another key, and one that a stranger signed for a registrar."""
    voter = story.voters[1]
    stranger = VoterWallet(VoterSeed.generate(), voter.wallet.facts, 0)
    for name, wallet, tokens in (
        ("no ballot with k - 1 tokens", voter.wallet, voter.tokens[:-1]),
        ("no ballot with another voter's tokens", stranger, voter.tokens),
        ("no ballot with a forged token", voter.wallet, (*voter.tokens[:-1], _forged(voter))),
    ):
        yield name, "BAD_TOKENS", wallet, wallet.ballot(tokens, _MARKS, None).cast()


def _forged(voter: Voter) -> Token:
    """Return a token like the voter's last one, but signed by somebody who is no registrar."""
    signer, wallet = BlindSigner.generate(), voter.wallet
    prefix = bytes(PREFIX_BYTES)
    message = token_message(wallet.facts.context, wallet.class_id, wallet.pseudonym)
    prepared = prepare(message, prefix)
    hidden = blind(signer.public, prepared, Blinding.fresh(signer.public))
    signature = finalize(signer.public, prepared, signer.sign(hidden.message), hidden.inverse)
    return Token(voter.tokens[-1].registrar, prefix, signature)


def _copied(story: ElectionStory, victim: PreparedBallot) -> Iterator[_Attempt]:
    """The victim's ciphertexts and proofs, in a ballot that the copier signs as their own."""
    voter = story.voters[2]
    key = voter.person.seed.election(voter.wallet.facts.context).pseudonym
    own = replace(
        victim.statement, voter_key=key.public_key, seq=9, tokens=tokens_hash(voter.tokens)
    )
    ballot = victim.sealed.ballot
    ballot = replace(ballot, signature=key.sign(CAST, cast_hash(own, ballot)))
    message = CastBallot(
        story.election_id, own.class_id, own.voter_key, own.seq, voter.tokens, ballot
    )
    yield "no copy of another's ballot", "BAD_BALLOT_PROOF", voter.wallet, message
