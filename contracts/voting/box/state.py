"""What ballots leave behind, and how queries answer."""

from typing import Annotated

from contracts.sdk import CountMax, Map, record
from contracts.voting.core.messages import PAGE, ClassId, Count, ElectionId, Hash, Pseudonym, Root


@record
class Voting:
    """What a pseudonym has done; `seq` is of its last ballot, `committed` the hash it announced.

    `ballots` counts those announced, cast and spoiled.
    """

    class_id: ClassId
    seq: Count
    ballots: Count
    committed: Hash | None


pseudonyms = Map[tuple[ElectionId, Pseudonym], Voting]("pseudonyms")
used = Map[tuple[ElectionId, Root], bool]("used")  # digests of ciphertexts cast or spoiled
spoiled = Map[tuple[ElectionId, Hash], Pseudonym]("spoiled")  # ballot hash


@record
class BallotLine:
    """A ballot in the box, in a list."""

    voter_key: Pseudonym
    class_id: ClassId
    seq: Count
    ballot_hash: Hash


BallotPage = Annotated[tuple[BallotLine, ...], CountMax(PAGE)]
