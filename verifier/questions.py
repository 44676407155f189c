"""Questions: how many ciphertexts each has, what must add up, and what the counts mean.

Source: docs/voting.md, questions.
"""

from dataclasses import dataclass

from verifier.fields import Row
from verifier.labels import require_distinct
from verifier.methods import RANKED, Standing, by_points, median_of, ranked
from verifier.refusal import require
from verifier.weak_orders import OPTIONS_MAX as RANKED_MAX
from verifier.weak_orders import PAIR_BYTES, order_bytes

KINDS = ("single", "approval", "score", *RANKED)
CHOICES_MAX = 256
OPTIONS_MAX = 64
GRADES_MAX = 12

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """The ciphertexts of these places add up to a number within bounds."""

    places: tuple[int, ...]
    bounds: Bounds

    @property
    def proof_bytes(self) -> int:
        """How long the proof of the sum is."""
        return 64 * (self.bounds[1] - self.bounds[0] + 1)


@dataclass(frozen=True, slots=True)
class Contest:
    """One question, and what a ballot must prove of its answer."""

    title: str
    kind: str
    options: tuple[str, ...]
    low: int
    high: int
    grades: tuple[str, ...]
    has_blank: bool

    @property
    def is_ranked(self) -> bool:
        """Whether ballots rank the options, by pairs."""
        return self.kind in RANKED

    @property
    def columns(self) -> int:
        """How many ciphertexts each option has; two of each pair with rankings."""
        if self.is_ranked:
            return len(self.options) - 1
        return len(self.grades) if self.kind == "score" else 1

    @property
    def choices(self) -> int:
        """How many ciphertexts an answer has; the last is the blank where there is one."""
        return len(self.options) * self.columns + (1 if self.has_blank else 0)

    @property
    def proof_sizes(self) -> list[int]:
        """How long the proofs are that ciphertexts hold 0 or 1."""
        if not self.is_ranked:
            return [128] * self.choices
        pairs = len(self.options) * self.columns // 2
        return [PAIR_BYTES] * pairs + ([128] if self.has_blank else [])

    @property
    def sum_sizes(self) -> list[int]:
        """How long the proofs about sums are."""
        if self.is_ranked:
            return [order_bytes(len(self.options))]
        return [line.proof_bytes for line in self.sums()]

    def sums(self) -> list[Line]:
        """Return the sums that a ballot proves, in order; not the one beside a blank proof."""
        if self.is_ranked:
            return []
        if self.kind == "approval":
            is_free = (self.low, self.high) == (0, len(self.options))
            return [] if self.has_blank or is_free else [self._approved()]
        count, columns = len(self.options), self.columns
        rows = [range(at * columns, at * columns + columns) for at in range(count)]
        if self.kind == "single":
            rows = [range(count)]
        blank = (self.choices - 1,) if self.has_blank else ()
        return [Line((*row, *blank), (1, 1)) for row in rows]

    def beside_blank(self) -> Line | None:
        """Return the sum that a blank proof says is 0 or within bounds, where there is one."""
        if not self.has_blank or self.kind not in ("approval", *RANKED):
            return None
        if self.kind == "approval":
            return self._approved()
        places = len(self.options) * self.columns
        return Line(tuple(range(places)), (0, places // 2))

    @property
    def blank_bytes(self) -> int:
        """How long the blank proof is."""
        line = self.beside_blank()
        if line is None:
            return 0
        return 128 if self.is_ranked else 192 + line.proof_bytes

    @property
    def proof_count(self) -> int:
        """How many proofs an answer has."""
        return len(self.proof_sizes) + len(self.sum_sizes) + (self.blank_bytes > 0)

    def standing(self, counts: list[int]) -> Standing:
        """Return points and places: votes, steps of grades, or what the method says."""
        if self.is_ranked:
            return ranked(self.kind, len(self.options), counts)
        rows = self.rows(counts)
        if self.kind == "score":
            return by_points([sum(step * n for step, n in enumerate(row)) for row in rows])
        return by_points([row[0] for row in rows])

    def medians(self, counts: list[int]) -> list[int]:
        """Return the median grade of each option, of score only."""
        return [median_of(row) for row in self.rows(counts)]

    def rows(self, counts: list[int]) -> list[list[int]]:
        """Return the counts of each option, the blank left out; not of rankings."""
        width = self.columns
        return [counts[at * width : (at + 1) * width] for at in range(len(self.options))]

    def check(self) -> None:
        """Check that the question has a meaning. Raises Refused."""
        count = len(self.options)
        require(self.kind in KINDS, f"{self.kind!r} is no kind of question")
        is_bounded = 0 <= self.low <= self.high <= count and self.high > 0
        is_unbounded = self.low == self.high == 0
        require(is_bounded if self.kind == "approval" else is_unbounded, "low and high are wrong")
        is_graded = len(self.grades) >= 2 if self.kind == "score" else not self.grades
        require(is_graded, "grades are wrong")
        require_distinct(self.options, "options")
        require_distinct(self.grades, "grades")
        require(self.choices <= CHOICES_MAX, "too many ciphertexts")
        is_rankable = not self.is_ranked or 2 <= count <= RANKED_MAX
        require(is_rankable, f"{count} options cannot be ranked, 2 to {RANKED_MAX} can")

    def _approved(self) -> Line:
        return Line(tuple(range(len(self.options))), (self.low, self.high))


def read_contest(row: Row) -> Contest:
    """Return the question of an array of seven fields. Raises Refused."""
    contest = Contest(
        title=row.text("title"),
        kind=row.text("kind", 16),
        options=row.texts("options", 1, OPTIONS_MAX),
        low=row.integer("low", 0, OPTIONS_MAX),
        high=row.integer("high", 0, OPTIONS_MAX),
        grades=row.texts("grades", 0, GRADES_MAX),
        has_blank=row.flag("has_blank"),
    )
    contest.check()
    return contest
