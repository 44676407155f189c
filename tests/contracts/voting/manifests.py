"""The manifest that tests begin with, and its contests."""

from dataclasses import replace

from contracts.tools.testing import Ledger
from contracts.voting.core.messages import (
    Eligibility,
    English,
    Manifest,
    Registrars,
    Seating,
    Trustees,
    VoterClass,
    Windows,
)
from contracts.voting.crypto.questions import APPROVAL, SINGLE, Contest
from contracts.voting.elections.messages import CreateElection
from primitives.crypto import digest
from tests.contracts.identity.signing import CID
from tests.contracts.voting.world import GENESIS_MS, REGISTRARS, TRUSTEES

ELECTION = "board-2569"


def date(second):
    """The time so many seconds, and so many blocks, after genesis."""
    return GENESIS_MS + 1_000 * second


WINDOWS = Windows(
    roll_until_ms=date(20),
    objections_until_ms=date(30),
    keys_until_ms=date(40),
    commit_until_ms=date(15),
    reveal_until_ms=date(20),
    deal_until_ms=date(25),
    complain_until_ms=date(30),
    answer_until_ms=date(35),
    issue_from_ms=date(50),
    request_until_ms=date(60),
    issue_until_ms=date(70),
    cast_from_ms=date(80),
    cast_until_ms=date(100),
    decrypt_until_ms=date(120),
)
CHAIR = Contest("ประธาน", SINGLE, ("สมชาย", "สมหญิง"), 0, 0, (), True)
BOARD = Contest("กรรมการ", APPROVAL, ("ก", "ข", "ค"), 1, 2, (), False)
NEEDED = 3  # of four registrars, and of five trustees


def seed_of(trustee):
    """The secret of the trustee with this number."""
    return digest("test-trustee", bytes([trustee]))


def english(contest):
    """English texts for a contest."""
    numbers = range(len(contest.options))
    grades = tuple(f"grade {number}" for number in range(len(contest.grades)))
    title = "Chair" if contest.title == "ประธาน" else f"Question {contest.title}"
    return English(title, tuple(f"Option {number}" for number in numbers), grades)


def manifest(*contests, **changes):
    """A manifest with these contests, by default two, and with these fields instead."""
    asked = contests or (CHAIR, BOARD)
    plan = Manifest(
        title_th="เลือกตั้งกรรมการ",
        title_en="Board election",
        suite=1,
        token_scheme=1,
        contests=asked,
        english=tuple(english(contest) for contest in asked),
        classes=(
            VoterClass("สมาชิก", "Member", 1, None),
            VoterClass("กรรมการ", "Director", 3, None),
        ),
        class_size_min=1,  # the votes of few are there to be looked at
        eligibility=Eligibility("proofing", 210, CID),
        official=Ledger.address("official"),
        registrars=Registrars(REGISTRARS, NEEDED),
        trustees=Trustees(TRUSTEES, NEEDED),
        windows=WINDOWS,
        seating=Seating((1,) * len(asked), 0, "เลขรางวัลที่ 1"),
    )
    return replace(plan, **changes)


def founding(election_id=ELECTION, *, agency="commission", plan=None):
    """The message that founds an election."""
    return CreateElection(election_id, agency, plan or manifest())
