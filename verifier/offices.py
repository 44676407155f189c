"""What the authority and the official decide together about an election that is open.

Source: docs/voting.md, record.
"""

from verifier.election import Act, Election
from verifier.manifest import read_windows, require_rising
from verifier.refusal import require

_ANNUL, _GO_ON = "annul", "go on"


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
    office = _office(election, act)
    if any(wanted == windows for one, wanted in election.wanted.items() if one != office):
        election.wanted, election.windows = {}, windows
    else:
        election.wanted[office] = windows


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


def _is_agreed(election: Election, act: Act, decision: str) -> bool:
    """Note the sender's office; that others act for the authority, the validators checked."""
    office = _office(election, act)
    earlier = election.wishes.get(decision)
    require(earlier != office, f"the {office} has said so before")
    election.wishes.setdefault(decision, office)
    return earlier is not None


def _office(election: Election, act: Act) -> str:
    return "official" if act.sender == election.manifest.official else "authority"
