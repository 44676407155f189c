"""When two faces are taken for one person: thresholds as whole numbers, and the decision."""

import enum
from dataclasses import dataclass

from client.fvs.errors import BadFvsPolicy

PPM = 1_000_000
PAD_LEVELS = (0, 1, 2)


class Decision(enum.StrEnum):
    """What a comparison says."""

    MATCH = "match"
    NO_MATCH = "no-match"
    INCONCLUSIVE = "inconclusive"


class Reason(enum.StrEnum):
    """Why a comparison says it."""

    SIMILARITY = "similarity"
    BETWEEN_THRESHOLDS = "between-thresholds"
    NO_FACE = "no-face"
    SEVERAL_FACES = "several-faces"
    FACE_TOO_SMALL = "face-too-small"
    NO_FEATURES = "no-features"


@dataclass(frozen=True, slots=True, kw_only=True)
class FvsPolicy:
    """The operator's thresholds; cosine similarity and scores are in millionths.

    There are no defaults: the thresholds belong to one embedding model and to the error rates
    that its operator measured with it. `pad_level` is what the operator declares of the capture's
    protection against presented photographs, masks or screens (0 none, 1 or 2 of ISO/IEC
    30107-3); nothing here checks it.
    """

    policy_id: str  # 1..32 characters: names these numbers in the evidence
    match_ppm: int  # a similarity of at least this is a match
    no_match_ppm: int  # a similarity below this is no match
    face_score_ppm: int  # a detection below this is no face
    face_px_min: int  # a face narrower or lower than this cannot be compared
    pad_level: int

    def __post_init__(self) -> None:
        """Check the numbers. Raises BadFvsPolicy."""
        if not 1 <= len(self.policy_id) <= 32:
            raise BadFvsPolicy(f"policy_id has {len(self.policy_id)} characters, must have 1 to 32")
        if not -PPM <= self.no_match_ppm <= self.match_ppm <= PPM:
            raise BadFvsPolicy(
                f"no_match_ppm {self.no_match_ppm} and match_ppm {self.match_ppm} must rise"
                f" between {-PPM} and {PPM}"
            )
        if not 0 < self.face_score_ppm < PPM:
            raise BadFvsPolicy(f"face_score_ppm is {self.face_score_ppm}, must be 1 to {PPM - 1}")
        if self.face_px_min < 1:
            raise BadFvsPolicy(f"face_px_min is {self.face_px_min}, must be at least 1")
        if self.pad_level not in PAD_LEVELS:
            raise BadFvsPolicy(f"pad_level is {self.pad_level}, must be 0, 1 or 2")

    def decide(self, similarity_ppm: int) -> tuple[Decision, Reason]:
        """Return what a similarity means."""
        if similarity_ppm >= self.match_ppm:
            return Decision.MATCH, Reason.SIMILARITY
        if similarity_ppm < self.no_match_ppm:
            return Decision.NO_MATCH, Reason.SIMILARITY
        return Decision.INCONCLUSIVE, Reason.BETWEEN_THRESHOLDS
