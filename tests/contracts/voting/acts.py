"""What voters, registrars and trustees send, with every key and proof that it needs."""

from dataclasses import dataclass, replace

from client.bls_blind import SignerKey, blind, unblind
from client.voting.dealer import Dealer, Setup
from client.voting.marking import mark
from client.voting.prover import seal_ballot
from client.voting.trustee import Trustee, count_of
from contracts.sdk.bls import decode_g1
from contracts.sdk.group import unchecked_point
from contracts.tools.testing import key_of
from contracts.voting.box.messages import CastBallot, CommitBallot, SpoilBallot
from contracts.voting.ceremony.messages import CommitDealing, DealShares
from contracts.voting.core.messages import UNSIGNED
from contracts.voting.crypto.ballots import BallotStatement, cast_hash
from contracts.voting.crypto.dkg import ShareStatement
from contracts.voting.crypto.elgamal import unchecked_ciphertext
from contracts.voting.crypto.questions import choice_count
from contracts.voting.crypto.tokens import key_labels, token_hash
from contracts.voting.crypto.transcript import roll_context
from contracts.voting.tally.messages import DeliverShares
from contracts.voting.tokens.messages import (
    BlindAnswer,
    IssueTokens,
    ProvenKey,
    RegisterKeys,
    RequestToken,
    request_statement,
)
from primitives.crypto import digest
from primitives.ids import address_of
from tests.contracts.identity.signing import CHAIN, name_of
from tests.contracts.voting.manifests import ELECTION, NEEDED, seed_of
from tests.contracts.voting.world import DIRECTORS, REGISTRARS, TRUSTEES

CLASSES = 2


@dataclass(frozen=True)
class Sealed:
    """A ballot that was not sent yet, in every form that it may be sent in."""

    statement: BallotStatement
    token: bytes
    ballot: object
    openings: tuple

    @property
    def hash(self):
        return cast_hash(self.statement, self.ballot)

    def _named(self):
        return ELECTION, self.statement.class_id, self.statement.voter_key

    def commit(self):
        return CommitBallot(*self._named(), self.token, self.hash)

    def cast(self):
        return CastBallot(*self._named(), self.statement.seq, self.token, self.ballot)

    def spoil(self):
        message = (*self._named(), self.statement.seq, self.token, self.ballot)
        return SpoilBallot(*message, self.openings)


# Registrars.


def signer(registrar, class_id):
    """The key of registrar `registrar` (from 1) for a class."""
    return SignerKey.derive(b"test-registrar", bytes([registrar, class_id]))


def proven_key(world, registrar, class_id, key=None):
    """A registrar's key for a class, with its proof for the election's roll."""
    roll = roll_context(context_0(world), world.ask("election", ELECTION)[4])
    key = key or signer(registrar, class_id)
    labels = key_labels(roll, (class_id, registrar), REGISTRARS[registrar - 1])
    return ProvenKey(key.public.encoded, key.prove(labels))


def registration(world, registrar, classes=CLASSES):
    """The message that posts the keys of a registrar."""
    keys = tuple(proven_key(world, registrar, class_id) for class_id in range(classes))
    return RegisterKeys(ELECTION, registrar, keys)


def answer_to(world, who, registrar):
    """A registrar's signature of a request that is on the ledger."""
    class_id, blinded = world.ask("request", ELECTION, ref_of(world, who))
    signed = signer(registrar, class_id).sign(decode_g1(blinded))
    return BlindAnswer(ref_of(world, who), signed.encoded)


def issue(world, registrar, *names):
    """A registrar's answers to requests of one class."""
    answers = tuple(answer_to(world, who, registrar) for who in names)
    return IssueTokens(ELECTION, registrar, class_of(names[0]), answers)


# Trustees.


def dealer(world, number):
    """The trustee with this number, in the key ceremony."""
    return Dealer(Setup(context_0(world), NEEDED), number, seed_of(number))


def commitment(world, number):
    """What a trustee is bound to first, with its own encryption key."""
    mine = dealer(world, number)
    return CommitDealing(ELECTION, number, mine.commitment, mine.encryption_key)


def dealing(world, number):
    """The shares of a trustee for all that have revealed."""
    return DealShares(ELECTION, number, dealer(world, number).sealed_shares(revealed_keys(world)))


def revealed_keys(world):
    """The encryption keys of the trustees that have revealed, by number."""
    found = {one: world.ask("dealing", ELECTION, one) for one in range(1, len(TRUSTEES) + 1)}
    return {one: made[1] for one, made in found.items() if made is not None}


def trustee(world, number):
    """The trustee with its share of the election's key, from all who qualified."""
    mine = dealer(world, number)
    dealers = [one for one, _ in world.ask("opening", ELECTION)[2]]
    shares = {}
    for one in dealers:
        points = tuple(map(unchecked_point, world.ask("dealing", ELECTION, one)[2]))
        place = sorted(revealed_keys(world)).index(number)
        sealed = world.ask("sealed_shares", ELECTION, one)[0][place]
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


def factor_of(who):
    """The number that hides a voter's request; the same whenever it is asked for."""
    return 1 + int.from_bytes(digest("test-blinding", who.encode()), "big") // 2


def hashed(world, who, class_id=None, election=None):
    """What registrars sign for a voter's pseudonym."""
    class_id = class_of(who) if class_id is None else class_id
    return token_hash(election or context(world), class_id, pseudonym(who).public_key)


def requesting(world, who, **changes):
    """A voter's signed request."""
    class_id = changes.get("class_id", class_of(who))
    blinded = blind(hashed(world, who, class_id), factor_of(who)).encoded
    key = key_of(f"{who}-1")
    bare = RequestToken(ELECTION, ref_of(world, who), class_id, blinded, key.public_key, UNSIGNED)
    return sign_request(world, replace(bare, **changes), key)


def sign_request(world, msg, key):
    """A request with the signature of a key."""
    return replace(msg, signature=key.sign(*request_statement(CHAIN, context(world), msg)))


def token_of(world, who, registrars=None):
    """A voter's token, unblinded from the answers on the ledger of who signs for its class."""
    kept = world.kept.setdefault("tokens", {})
    if who not in kept:
        chosen = registrars or world.ask("signing_set", ELECTION, class_of(who))[0]
        given = [world.ask("answer", ELECTION, ref_of(world, who), one)[0] for one in chosen]
        kept[who] = unblind([decode_g1(one) for one in given], factor_of(who)).encoded
    return kept[who]


def stolen_token(world, who, class_id=None, *, registrars=(1, 2, 3), election=None):
    """A token that registrars make by themselves for a pseudonym, perhaps of another election."""
    class_id = class_of(who) if class_id is None else class_id
    element = hashed(world, who, class_id, election)
    signed = [signer(registrar, class_id).sign(element) for registrar in registrars]
    return unblind(signed, 1).encoded


def sealed(world, who, *marks, seq=1, token=None, **changes):
    """A voter's ballot: marks are one entry a contest, by default the first option of each."""
    asked = contests(world)
    values = [mark(contest, row) for contest, row in zip(asked, marks or ((0,), (0,)), strict=True)]
    shown = token_of(world, who) if token is None else token
    stated = BallotStatement(
        election=context(world),
        key=world.ask("opening", ELECTION)[1],
        contests=asked,
        class_id=class_of(who),
        voter_key=pseudonym(who).public_key,
        seq=seq,
        token=shown,
    )
    stated = replace(stated, **changes)
    made = seal_ballot(stated, values, pseudonym(who))
    return Sealed(stated, shown, made.ballot, made.openings)


def cast(world, who, *marks, **changes):
    """Let a voter cast a ballot; return it."""
    made = sealed(world, who, *marks, **changes)
    world.do_as(sender(who), made.cast())
    return made
