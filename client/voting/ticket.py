"""A voter's token in a file of its owner only, fetched under the voter's name before casting.

Whoever answers questions about a voter's request and then carries the voter's ballot could tie the
name to the pseudonym. So the two are kept apart: the token is fetched from a node and kept here;
from then on nothing that is asked or sent names the voter. The words give the file again.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from client.answers import hex_field, text_field, uint_field
from client.errors import BadAnswer
from client.keystore import read_secret, write_secret
from client.voting.errors import BadToken, NotThisElection
from client.voting.facts import ElectionFacts
from contracts.sdk.bls import decode_g1
from contracts.sdk.bls_blind import is_signature
from contracts.sdk.schema import record_of
from contracts.voting.box.messages import CommitBallot
from contracts.voting.crypto.rings import is_ring_signature
from contracts.voting.crypto.tokens import token_hash
from primitives.codec import decode, encode
from primitives.crypto import PublicKey
from primitives.errors import Rejected
from primitives.limits import TRANSACTION_BYTES_MAX

FORMAT = 2
KIND = "sapha/voting-token"
_NOTHING = bytes(64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A pseudonym's right to vote in a class of an election."""

    election_id: str
    class_id: int
    voter_key: PublicKey
    token: bytes

    def check(self, facts: ElectionFacts) -> None:
        """Raise NotThisElection, NotOpen or BadToken unless a ballot with it would be taken."""
        classes = facts.manifest.classes
        if self.election_id != facts.election_id or self.class_id >= len(classes):
            raise NotThisElection(f"the token is of election {self.election_id}")
        if facts.has_rings:
            statement = facts.ring_statement(self.class_id, self.voter_key)
            if not is_ring_signature(statement, self.token):
                raise BadToken("this is no signature of this election's ring")
            return
        hashed = token_hash(facts.context, self.class_id, self.voter_key)
        if not is_signature(facts.set_key(self.class_id), hashed, decode_g1(self.token)):
            raise BadToken("this is no token of this election's registrars")


def save_ticket(path: Path, ticket: Ticket) -> None:
    """Write the token to a new file, mode 0600. Raises KeystoreExists."""
    # Written as the message that it is for, so that its schema reads it back.
    message = CommitBallot(
        election_id=ticket.election_id,
        class_id=ticket.class_id,
        voter_key=ticket.voter_key,
        token=ticket.token,
        ballot_hash=_NOTHING,
    )
    packed = encode(record_of(CommitBallot).write(message, "token"))
    document = {
        "format": FORMAT,
        "kind": KIND,
        "election_id": ticket.election_id,
        "token": "0x" + packed.hex(),
    }
    write_secret(path, json.dumps(document) + "\n")


def load_ticket(path: Path) -> Ticket:
    """Return the token of a file; it is believed after `check`. Raises KeystoreFault."""
    try:
        document = json.loads(read_secret(path))
        is_known = uint_field(document, "format") == FORMAT and document.get("kind") == KIND
        of = text_field(document, "election_id")
        value = decode(hex_field(document, "token"), bytes_max=TRANSACTION_BYTES_MAX)
        message: CommitBallot = record_of(CommitBallot).parse(value, "token")
    except (ValueError, AttributeError, BadAnswer, Rejected) as error:
        raise NotThisElection(f"{path}: holds no token") from error
    if not is_known or of != message.election_id:
        raise NotThisElection(f"{path}: holds no token of format {FORMAT}")
    return Ticket(
        election_id=message.election_id,
        class_id=message.class_id,
        voter_key=message.voter_key,
        token=message.token,
    )
