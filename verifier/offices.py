"""What the authority and the official decide together about an election that is open.

What only one of them has said is over after a day, or when that one takes it back.

Source: docs/voting.md, record.
"""

from verifier.election import OFFICIAL, Act, Election
from verifier.fields import ID_CHARS
from verifier.manifest import Windows, read_windows, require_rising
from verifier.refusal import require

_ANNUL, _GO_ON, _EXTEND = "annul", "go-on", "extend"
_AUTHORITY, _OFFICIAL = "authority", "official"
_WISH_MS = 86_400_000  # how long one office's word waits for the other's


def extend_election(election: Election, act: Act) -> None:
    """Take the dates that one office wants; when the other one wants the same, they are moved."""
    row = act.row(3, election)
    windows = read_windows(row)
    row.text("reason")
    require(election.cancelled is None, "the election was cancelled")
    require(not election.is_annulled, "the election was annulled")
    require(election.result is None, "the election has its result")
    require(windows != election.windows, "all dates are as they were")
    for old, new in zip(election.windows.dates(), windows.dates(), strict=True):
        is_ahead = act.time_ms < old < new
        require(new == old or is_ahead, f"{new} ms for {old} ms: passed, or earlier than it was")
    require_rising(windows)
    if _is_agreed(election, act, _EXTEND, windows):
        election.windows = windows


def annul_election(election: Election, act: Act) -> None:
    """Take one office's annulment; the second one has the effect."""
    row = act.row(2, election)
    _require_open(election)
    require(election.counting is None, "the count has begun")
    row.text("reason")
    election.is_annulled = _is_agreed(election, act, _ANNUL)


def accept_overissue(election: Election, act: Act) -> None:
    """Take one office's wish to count in spite of surplus tokens; the second has the effect."""
    row = act.row(2, election)
    _require_open(election)
    require(bool(election.surplus), "no class has more tokens than requests")
    require(not election.is_accepted, "the two offices have gone on already")
    row.text("reason")
    election.is_accepted = _is_agreed(election, act, _GO_ON)


def _require_open(election: Election) -> None:
    election.opened()
    require(not election.is_annulled, "the election was annulled")


def withdraw_wish(election: Election, act: Act) -> None:
    """Take one office's wish back."""
    row = act.row(3, election)
    decision, _reason = row.text("decision", ID_CHARS), row.text("reason")
    office = _office(election, act)
    is_standing = _standing(election, act, (decision, office)) is not None
    require(is_standing, f"the {office} wants no {decision}")
    del election.wishes[decision, office]


def _is_agreed(election: Election, act: Act, decision: str, dates: Windows | None = None) -> bool:
    """Return whether the other office wants the same; else note what this one wants."""
    office = _office(election, act)
    other = _AUTHORITY if office == _OFFICIAL else _OFFICIAL
    standing = _standing(election, act, (decision, other))
    if standing is None or standing[0] != dates:
        election.wishes[decision, office] = (dates, act.time_ms + _WISH_MS)
        return False
    del election.wishes[decision, other]
    election.wishes.pop((decision, office), None)
    return True


def _standing(
    election: Election, act: Act, place: tuple[str, str]
) -> tuple[Windows | None, int] | None:
    """Return what an office wants, unless its day is over."""
    found = election.wishes.get(place)
    return None if found is None or act.time_ms >= found[1] else found


def _office(election: Election, act: Act) -> str:
    """Return whose wish it is; that others act for the authority, the validators checked."""
    is_official = act.sender == election.manifest.official
    election.acts_for(act, OFFICIAL if is_official else election.agency)
    return _OFFICIAL if is_official else _AUTHORITY
