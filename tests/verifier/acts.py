"""What each party of an election sends, made by the real clients."""

from dataclasses import dataclass, replace
from functools import cache

from client.voting.blind_rsa import Blinding, BlindSigner, blind, finalize, prepare
from client.voting.marking import mark
from client.voting.prover import SealedBallot, seal_ballot
from client.voting.trustee import Trustee, count_of
from contracts.sdk.group import unchecked_point
from contracts.sdk.rsa import root_challenges
from contracts.tools.testing import key_of
from contracts.voting.box.messages import CastBallot, CommitBallot, SpoilBallot
from contracts.voting.ceremony.messages import CommitDealing, DealShares, RevealDealing
from contracts.voting.core.messages import UNSIGNED
from contracts.voting.crypto.ballots import BallotStatement, cast_hash
from contracts.voting.crypto.dkg import ShareStatement
from contracts.voting.crypto.elgamal import unchecked_ciphertext
from contracts.voting.crypto.tokens import Token, tokens_hash
from contracts.voting.crypto.transcript import token_message
from contracts.voting.elections.messages import CreateElection, OpenElection
from contracts.voting.roll.messages import AddVoters, FreezeRoll, VoterEntry
from contracts.voting.tally.messages import CountBox, DeliverShares, Tally
from contracts.voting.tokens.messages import (
    IssueToken,
    RegisterKey,
    RequestToken,
    request_statement,
)
from primitives.crypto import digest
from tests.contracts.identity.signing import name_of
from tests.contracts.voting.manifests import WINDOWS
from tests.contracts.voting.world import (
    TRUSTEES,
)
from tests.verifier.booth import AUTHORITY, GENESIS, ID, RSA_KEYS


@cache
def signer(registrar, class_id):
    """The key of a registrar (from 1) for a class."""
    pair = RSA_KEYS[(registrar - 1) * 2 + class_id]
    return BlindSigner((int(pair["p"], 16), int(pair["q"], 16)))


def pseudonym(who):
    """The throwaway key of a voter."""
    return key_of(f"{who}-pseudonym")


def prefix_of(registrar, who):
    """The random prefix of one token."""
    return digest("test-prefix", f"{who}-{registrar}".encode())


@cache
def registration(registrar, class_id):
    """The message that registers a key."""
    key = signer(registrar, class_id)
    roots = tuple(key.sign(challenge) for challenge in root_challenges(key.public.encode()))
    return RegisterKey(ID, registrar, class_id, key.public.encode(), roots)


@dataclass(frozen=True)
class Slip:
    """A ballot that was not sent yet, in every form that it may be sent in."""

    statement: BallotStatement
    tokens: tuple[Token, ...]
    made: SealedBallot

    @property
    def tracker(self):
        return cast_hash(self.statement, self.made.ballot)

    def commit(self):
        return CommitBallot(*self._named(), self.tokens, self.tracker)

    def cast(self):
        return CastBallot(*self._named(), self.statement.seq, self.tokens, self.made.ballot)

    def spoil(self):
        sent = (self.statement.seq, self.tokens, self.made.ballot, self.made.openings)
        return SpoilBallot(*self._named(), *sent)

    def _named(self):
        return ID, self.statement.class_id, self.statement.voter_key


def found(booth):
    """Found the election and fill its roll."""
    booth.by(AUTHORITY, CreateElection(ID, AUTHORITY, booth.manifest))
    entries = tuple(VoterEntry(name_of(who), group) for who, group in booth.plan.voters)
    booth.by(AUTHORITY, AddVoters(ID, entries))


def make_keys(booth):
    """Register the registrars' keys and commit, reveal and deal the trustees' key."""
    for registrar, agency in enumerate(booth.manifest.registrars.agencies, start=1):
        for class_id in range(len(booth.plan.weights)):
            booth.by(agency, registration(registrar, class_id))
    for dealer, agency in booth.dealers():
        booth.by(agency, CommitDealing(ID, dealer.number, dealer.commitment))
    booth.at(WINDOWS.commit_until)
    for dealer, agency in booth.dealers():
        booth.by(agency, RevealDealing(ID, dealer.dealing()))
    booth.at(WINDOWS.reveal_until)
    for dealer, agency in booth.dealers():
        booth.by(agency, DealShares(ID, dealer.number, dealer.sealed_shares()))


def open_box(booth):
    """Freeze the roll and open."""
    booth.at(WINDOWS.answer_until)
    while booth.ask("election")[4] is None:
        booth.by(AUTHORITY, FreezeRoll(ID))
    booth.by(AUTHORITY, OpenElection(ID))
    booth.at(WINDOWS.issue_from)


def hidden_for(booth, who, registrar):
    """What a registrar signs for a citizen: its key, the prepared message, the blinded one."""
    class_id = booth.class_of(who)
    key = signer(registrar, class_id).public
    voter_key = pseudonym(who).public_key
    message = token_message(booth.context, class_id, voter_key)
    prepared = prepare(message, prefix_of(registrar, who))
    drawn = int.from_bytes(digest("test-blinding", f"{who}-{registrar}".encode()) * 11, "big")
    return key, prepared, blind(key, prepared, Blinding(bytes(48), drawn))


def request(booth, who, key=None):
    """A citizen's signed request."""
    numbers = range(1, len(booth.manifest.registrars.agencies) + 1)
    blinded = tuple(hidden_for(booth, who, number)[2].message for number in numbers)
    key = key or key_of(f"{who}-1")
    named = (ID, booth.ref(who), booth.class_of(who), blinded, key.public_key)
    bare = RequestToken(*named, UNSIGNED)
    statement = request_statement(GENESIS.chain_id, booth.context, bare)
    return replace(bare, signature=key.sign(*statement))


def issue(booth, who, registrar):
    """A registrar's answer to a citizen."""
    blinded = booth.ask("request", booth.ref(who))[1][registrar - 1]
    signature = signer(registrar, booth.class_of(who)).sign(blinded)
    return IssueToken(ID, booth.ref(who), registrar, signature)


def token(booth, who, registrar):
    """A token, unblinded."""
    key, prepared, hidden = hidden_for(booth, who, registrar)
    answer = signer(registrar, booth.class_of(who)).sign(hidden.message)
    signature = finalize(key, prepared, answer, hidden.inverse)
    return Token(registrar, prefix_of(registrar, who), signature)


def equip(booth, *voters):
    """Have citizens request tokens, and the needed registrars sign."""
    needed = booth.manifest.registrars.needed
    for who in voters:
        booth.by(AUTHORITY, request(booth, who))
        for number, agency in enumerate(booth.manifest.registrars.agencies[:needed], start=1):
            booth.by(agency, issue(booth, who, number))
        numbers = range(1, needed + 1)
        booth.tokens[who] = tuple(token(booth, who, number) for number in numbers)


def sealed(booth, who, marks, seq=1, tokens=None, **changes):
    """A ballot and all that it is tied to."""
    shown = booth.tokens[who] if tokens is None else tokens
    contests = booth.manifest.contests
    statement = BallotStatement(
        election=booth.context,
        key=booth.ask("opening")[1],
        contests=contests,
        class_id=booth.class_of(who),
        voter_key=pseudonym(who).public_key,
        seq=seq,
        tokens=tokens_hash(shown),
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
    booth.at(WINDOWS.cast_until)
    while booth.ask("closing") is None:
        booth.by(AUTHORITY, CountBox(ID))


def publish(booth, *trustees):
    """Have trustees deliver and publish the counts; return them."""
    given = {number: delivery(booth, number) for number in trustees}
    for number, msg in given.items():
        booth.by(TRUSTEES[number - 1], msg)
    held = booth.ask("closing")[2]
    rows = [[] for _ in booth.manifest.contests]
    for at, (contest, _) in enumerate(booth.places()):
        parts = {one: unchecked_point(msg.shares[at].share) for one, msg in given.items()}
        summed = unchecked_ciphertext(held[64 * at : 64 * at + 64])
        rows[contest].append(count_of(summed, parts, 10_000))
    counts = tuple(map(tuple, rows))
    booth.by(AUTHORITY, Tally(ID, tuple(trustees), counts))
    return counts
