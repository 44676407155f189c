"""A ballot between making and casting, in a file of its owner only: to be cast, or audited.

The file holds what opens the ballot; it is deleted once the ballot is in the box. Losing it loses
nothing: the words make another ballot.
"""

import json
import stat
from pathlib import Path

from client.answers import hex_field, text_field, uint_field
from client.errors import BadAnswer
from client.keystore import KeystoreMissing, KeystoreOpenToOthers, write_secret
from client.voting.errors import NotThisElection
from client.voting.facts import ElectionFacts
from client.voting.prover import SealedBallot
from client.voting.voter import PreparedBallot
from contracts.sdk.schema import record_of
from contracts.voting.box.messages import SpoilBallot
from contracts.voting.crypto.ballots import BallotStatement
from primitives.codec import decode, encode
from primitives.errors import Rejected
from primitives.limits import TRANSACTION_BYTES_MAX

FORMAT = 1
KIND = "sapha/pending-ballot"
_PACKED_BYTES_MAX = 2 * TRANSACTION_BYTES_MAX  # the ballot and its openings
_FILE_BYTES_MAX = 3 * _PACKED_BYTES_MAX
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def save_pending(path: Path, ballot: PreparedBallot) -> None:
    """Write the ballot to a new file, mode 0600. Raises KeystoreExists."""
    packed = encode(record_of(SpoilBallot).write(ballot.spoil(), "ballot"))
    document = {
        "format": FORMAT,
        "kind": KIND,
        "election_id": ballot.election_id,
        "tracker": "0x" + ballot.tracker.hex(),
        "ballot": "0x" + packed.hex(),
    }
    write_secret(path, json.dumps(document) + "\n")


def load_pending(path: Path, facts: ElectionFacts) -> PreparedBallot:
    """Return the ballot of a file. Raises KeystoreFault, or NotThisElection."""
    try:
        document = json.loads(_read_private(path))
        is_known = uint_field(document, "format") == FORMAT and document.get("kind") == KIND
        of, tracker = text_field(document, "election_id"), hex_field(document, "tracker")
        value = decode(hex_field(document, "ballot"), bytes_max=_PACKED_BYTES_MAX)
        message: SpoilBallot = record_of(SpoilBallot).parse(value, "ballot")
    except (ValueError, AttributeError, BadAnswer, Rejected) as error:
        raise NotThisElection(f"{path}: holds no ballot") from error
    opening = facts.opened()
    statement = BallotStatement(
        election=opening.context,
        key=opening.key,
        contests=facts.manifest.contests,
        class_id=message.class_id,
        voter_key=message.voter_key,
        seq=message.seq,
        token=facts.named_token(message.token),
    )
    sealed = SealedBallot(message.ballot, message.openings)
    found = PreparedBallot(facts.election_id, statement, message.token, sealed)
    is_ours = of == message.election_id == facts.election_id
    if not (is_known and is_ours) or found.tracker != tracker:
        raise NotThisElection(f"{path}: holds a ballot of another election")
    return found


def _read_private(path: Path) -> str:
    """Return the text of a file that only its owner may read; a ballot is larger than a key."""
    try:
        mode = path.stat().st_mode
        with path.open(encoding="utf-8") as file:
            text = file.read(_FILE_BYTES_MAX + 1)
    except OSError as error:
        raise KeystoreMissing(f"{path}: {error.strerror or error}") from error
    if mode & _OTHERS:
        raise KeystoreOpenToOthers(f"{path}: lets others in; chmod 600 {path}")
    if len(text) > _FILE_BYTES_MAX:
        raise NotThisElection(f"{path}: longer than {_FILE_BYTES_MAX} characters")
    return text


def remove_pending(path: Path) -> None:
    """Remove a ballot that has been cast or spoiled."""
    path.unlink()
