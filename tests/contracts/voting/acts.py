"""What voters, registrars and trustees send, with every key and proof that it needs."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from client.voting.blind_rsa import Blinding, BlindSigner, VerifyKey, blind, finalize, prepare
from client.voting.dealer import Dealer, Setup
from client.voting.marking import mark
from client.voting.prover import seal_ballot
from client.voting.trustee import Trustee, count_of
from contracts.sdk.group import unchecked_point
from contracts.sdk.rsa import root_challenges
from contracts.tools.testing import key_of
from contracts.voting.box.messages import CastBallot, CommitBallot, SpoilBallot
from contracts.voting.core.messages import UNSIGNED
from contracts.voting.crypto.ballots import BallotStatement, cast_hash
from contracts.voting.crypto.dkg import ShareStatement
from contracts.voting.crypto.elgamal import unchecked_ciphertext
from contracts.voting.crypto.questions import choice_count
from contracts.voting.crypto.tokens import Token, tokens_hash
from contracts.voting.crypto.transcript import token_message
from contracts.voting.tally.messages import DeliverShares
from contracts.voting.tokens.messages import (
    IssueToken,
    RegisterKey,
    RequestToken,
    request_statement,
)
from primitives.crypto import digest
from primitives.ids import address_of
from tests.contracts.identity.signing import CHAIN, name_of
from tests.contracts.voting.manifests import ELECTION, NEEDED, seed_of
from tests.contracts.voting.world import DIRECTORS

VECTORS = Path(__file__).parent.parent.parent / "vectors" / "voting_keys.json"
KEYS = json.loads(VECTORS.read_text())
CLASSES = 2


@dataclass(frozen=True)
class Sealed:
    """A ballot that was not sent yet, in every form that it may be sent in."""

    statement: BallotStatement
    tokens: tuple
    ballot: object
    openings: tuple

    @property
    def hash(self):
        return cast_hash(self.statement, self.ballot)

    def _named(self):
        return ELECTION, self.statement.class_id, self.statement.voter_key

    def commit(self):
        return CommitBallot(*self._named(), self.tokens, self.hash)

    def cast(self):
        return CastBallot(*self._named(), self.statement.seq, self.tokens, self.ballot)

    def spoil(self):
        message = (*self._named(), self.statement.seq, self.tokens, self.ballot)
        return SpoilBallot(*message, self.openings)


# Registrars.


@cache
def signer(registrar, class_id):
    """The key of registrar `registrar` (from 1) for a class."""
    pair = KEYS["keys"][(registrar - 1) * CLASSES + class_id]
    return BlindSigner((int(pair["p"], 16), int(pair["q"], 16)))


@cache
def registration(registrar, class_id):
    """The message that registers that key."""
    key = signer(registrar, class_id)
    modulus = key.public.encode()
    roots = tuple(key.sign(challenge) for challenge in root_challenges(modulus))
    return RegisterKey(ELECTION, registrar, class_id, modulus, roots)


def issue(world, who, registrar):
    """The answer of a registrar to a request that is on the ledger."""
    class_id, blinded = world.ask("request", ELECTION, ref_of(world, who))
    signature = signer(registrar, class_id).sign(blinded[registrar - 1])
    return IssueToken(ELECTION, ref_of(world, who), registrar, signature)


# Trustees.


def dealer(world, number):
    """The trustee with this number, in the key ceremony."""
    keys = world.ask("manifest", ELECTION)[10][1]
    return Dealer(Setup(context_0(world), keys, NEEDED), number, seed_of(number))


def trustee(world, number):
    """The trustee with its share of the election's key, from all who qualified."""
    mine = dealer(world, number)
    dealers = [one for one, _ in world.ask("opening", ELECTION)[2]]
    shares = {}
    for one in dealers:
        points = tuple(map(unchecked_point, world.ask("dealing", ELECTION, one)[2]))
        sealed = world.ask("sealed_shares", ELECTION, one)[0][number - 1]
        shares[one] = mine.open_share(one, sealed, points)
    return Trustee(number, shares)


def delivery(world, number, *, key=None):
    """A trustee's valid shares of everything that is summed."""
    counted, _, held, _ = world.ask("closing", ELECTION)
    holder = key or trustee(world, number)
    given = []
    for place, (contest, choice) in enumerate(places(world)):
        stated = ShareStatement(context(world), contest, choice, number, counted)
        given.append(
            holder.decrypt(stated, unchecked_ciphertext(held[64 * place : 64 * place + 64]))
        )
    return DeliverShares(ELECTION, number, tuple(given))


def counts_with(world, numbers):
    """What the shares of these trustees decrypt to, a row a contest."""
    held = world.ask("closing", ELECTION)[2]
    shares = {number: delivery(world, number).shares for number in numbers}
    rows = {}
    for place, (contest, _) in enumerate(places(world)):
        parts = {number: unchecked_point(given[place].share) for number, given in shares.items()}
        rows.setdefault(contest, []).append(count_of(summed(held, place), parts, 1000))
    return tuple(tuple(row) for row in rows.values())


def summed(held, place):
    """One of the box's summed ciphertexts."""
    return unchecked_ciphertext(held[64 * place : 64 * place + 64])


def places(world):
    """The contest and number of every ciphertext of a ballot."""
    counts = [choice_count(contest) for contest in contests(world)]
    return [(contest, choice) for contest, count in enumerate(counts) for choice in range(count)]


# Voters.


def context_0(world):
    """ctx_0 of the election."""
    return world.ask("election", ELECTION)[2]


def context(world):
    """ctx_E of the election."""
    return world.ask("opening", ELECTION)[0]


def contests(world):
    """The contests as records."""
    return world.kept["plan"].contests


def ref_of(world, who):
    """The name of a citizen within the election."""
    return world.ask("reference", ELECTION, name_of(who))


def class_of(who):
    """The class of a citizen on the roll."""
    return 1 if who in DIRECTORS else 0


def pseudonym(who):
    """The throwaway key of a voter."""
    return key_of(f"{who}-pseudonym")


def sender(who):
    """The address that a voter's ballots come from."""
    return address_of(pseudonym(who).public_key)


def moduli(world, class_id):
    """The registrars' keys for a class."""
    return [world.ask("registrar_key", ELECTION, one + 1, class_id) for one in range(4)]


def blinding(registrar, modulus, who, class_id=None):
    """The secrets of a request to one registrar; the same whenever they are asked for."""
    number = int.from_bytes(digest("test-blinding", f"{who}-{registrar}".encode()) * 11, "big")
    return Blinding(bytes(48), number % VerifyKey.decode(modulus).modulus)


def prefix_of(registrar, who):
    """The random prefix of one token."""
    return digest("test-prefix", f"{who}-{registrar}".encode())


def prepared(world, who, registrar, class_id, election=None):
    """What one registrar signs blindly."""
    message = token_message(election or context(world), class_id, pseudonym(who).public_key)
    return prepare(message, prefix_of(registrar, who))


def requesting(world, who, **changes):
    """A voter's signed request."""
    class_id = changes.get("class_id", class_of(who))
    blinded = tuple(
        blind(
            VerifyKey.decode(modulus),
            prepared(world, who, number, class_id),
            blinding(number, modulus, who),
        ).message
        for number, modulus in enumerate(moduli(world, class_id), start=1)
    )
    key = key_of(f"{who}-1")
    bare = RequestToken(ELECTION, ref_of(world, who), class_id, blinded, key.public_key, UNSIGNED)
    return sign_request(world, replace(bare, **changes), key)


def sign_request(world, msg, key):
    """A request with the signature of a key."""
    return replace(msg, signature=key.sign(*request_statement(CHAIN, context(world), msg)))


def token(world, who, registrar):
    """One token, unblinded from the answer on the ledger."""
    class_id = class_of(who)
    modulus = moduli(world, class_id)[registrar - 1]
    key = VerifyKey.decode(modulus)
    answer = world.ask("answer", ELECTION, ref_of(world, who), registrar)[0]
    prefix = prefix_of(registrar, who)
    message = prepared(world, who, registrar, class_id)
    hidden = blind(key, message, blinding(registrar, modulus, who))
    return Token(registrar, prefix, finalize(key, message, answer, hidden.inverse))


def stolen_token(world, who, registrar, class_id, election=None):
    """A token that a registrar signs by itself for a pseudonym, perhaps of another election."""
    modulus = moduli(world, class_id)[registrar - 1]
    key = VerifyKey.decode(modulus)
    message = prepared(world, who, registrar, class_id, election)
    hidden = blind(key, message, blinding(registrar, modulus, who))
    answer = signer(registrar, class_id).sign(hidden.message)
    signature = finalize(key, message, answer, hidden.inverse)
    return Token(registrar, prefix_of(registrar, who), signature)


def tokens_of(world, who, registrars=(1, 2, 3)):
    """A voter's tokens, in order of registrars."""
    kept = world.kept.setdefault("tokens", {})
    for registrar in registrars:
        if (who, registrar) not in kept:
            kept[who, registrar] = token(world, who, registrar)
    return tuple(kept[who, registrar] for registrar in registrars)


def sealed(world, who, *marks, seq=1, tokens=None, **changes):
    """A voter's ballot: marks are one entry a contest, by default the first option of each."""
    asked = contests(world)
    values = [mark(contest, row) for contest, row in zip(asked, marks or ((0,), (0,)), strict=True)]
    shown = tokens_of(world, who) if tokens is None else tokens
    stated = BallotStatement(
        election=context(world),
        key=world.ask("opening", ELECTION)[1],
        contests=asked,
        class_id=class_of(who),
        voter_key=pseudonym(who).public_key,
        seq=seq,
        tokens=tokens_hash(shown),
    )
    stated = replace(stated, **changes)
    made = seal_ballot(stated, values, pseudonym(who))
    return Sealed(stated, shown, made.ballot, made.openings)


def cast(world, who, *marks, **changes):
    """Let a voter cast a ballot; return it."""
    made = sealed(world, who, *marks, **changes)
    world.do_as(sender(who), made.cast())
    return made
