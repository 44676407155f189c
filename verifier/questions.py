"""Questions: how many ciphertexts each has, what must add up, and what the counts mean.

Source: docs/voting.md, questions.
"""

from dataclasses import dataclass

from verifier.fields import Row
from verifier.refusal import require

KINDS = ("single", "approval", "score", "borda")
CHOICES_MAX = 256
OPTIONS_MAX = 64
GRADES_MAX = 12
SUMS_MAX = 64

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
    def columns(self) -> int:
        """How many ciphertexts each option has."""
        return {"score": len(self.grades), "borda": len(self.options)}.get(self.kind, 1)

    @property
    def choices(self) -> int:
        """How many ciphertexts an answer has; the last is the blank where there is one."""
        return len(self.options) * self.columns + (1 if self.has_blank else 0)

    def sums(self) -> list[Line]:
        """Return the sums that a ballot proves, in order; not the one beside a blank proof."""
        if self.kind == "approval":
            is_free = (self.low, self.high) == (0, len(self.options))
            return [] if self.has_blank or is_free else [self._approved()]
        count, columns = len(self.options), self.columns
        rows = [range(at * columns, at * columns + columns) for at in range(count)]
        if self.kind == "single":
            rows = [range(count)]
        if self.kind == "borda":
            rows += [range(at, count * columns, columns) for at in range(count)]
        blank = (self.choices - 1,) if self.has_blank else ()
        return [Line((*row, *blank), (1, 1)) for row in rows]

    def beside_blank(self) -> Line | None:
        """Return the sum that is within bounds unless the ballot is blank, of approval only."""
        return self._approved() if self.kind == "approval" and self.has_blank else None

    @property
    def blank_bytes(self) -> int:
        """How long the blank proof is."""
        line = self.beside_blank()
        return 0 if line is None else 192 + line.proof_bytes

    def points(self, counts: list[int]) -> list[int]:
        """Return the votes of each option, or its points with score and borda."""
        found = []
        for option in range(len(self.options)):
            row = counts[option * self.columns : (option + 1) * self.columns]
            worth = row[::-1] if self.kind == "borda" else row
            is_weighed = self.kind in ("score", "borda")
            found.append(sum(step * n for step, n in enumerate(worth)) if is_weighed else row[0])
        return found

    def check(self) -> None:
        """Check that the question has a meaning. Raises Refused."""
        count = len(self.options)
        require(self.kind in KINDS, f"{self.kind!r} is no kind of question")
        is_bounded = 0 <= self.low <= self.high <= count and self.high > 0
        is_unbounded = self.low == self.high == 0
        require(is_bounded if self.kind == "approval" else is_unbounded, "low and high are wrong")
        is_graded = len(self.grades) >= 2 if self.kind == "score" else not self.grades
        require(is_graded, "grades are wrong")
        for labels in (self.options, self.grades):
            require(len(set(labels)) == len(labels), "a label comes twice")
        require(self.choices <= CHOICES_MAX, "too many ciphertexts")
        require(len(self.sums()) <= SUMS_MAX, "too many sums")

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
