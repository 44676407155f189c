"""Plans of elections to be edited: what `client.voting.plan` reads, with a word on each line."""

from collections.abc import Callable
from datetime import datetime


def example(
    election_id: str, authority: str, official: str, date: Callable[[int], datetime]
) -> str:
    """Return a plan to be edited; `date` gives the time of a day from now on, in Bangkok."""
    dates = _dates(DAYS, _MEANT, date)
    return _EXAMPLE.format(
        election=election_id, authority=authority, official=official, dates=dates
    )


def committee_example(
    election_id: str, authority: str, official: str, date: Callable[[int], datetime]
) -> str:
    """Return a committee's plan to be edited, on one screen: no registrars, and three dates."""
    dates = _dates(COMMITTEE_DAYS, _COMMITTEE_MEANT, date)
    return _COMMITTEE.format(
        election=election_id, authority=authority, official=official, dates=dates
    )


def _dates(days: dict[str, int], meant: dict[str, str], date: Callable[[int], datetime]) -> str:
    written = {name: date(day).isoformat() for name, day in days.items()}
    return "\n".join(f"{name} = {at}  # {meant[name]}" for name, at in written.items())


# The day after the writing of an example on which each part ends or begins, and what that is.
DAYS = {
    "roll_until": 7,
    "objections_until": 14,
    "keys_until": 16,
    "commit_until": 3,
    "reveal_until": 5,
    "deal_until": 7,
    "complain_until": 9,
    "answer_until": 11,
    "issue_from": 18,
    "request_until": 24,
    "issue_until": 26,
    "cast_from": 28,
    "cast_until": 30,
    "decrypt_until": 33,
}
_MEANT = {
    "roll_until": "voters are entered",
    "objections_until": "the official admits and strikes",
    "keys_until": "registrars post their keys",
    "commit_until": "trustees commit",
    "reveal_until": "trustees reveal",
    "deal_until": "trustees deal shares",
    "complain_until": "trustees complain of wrong shares",
    "answer_until": "complaints are answered",
    "issue_from": "voters may ask for tokens",
    "request_until": "no longer",
    "issue_until": "registrars have answered",
    "cast_from": "the box opens",
    "cast_until": "the box closes",
    "decrypt_until": "trustees have decrypted",
}
_VOTERS = """\
[voters]
attestation = "proofing"
min_ial = 210
namespace = "th.cid"  # of identity, in which one person has one number
"""
_TRUSTEES = """\
[trustees]  # `needed` together open the sums; fewer who come make the votes unreadable for ever
agencies = ["tru-1", "tru-2", "tru-3"]
needed = 2

[dates]
{dates}
"""
_PROTOCOL = """\
[protocol]  # the manifest has it all but the names of who signs
quorum_percent = 50
lots_from = "เลขรางวัลที่ 1 หกหลัก ของสลากงวดถัดจากวันปิดหีบ"
"""
_EXAMPLE = (
    """\
# A plan of an election: edit and check it (sapha vote plan), publish it, then sapha vote found.
election = "{election}"
authority = "{authority}"
official = "{official}"  # who decides objections; acts for none of the parties
title_th = "การเลือกตั้งคณะกรรมการ"
title_en = "Election of the board"
class_size_min = 5  # fewer ballots of a weight are not opened

"""
    + _VOTERS
    + """\

[registrars]  # `needed` who cheat together can stuff the box
agencies = ["reg-1", "reg-2", "reg-3", "reg-4"]
needed = 3

"""
    + _TRUSTEES
    + """\

[[classes]]
th = "สมาชิก"
en = "Members"
weight = 1

[[questions]]
kind = "single"  # single, approval, score, borda, schulze, copeland, ranked-pairs
th = "ประธาน"
en = "Chair"
seats = 1
blank = true
options = [
    {{ th = "ผู้สมัคร ก", en = "Candidate A" }},
    {{ th = "ผู้สมัคร ข", en = "Candidate B" }},
]

"""
    + _PROTOCOL
    + """\
signers = ["ประธานกรรมการการเลือกตั้ง", "เลขานุการ"]
"""
)
COMMITTEE_DAYS = {"roll_until": 2, "join_until": 5, "cast_until": 9}
_COMMITTEE_MEANT = {
    "roll_until": "members are entered; objections are decided in the quarter after it",
    "join_until": "members have joined by posting their keys; trustees have made the box's key",
    "cast_until": "the box closes; it opens a tenth of the time after join_until",
}
_COMMITTEE = (
    """\
# A plan of a committee's election: edit and check it, then sapha vote found --wait does the rest.
election = "{election}"
authority = "{authority}"
official = "{official}"  # who decides objections; acts for none of the parties
committee = true  # 5 to 200 members of a class, who vote as a ring; no registrars
title_th = "การเลือกตั้งประธานกรรมการ"
title_en = "Election of the chair"
class_size_min = 5  # a ring of fewer takes no ballots; fewer ballots are not opened

"""
    + _VOTERS
    + """\

"""
    + _TRUSTEES
    + """\

[[classes]]
th = "กรรมการ"
en = "Members"

[[questions]]
kind = "schulze"  # single, approval, score, borda, schulze, copeland, ranked-pairs
th = "ประธาน"
en = "Chair"
options = [
    {{ th = "ผู้สมัคร ก", en = "Candidate A" }},
    {{ th = "ผู้สมัคร ข", en = "Candidate B" }},
    {{ th = "ผู้สมัคร ค", en = "Candidate C" }},
]

"""
    + _PROTOCOL
    + """\
signers = ["ประธานที่ประชุม", "เลขานุการ"]
"""
)
