"""The manifest of an election: what was decided before anything else, and whether it is sound.

Source: docs/voting.md, record.
"""

import re
from dataclasses import astuple, dataclass, fields

from verifier.encoding import list_of
from verifier.fields import AGENCIES_MAX, COUNT_MAX, ID_CHARS, Row
from verifier.labels import require_distinct
from verifier.questions import CHOICES_MAX, GRADES_MAX, OPTIONS_MAX, Contest, read_contest
from verifier.refusal import require

REGISTRARS_MAX = 10
RING_MAX = 200
TOKENS_BLIND, TOKENS_RING = 1, 2  # schemes of tokens
_CONTESTS_MAX = 16
_CLASSES_MAX = 8


@dataclass(frozen=True, slots=True)
class Windows:
    """The dates before which each part ends, or from which it begins, in the manifest's order.

    All are contract time in milliseconds.
    """

    roll_until_ms: int
    objections_until_ms: int
    keys_until_ms: int
    commit_until_ms: int
    reveal_until_ms: int
    deal_until_ms: int
    complain_until_ms: int
    answer_until_ms: int
    issue_from_ms: int
    request_until_ms: int
    issue_until_ms: int
    cast_from_ms: int
    cast_until_ms: int
    decrypt_until_ms: int

    def dates(self) -> tuple[int, ...]:
        """Return all of them."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class English:
    """A contest's texts in English."""

    title: str
    options: tuple[str, ...]
    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VoterClass:
    """Voters whose ballots weigh the same; too few of them count as those of class `joins`."""

    name_th: str
    name_en: str
    weight: int
    joins: int | None


@dataclass(frozen=True, slots=True)
class Seating:
    """How places become seats, which nobody computes on the ledger."""

    seats: tuple[int, ...]  # of each contest
    quorum_percent: int  # of those on the roll
    lots_from: str  # where the public seed comes from that decides ties


@dataclass(frozen=True, slots=True)
class Manifest:
    """What decides everything else; agencies are known by their number from 1."""

    title_th: str
    title_en: str
    suite: int
    token_scheme: int
    contests: tuple[Contest, ...]
    english: tuple[English, ...]
    classes: tuple[VoterClass, ...]
    class_size_min: int
    official: bytes
    registrars: tuple[str, ...]
    tokens_needed: int
    trustees: tuple[str, ...]
    shares_needed: int
    windows: Windows
    seating: Seating

    @property
    def has_rings(self) -> bool:
        """Whether members of rings sign for ballots, and no registrars."""
        return self.token_scheme == TOKENS_RING

    def places(self) -> list[tuple[int, int]]:
        """Return contest and number of every ciphertext of a ballot, in order."""
        return [
            (contest, choice)
            for contest, one in enumerate(self.contests)
            for choice in range(one.choices)
        ]


def read_manifest(row: Row) -> Manifest:
    """Return the manifest of an array of fourteen fields. Raises Refused."""
    title_th, title_en = row.text("title_th"), row.text("title_en")
    suite, token_scheme = row.count("suite"), row.count("token_scheme")
    contests = row.rows("contests", 1, _CONTESTS_MAX, 7)
    english = row.rows("english", 1, _CONTESTS_MAX, 3)
    classes = row.items("classes", 1, _CLASSES_MAX)
    class_size_min = row.integer("class_size_min", 1, COUNT_MAX)
    eligibility = row.row("eligibility", 3)
    eligibility.text("attestation", ID_CHARS)
    eligibility.integer("min_ial", 0, 999)
    eligibility.text_or_none("namespace", ID_CHARS)
    official = row.data("official", 20)
    registrars, trustees = row.row("registrars", 2), row.row("trustees", 2)
    return Manifest(
        title_th=title_th,
        title_en=title_en,
        suite=suite,
        token_scheme=token_scheme,
        contests=tuple(map(read_contest, contests)),
        english=tuple(map(_read_english, english)),
        classes=tuple(map(_read_class, classes)),
        class_size_min=class_size_min,
        official=official,
        registrars=registrars.texts("agencies", 0, REGISTRARS_MAX, ID_CHARS),
        tokens_needed=registrars.integer("needed", 0, REGISTRARS_MAX),
        trustees=trustees.texts("agencies", 1, AGENCIES_MAX, ID_CHARS),
        shares_needed=trustees.integer("needed", 1, AGENCIES_MAX),
        windows=read_windows(row),
        seating=_read_seating(row.row("seating", 3)),
    )


def check_manifest(manifest: Manifest, authority: str, time_ms: int) -> None:
    """Check that a manifest of a time is sound. Raises Refused."""
    require(manifest.suite == 1, f"there is no suite {manifest.suite}")
    is_known = manifest.token_scheme in (TOKENS_BLIND, TOKENS_RING)
    require(is_known, f"there is no token scheme {manifest.token_scheme}")
    windows = manifest.windows
    is_ahead = time_ms < min(windows.roll_until_ms, windows.commit_until_ms)
    require(is_ahead, "the windows begin in the past")
    require_rising(windows)
    _check_agencies(manifest, authority)
    for one in manifest.classes:
        if one.joins is not None:
            weights = [other.weight for other in manifest.classes[one.joins : one.joins + 1]]
            is_other = weights not in ([], [one.weight])
            require(is_other, f"class {one.name_en} joins no class of another weight")
    _check_seats(manifest)
    ciphertexts = sum(contest.choices for contest in manifest.contests)
    require(ciphertexts <= CHOICES_MAX, f"a ballot has {ciphertexts} ciphertexts")
    require(len(manifest.english) == len(manifest.contests), "contests lack English texts")
    for contest, english in zip(manifest.contests, manifest.english, strict=True):
        same = (len(english.options), len(english.grades))
        require(same == (len(contest.options), len(contest.grades)), "labels lack English texts")
        require_distinct(english.options, "options")
        require_distinct(english.grades, "grades")
    require_distinct((manifest.title_th,), "title")
    require_distinct((manifest.title_en,), "title")
    for titled in (manifest.contests, manifest.english):
        require_distinct(tuple(one.title for one in titled), "titles of contests")
    require_distinct(tuple(one.name_th for one in manifest.classes), "classes")
    require_distinct(tuple(one.name_en for one in manifest.classes), "classes")


def require_name(text: str) -> None:
    """Refuse what is not a-z, 0-9 and hyphens beginning with a letter, then perhaps an edition."""
    is_name = re.fullmatch(r"[a-z][a-z0-9-]*(\.([2-9]|[1-9][0-9]{1,2}))?", text)
    require(is_name is not None, f"{text!r} is no name")


def read_windows(row: Row) -> Windows:
    """Return the dates that the next field holds. Raises Refused."""
    dates = row.row("windows", len(fields(Windows)))
    return Windows(*[dates.integer(field.name, 1, COUNT_MAX) for field in fields(Windows)])


def require_rising(windows: Windows) -> None:
    """Refuse dates that do not rise, those of the roll and of the ceremony each by themselves."""
    dates = list(windows.dates())
    for rising in (dates[:3] + dates[8:], dates[3:]):
        require(rising == sorted(set(rising)), "the windows do not rise")


def _check_seats(manifest: Manifest) -> None:
    seats, contests = manifest.seating.seats, manifest.contests
    require(len(seats) == len(contests), f"seats of {len(seats)} contests, not {len(contests)}")
    for count, contest in zip(seats, contests, strict=True):
        require(count <= len(contest.options), f"{count} seats are more than there are options")


def _check_agencies(manifest: Manifest, authority: str) -> None:
    """Check thresholds, and that who confirms the right to vote does not open the box."""
    registrars, trustees = manifest.registrars, manifest.trustees
    for part, needed, agencies in (
        ("registrars", manifest.tokens_needed, registrars),
        ("trustees", manifest.shares_needed, trustees),
    ):
        has_none = manifest.has_rings and part == "registrars"
        is_sound = needed == len(agencies) == 0 if has_none else 2 <= needed <= len(agencies)
        require(is_sound, f"{needed} of {len(agencies)} {part}: no such threshold")
        require(len(set(agencies)) == len(agencies), f"an agency comes twice among the {part}")
        require(authority not in agencies, f"the authority {authority} is among the {part}")
    both = sorted(set(registrars) & set(trustees))
    require(not both, f"registrar and trustee at once: {', '.join(both)}")


def _read_english(row: Row) -> English:
    options = ("options", 0, OPTIONS_MAX)
    return English(row.text("title"), row.texts(*options), row.texts("grades", 0, GRADES_MAX))


def _read_seating(row: Row) -> Seating:
    return Seating(
        seats=tuple(row.integers("seats", (1, _CONTESTS_MAX), (1, OPTIONS_MAX))),
        quorum_percent=row.integer("quorum_percent", 0, 100),
        lots_from=row.text("lots_from"),
    )


def _read_class(value: object) -> VoterClass:
    row = Row(value, "classes", 4)
    has_none = list_of(value, "classes", 4)[3] is None
    return VoterClass(
        name_th=row.text("name_th"),
        name_en=row.text("name_en"),
        weight=row.integer("weight", 1, 10_000),
        joins=None if has_none else row.integer("joins", 0, _CLASSES_MAX - 1),
    )
