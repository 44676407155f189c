"""The voter's wallet: asks for a token, makes ballots, and finds out what became of them.

Everything follows from the voter's words and the ledger, so a lost device loses no vote. Nothing
here sends: what is to be sent is given back, the request for the voter's own account to carry, and
ballots for a relay. Whatever the ledger says is proven before it is used.

What names the voter (`open`, `request`, `token`) and what names the pseudonym (`done`, `voted`,
and all that is sent of ballots) must not be asked of the same node: see `client.voting.ticket`.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from client.bls_blind import blind, unblind
from client.contract import call_of
from client.transaction import EXPIRES_IN_MS, expiry_ms, wall_ms
from client.voting.errors import AnswersMissing, BadToken, NotThisElection
from client.voting.facts import ElectionFacts, Facts
from client.voting.marking import BadMarks, ContestMarks, mark
from client.voting.prover import SealedBallot, Values, encrypt, seal_ballot
from client.voting.ring import ring_token
from client.voting.seed import ElectionSeed, Stream, VoterSeed
from client.voting.ticket import Ticket
from client.wallet import Wallet
from contracts.sdk.bls import G1, decode_g1
from contracts.sdk.bls_blind import is_signature
from contracts.sdk.group import ORDER, POINT_BYTES, decode_point, multiply_base
from contracts.voting.box.messages import CastBallot, CommitBallot, SpoilBallot
from contracts.voting.box.state import Voting, pseudonyms
from contracts.voting.core.messages import UNSIGNED
from contracts.voting.core.state import BoxEntry, box
from contracts.voting.crypto.ballots import BallotStatement, cast_hash
from contracts.voting.crypto.elgamal import encode_ciphertext
from contracts.voting.crypto.tokens import token_hash
from contracts.voting.tokens.messages import RequestToken, request_statement
from contracts.voting.tokens.state import answers
from primitives.codec import encode
from primitives.crypto import PublicKey
from primitives.keys import Signer
from primitives.transaction import Transaction

ATTEMPTS = 2**18  # so many ballots of one seq and choice differ; few enough to try them all

BallotMessage = CommitBallot | CastBallot | SpoilBallot

# What a voter marked, one entry a contest: option numbers as `marking.mark` takes them, or None.
Marks = Sequence[ContestMarks]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citizen:
    """Who asks for tokens: a subject of identity, and a key of it."""

    sid: bytes
    key: Signer


@dataclass(frozen=True, slots=True)
class PreparedBallot:
    """A ballot that is encrypted but not sent, and what opens it (secret)."""

    election_id: str
    statement: BallotStatement
    token: bytes
    sealed: SealedBallot = field(repr=False)

    @property
    def tracker(self) -> bytes:
        """The hash that names the ballot on the ledger: 64 bytes."""
        return cast_hash(self.statement, self.sealed.ballot)

    def commit(self) -> CommitBallot:
        """Return the announcement of the ballot's hash; afterwards it is cast, or spoiled."""
        return CommitBallot(
            election_id=self.election_id,
            class_id=self.statement.class_id,
            voter_key=self.statement.voter_key,
            token=self.token,
            ballot_hash=self.tracker,
        )

    def cast(self) -> CastBallot:
        """Return the casting of the ballot; it takes the place of the pseudonym's last one."""
        return CastBallot(**self._named(), ballot=self.sealed.ballot)

    def spoil(self) -> SpoilBallot:
        """Return the opening of the ballot, once announced: it shows the marks to all."""
        ballot, openings = self.sealed.ballot, self.sealed.openings
        return SpoilBallot(**self._named(), ballot=ballot, openings=openings)

    def _named(self) -> dict[str, Any]:
        """Return the fields that a ballot cast and one spoiled have alike."""
        return {
            "election_id": self.election_id,
            "class_id": self.statement.class_id,
            "voter_key": self.statement.voter_key,
            "seq": self.statement.seq,
            "token": self.token,
        }


class VoterWallet:
    """One voter's wallet for one election. Never prints a secret."""

    def __init__(self, seed: VoterSeed, facts: ElectionFacts, class_id: int) -> None:
        """Derive the election's keys; `class_id` is the voter's on the roll. Raises NotOpen."""
        self.facts = facts
        self.class_id = class_id
        self._secrets: ElectionSeed = seed.election(facts.context)
        self._seed = seed

    def __repr__(self) -> str:
        return f"VoterWallet({self.facts.election_id})"

    @classmethod
    async def open(cls, seed: VoterSeed, facts: Facts, election: str, sid: bytes) -> "VoterWallet":
        """Return the wallet of a voter whom the roll names.

        Raises:
            NotThisElection: no such election, or the voter is not on its roll.
            NotOpen: the election has no key yet.
        """
        found = await facts.election(election)
        voter = await facts.voter(found, sid)
        if voter is None:
            raise NotThisElection(f"this voter is not on the roll of {election}")
        return cls(seed, found, voter.class_id)

    @property
    def pseudonym(self) -> PublicKey:
        """The throwaway key that the ballots are signed with; say it to nobody."""
        return self._secrets.pseudonym.public_key

    # The request, under the voter's name.

    def request(self, citizen: Citizen) -> RequestToken:
        """Return the request for a token, signed by the citizen; any account may carry it.

        It is the same each time, so asking again after a crash asks for nothing new.
        """
        unsigned = RequestToken(
            election_id=self.facts.election_id,
            voter_ref=self.facts.voter_ref(citizen.sid),
            class_id=self.class_id,
            blinded=blind(self._hashed(), self._blinding()).encoded,
            key=citizen.key.public_key,
            signature=UNSIGNED,
        )
        statement = request_statement(self.facts.chain_id, self.facts.context, unsigned)
        return replace(unsigned, signature=citizen.key.sign(*statement))

    async def ticket(self, facts: Facts, sid: bytes) -> Ticket:
        """Return the voter's token, unblinded and verified, to be kept until casting.

        Ask a node that carries no ballots: it learns that this voter fetches it.
        Raises as `token`.
        """
        token = await self.token(facts, sid)
        return Ticket(
            election_id=self.facts.election_id,
            class_id=self.class_id,
            voter_key=self.pseudonym,
            token=token,
        )

    async def token(self, facts: Facts, sid: bytes) -> bytes:
        """Return the token: the answers of all who sign for the class, unblinded; or a ring's.

        Every answer is checked to be an element of the group, and their sum against the keys that
        the ledger proves; so no registrar can mark a voter. A ring's is made here, of no answers.

        Raises:
            NotOpen: answers are not closed, so nobody knows who signs for the class; or its ring
                is too small.
            NotInRing: the voter's key was not posted in time.
            AnswersMissing: names who has not answered, and who refused for what reason.
            BadToken: names the registrar whose answer is wrong though the ledger took it.
        """
        if self.facts.has_rings:
            return ring_token(self.facts, self.class_id, self.pseudonym, self._seed)
        if self.class_id not in self.facts.signing_sets:  # the wallet was opened before the close
            self.facts = await facts.election(self.facts.election_id)
        ref, agencies = self.facts.voter_ref(sid), self.facts.manifest.registrars.agencies
        signed: dict[int, G1] = {}
        missing: list[str] = []
        for number in self.facts.signers(self.class_id).registrars:
            answer = await facts.value(answers, self.facts.election_id, ref, number)
            if answer is not None and answer.blind_signature is not None:
                signed[number] = decode_g1(answer.blind_signature)
            else:
                why = "no answer" if answer is None else answer.reason
                missing.append(f"{agencies[number - 1]}: {why}")
        if missing:
            raise AnswersMissing(f"who signs for the class has not answered ({'; '.join(missing)})")
        return self.unblind(signed)

    def unblind(self, signed: dict[int, G1]) -> bytes:
        """Return the token of the answers of all who sign, wherever they came from, by number.

        Raises:
            BadToken: names the registrar whose answer is wrong.
        """
        numbers = self.facts.signers(self.class_id).registrars
        hashed = self._hashed()
        token = unblind([signed[number] for number in numbers], self._blinding())
        if is_signature(self.facts.set_key(self.class_id), hashed, token):
            return token.encoded
        blinded, keys = blind(hashed, self._blinding()), self.facts.keys[self.class_id]
        wrong = [one for one in numbers if not is_signature(keys[one], blinded, signed[one])]
        names = [self.facts.manifest.registrars.agencies[number - 1] for number in wrong]
        raise BadToken(f"the answer of {', '.join(names)} is no signature by the registrar's key")

    def _hashed(self) -> G1:
        """Return h1(M), what the token is a signature of."""
        return token_hash(self.facts.context, self.class_id, self.pseudonym)

    def _blinding(self) -> int:
        return self._secrets.blinding(self.facts.context, self.class_id)

    # The ballot, under the pseudonym.

    def ballot(self, token: bytes, marks: Marks, done: Voting | None) -> PreparedBallot:
        """Return an encrypted ballot; `done` is what the pseudonym has done so far.

        Raises:
            BadMarks: names the contest's kind.
        """
        values = self.values(marks)
        seq = 1 if done is None else done.seq + 1
        # Drawn, not counted: a node that hides an audited ballot, whose randomness is public,
        # must not bring the next ballot to use the same.
        attempt = secrets.randbelow(ATTEMPTS)
        opening = self.facts.opened()
        statement = BallotStatement(
            election=opening.context,
            key=opening.key,
            contests=self.facts.manifest.contests,
            class_id=self.class_id,
            voter_key=self.pseudonym,
            seq=seq,
            token=self.facts.named_token(token),
        )
        stream = self._secrets.ballot(seq, attempt, encode(tuple(values)))
        signer = self._secrets.pseudonym
        sealed = seal_ballot(statement, values, signer, lambda: stream.below(ORDER))
        return PreparedBallot(self.facts.election_id, statement, token, sealed)

    def sign(self, message: BallotMessage) -> Transaction:
        """Return a transaction from the pseudonym's own address, which needs no account.

        Raises:
            NotThisElection: the ballot was made with other words.
        """
        if message.voter_key != self.pseudonym:
            raise NotThisElection("the ballot was made with other words, or for another election")
        account = Wallet([self._secrets.pseudonym])
        body = call_of(
            message,
            sender=account.address,
            chain_id=self.facts.chain_id,
            expires_at_ms=expiry_ms(wall_ms(), EXPIRES_IN_MS),
        )
        return account.sign(body)

    def cast_time_ms(self, spread: float = 2 / 3) -> int:
        """Return when to cast, in contract time: random within the first part of the window.

        Who asked early for tokens does not vote early, so the order of requests says nothing.
        """
        windows = self.facts.windows
        length_ms = int((windows.cast_until_ms - windows.cast_from_ms) * spread)
        return windows.cast_from_ms + self._secrets.delay.below(length_ms + 1)

    async def done(self, facts: Facts) -> Voting | None:
        """Return what the pseudonym has done, as proven; None for nothing."""
        return await facts.value(pseudonyms, self.facts.election_id, self.pseudonym)

    async def voted(self, facts: Facts) -> BoxEntry | None:
        """Return the ballot that counts for this voter so far; None: proven to have none."""
        return await facts.value(box, self.facts.election_id, self.pseudonym)

    def is_mine(self, entry: BoxEntry, marks: Marks) -> bool:
        """Return whether the ballot in the box encrypts these marks, made with these words.

        Takes some seconds: the small number that was drawn for the ballot is found by trying.
        """
        values = self.values(marks)
        choice, first = encode(tuple(values)), entry.ciphertexts[:POINT_BYTES]
        for attempt in range(ATTEMPTS):
            draw = self._secrets.ballot(entry.seq, attempt, choice)
            if multiply_base(draw.below(ORDER)).encoded == first:
                again = self._secrets.ballot(entry.seq, attempt, choice)
                return _encrypted(self.facts, values, again) == entry.ciphertexts
        return False

    def values(self, marks: Marks) -> list[Values]:
        """Return 0 or 1 for each ciphertext, a row a contest. Raises BadMarks."""
        contests = self.facts.manifest.contests
        if len(marks) != len(contests):
            raise BadMarks(f"{len(marks)} answers, the election has {len(contests)} contests")
        return [mark(contest, row) for contest, row in zip(contests, marks, strict=True)]


def _encrypted(facts: ElectionFacts, values: list[Values], draw: Stream) -> bytes:
    key = decode_point(facts.opened().key)
    pairs = [encrypt(key, value, draw.below(ORDER)) for row in values for value in row]
    return b"".join(map(encode_ciphertext, pairs))
