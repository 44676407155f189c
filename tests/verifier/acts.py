"""What each party of an election sends, made by the real clients."""

from dataclasses import dataclass, replace

from client.bls_blind import SignerKey, blind, unblind
from client.voting.marking import mark
from client.voting.prover import SealedBallot, prove_knowledge, seal_ballot
from client.voting.ring import sign_ring
from client.voting.trustee import Trustee, count_of
from contracts.sdk.bls import decode_g1
from contracts.sdk.group import hash_to_scalar, multiply_base, unchecked_point
from contracts.sdk.transcript import hash_fields
from contracts.tools.testing import key_of
from contracts.voting.box.messages import CastBallot, CommitBallot, SpoilBallot
from contracts.voting.ceremony.messages import CommitDealing, DealShares, RevealDealing
from contracts.voting.core.messages import UNSIGNED
from contracts.voting.crypto.ballots import BallotStatement, cast_hash
from contracts.voting.crypto.dkg import ShareStatement
from contracts.voting.crypto.elgamal import unchecked_ciphertext
from contracts.voting.crypto.rings import RING_KEY, RingStatement, tag_of
from contracts.voting.crypto.rings import key_labels as ring_labels
from contracts.voting.crypto.tokens import key_labels, token_hash
from contracts.voting.crypto.transcript import roll_context
from contracts.voting.elections.messages import CreateElection, OpenElection
from contracts.voting.rings.messages import JoinRing, joining_statement
from contracts.voting.roll.messages import AddVoters, FreezeRoll, VoterEntry
from contracts.voting.tally.messages import CountBox, DeliverShares, Tally
from contracts.voting.tokens.messages import (
    BlindAnswer,
    CloseIssuing,
    IssueTokens,
    ProvenKey,
    RegisterKeys,
    RequestToken,
    request_statement,
)
from primitives.crypto import digest
from tests.contracts.identity.signing import name_of
from tests.contracts.voting.manifests import WINDOWS
from tests.contracts.voting.world import (
    TRUSTEES,
)
from tests.verifier.booth import AUTHORITY, GENESIS, ID


def signer(registrar, class_id):
    """The key of a registrar (from 1) for a class."""
    return SignerKey.derive(b"test-registrar", bytes([registrar, class_id]))


def pseudonym(who):
    """The throwaway key of a voter."""
    return key_of(f"{who}-pseudonym")


def factor_of(who):
    """The number that hides a voter's request."""
    return 1 + int.from_bytes(digest("test-blinding", who.encode()), "big") // 2


def registration(booth, registrar):
    """The message that posts the keys of a registrar."""
    agency = booth.manifest.registrars.agencies[registrar - 1]
    election = booth.ask("election")
    roll = roll_context(election[2], election[4])
    keys = []
    for class_id in range(len(booth.plan.weights)):
        mine = signer(registrar, class_id)
        proof = mine.prove(key_labels(roll, (class_id, registrar), agency))
        keys.append(ProvenKey(mine.public.encoded, proof))
    return RegisterKeys(ID, registrar, tuple(keys))


@dataclass(frozen=True)
class Slip:
    """A ballot that was not sent yet, in every form that it may be sent in."""

    statement: BallotStatement
    token: bytes
    made: SealedBallot

    @property
    def tracker(self):
        return cast_hash(self.statement, self.made.ballot)

    def commit(self):
        return CommitBallot(*self._named(), self.token, self.tracker)

    def cast(self):
        return CastBallot(*self._named(), self.statement.seq, self.token, self.made.ballot)

    def spoil(self):
        sent = (self.statement.seq, self.token, self.made.ballot, self.made.openings)
        return SpoilBallot(*self._named(), *sent)

    def _named(self):
        return ID, self.statement.class_id, self.statement.voter_key


def found(booth):
    """Found the election and fill its roll."""
    booth.by(AUTHORITY, CreateElection(ID, AUTHORITY, booth.manifest))
    entries = tuple(VoterEntry(name_of(who), group) for who, group in booth.plan.voters)
    booth.by(AUTHORITY, AddVoters(ID, entries))


def make_keys(booth):
    """Commit, reveal and deal the trustees' key."""
    for dealer, agency in booth.dealers():
        posted = (dealer.commitment, dealer.encryption_key)
        booth.by(agency, CommitDealing(ID, dealer.number, *posted))
    booth.at(WINDOWS.commit_until_ms)
    for dealer, agency in booth.dealers():
        booth.by(agency, RevealDealing(ID, dealer.dealing()))
    booth.at(WINDOWS.reveal_until_ms)
    for dealer, agency in booth.dealers():
        keys = {one.number: one.encryption_key for one, _ in booth.dealers()}
        booth.by(agency, DealShares(ID, dealer.number, dealer.sealed_shares(keys)))


def open_box(booth, *joiners):
    """Freeze the roll, post the keys of registrars or of a ring's members, and open."""
    booth.at(WINDOWS.answer_until_ms)
    while booth.ask("election")[4] is None:
        booth.by(AUTHORITY, FreezeRoll(ID))
    for registrar, agency in enumerate(booth.manifest.registrars.agencies, start=1):
        booth.by(agency, registration(booth, registrar))
    for who in joiners:
        booth.by(AUTHORITY, joining(booth, who))
    booth.at(WINDOWS.keys_until_ms)
    booth.by(AUTHORITY, OpenElection(ID))
    booth.at(WINDOWS.issue_from_ms)


def ring_secret(who):
    """What is behind a voter's one-time key."""
    return hash_to_scalar(hash_fields("test-ring-member", (who.encode(),)))


def joining(booth, who, key=None):
    """A voter's signed one-time key."""
    secret, election = ring_secret(who), booth.ask("election")
    roll, posted = roll_context(election[2], election[4]), multiply_base(secret).encoded
    class_id = booth.class_of(who)
    labels = ring_labels(roll, booth.ref(who), class_id, posted)
    proof = prove_knowledge(RING_KEY, labels, secret)
    key = key or key_of(f"{who}-1")
    named = (ID, booth.ref(who), class_id, posted, proof, key.public_key)
    bare = JoinRing(*named, UNSIGNED)
    statement = joining_statement(GENESIS.chain_id, roll, bare)
    return replace(bare, signature=key.sign(*statement))


def ring_token(booth, who, voter_key=None, secret=None):
    """A signature of a voter's pseudonym by a member of the ring of its class."""
    class_id = booth.class_of(who)
    root, joined = booth.ask("ring", class_id)
    statement = RingStatement(
        election=booth.context,
        class_id=class_id,
        root=root,
        keys=tuple(joined[at : at + 32] for at in range(0, len(joined), 32)),
        voter_key=voter_key or pseudonym(who).public_key,
    )
    return sign_ring(statement, secret or ring_secret(who))


def hashed(booth, who):
    """What registrars sign for a citizen's pseudonym."""
    return token_hash(booth.context, booth.class_of(who), pseudonym(who).public_key)


def request(booth, who, key=None):
    """A citizen's signed request."""
    blinded = blind(hashed(booth, who), factor_of(who)).encoded
    key = key or key_of(f"{who}-1")
    named = (ID, booth.ref(who), booth.class_of(who), blinded, key.public_key)
    bare = RequestToken(*named, UNSIGNED)
    statement = request_statement(GENESIS.chain_id, booth.context, bare)
    return replace(bare, signature=key.sign(*statement))


def issue(booth, registrar, *names):
    """A registrar's answers to citizens of one class."""
    class_id = booth.class_of(names[0])
    answers = []
    for who in names:
        blinded = booth.ask("request", booth.ref(who))[1]
        signature = signer(registrar, class_id).sign(decode_g1(blinded)).encoded
        answers.append(BlindAnswer(booth.ref(who), signature))
    return IssueTokens(ID, registrar, class_id, tuple(answers))


def token(booth, who, registrars, class_id=None):
    """The token that these registrars make for a citizen, asked or not."""
    class_id = booth.class_of(who) if class_id is None else class_id
    element = token_hash(booth.context, class_id, pseudonym(who).public_key)
    return unblind([signer(one, class_id).sign(element) for one in registrars], 1).encoded


def equip(booth, *voters):
    """Have citizens request tokens, and the first registrars that are needed sign."""
    numbers = range(1, booth.manifest.registrars.needed + 1)
    for who in voters:
        booth.by(AUTHORITY, request(booth, who))
        for number in numbers:
            agency = booth.manifest.registrars.agencies[number - 1]
            booth.by(agency, issue(booth, number, who))
        booth.tokens[who] = token(booth, who, numbers)


def close(booth):
    """Have answers closed; ballots are taken."""
    booth.at(WINDOWS.issue_until_ms)
    booth.by(AUTHORITY, CloseIssuing(ID))
    booth.at(WINDOWS.cast_from_ms)


def sealed(booth, who, marks, seq=1, token=None, **changes):
    """A ballot and all that it is tied to."""
    shown = booth.tokens[who] if token is None else token
    contests = booth.manifest.contests
    statement = BallotStatement(
        election=booth.context,
        key=booth.ask("opening")[1],
        contests=contests,
        class_id=booth.class_of(who),
        voter_key=pseudonym(who).public_key,
        seq=seq,
        token=tag_of(shown) if booth.plan.has_rings else shown,
    )
    statement = replace(statement, **changes)
    values = [mark(contest, row) for contest, row in zip(contests, marks, strict=True)]
    return Slip(statement, shown, seal_ballot(statement, values, pseudonym(who)))


def cast(booth, who, marks, seq=1):
    """Have a citizen cast a ballot; return it."""
    slip = sealed(booth, who, marks, seq)
    booth.send(pseudonym(who), slip.cast())
    return slip


def spoil(booth, who, marks):
    """Have a citizen announce and open a ballot."""
    slip = sealed(booth, who, marks)
    booth.send(pseudonym(who), slip.commit())
    booth.send(pseudonym(who), slip.spoil())
    return slip


def delivery(booth, number):
    """A trustee's shares of every sum."""
    counted, _, held, _ = booth.ask("closing")
    dealers = {dealer.number: dealer for dealer, _ in booth.dealers()}
    parts = {one: dealers[one].share_for(number) for one, _ in booth.ask("opening")[2]}
    holder, given = Trustee(number, parts), []
    for at, (contest, choice) in enumerate(booth.places()):
        stated = ShareStatement(booth.context, contest, choice, number, counted)
        summed = unchecked_ciphertext(held[64 * at : 64 * at + 64])
        given.append(holder.decrypt(stated, summed))
    return DeliverShares(ID, number, tuple(given))


def count(booth):
    """Close and count the box."""
    booth.at(WINDOWS.cast_until_ms)
    while booth.ask("closing") is None:
        booth.by(AUTHORITY, CountBox(ID))


def publish(booth, *trustees, count_max=10_000):
    """Have trustees deliver and publish the counts; return them."""
    given = {number: delivery(booth, number) for number in trustees}
    for number, msg in given.items():
        booth.by(TRUSTEES[number - 1], msg)
    held = booth.ask("closing")[2]
    rows = [[] for _ in booth.manifest.contests]
    for at, (contest, _) in enumerate(booth.places()):
        parts = {one: unchecked_point(msg.shares[at].share) for one, msg in given.items()}
        summed = unchecked_ciphertext(held[64 * at : 64 * at + 64])
        rows[contest].append(count_of(summed, parts, count_max))
    counts = tuple(map(tuple, rows))
    booth.by(AUTHORITY, Tally(ID, tuple(trustees), counts))
    return counts
