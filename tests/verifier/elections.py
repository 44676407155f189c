"""Whole elections by the real contract and clients."""

from contracts.voting.ceremony.messages import AnswerComplaint, Complain
from contracts.voting.crypto.questions import APPROVAL, RANKED_PAIRS, SCORE, SINGLE, Contest
from contracts.voting.roll.messages import AdmitVoter, StrikeVoter
from contracts.voting.tokens.messages import RefuseToken
from tests.contracts.identity.signing import name_of
from tests.contracts.voting.manifests import WINDOWS
from tests.contracts.voting.world import (
    REGISTRARS,
    TRUSTEES,
)
from tests.verifier import acts
from tests.verifier.acts import pseudonym
from tests.verifier.booth import ID, OFFICIAL, Booth, Plan

CONTESTS = (
    Contest("ประธาน", SINGLE, ("ก", "ข"), 0, 0, (), True),
    Contest("กรรมการ", APPROVAL, ("ก", "ข", "ค"), 1, 2, (), False),
    Contest("ที่ปรึกษา", APPROVAL, ("ก", "ข"), 1, 2, (), True),
    Contest("ผลงาน", SCORE, ("ก", "ข"), 0, 0, ("พอใช้", "ดี"), False),
    Contest("ลำดับ", RANKED_PAIRS, ("ก", "ข", "ค"), 0, 0, (), True),
)
FIRST = [(0,), (0, 1), (0,), (1, 0), (0, 1, 2)]
SECOND = [(1,), (2,), None, (1, 1), (1, (0, 2))]
NONE = [None, (1,), (0, 1), (0, 0), None]


def small() -> Booth:
    """Return a short election: two voters, two registrars, two trustees."""
    booth = Booth(Plan((CONTESTS[0], CONTESTS[2])))
    acts.found(booth)
    acts.make_keys(booth)
    acts.open_box(booth)
    acts.equip(booth, "a0", "a1")
    acts.close(booth)
    acts.cast(booth, "a0", [(0,), None])
    acts.cast(booth, "a1", [(1,), (0, 1)])
    acts.count(booth)
    acts.publish(booth, 1, 2)
    return booth


def committee() -> Booth:
    """Return a committee's election: three members of a ring, two of whom vote, one twice."""
    members = (("a0", 0), ("a1", 0), ("a2", 0), ("a3", 0))
    booth = Booth(Plan((CONTESTS[0], CONTESTS[4]), voters=members, has_rings=True))
    acts.found(booth)
    acts.make_keys(booth)
    acts.open_box(booth, "a0", "a1", "a2")
    booth.at(WINDOWS.cast_from_ms)
    for who in ("a0", "a1", "a2"):
        booth.tokens[who] = acts.ring_token(booth, who)
    acts.cast(booth, "a0", [(0,), (0, 1, 2)])
    acts.spoil(booth, "a1", [None, None])
    acts.cast(booth, "a1", [(1,), (1, (0, 2))])
    acts.cast(booth, "a0", [(1,), (2, 1)], seq=2)
    acts.count(booth)
    acts.publish(booth, 1, 2)
    return booth


def rich() -> Booth:
    """Return an election in which everything happened that may: see the parts."""
    members = (("a0", 0), ("a1", 0), ("a2", 0), ("a4", 0))
    directors = (("d0", 1), ("d1", 1))
    plan = Plan(CONTESTS, (2, 3), (2, 3), (1, 3), (*members, *directors))
    booth = Booth(plan)
    acts.found(booth)
    acts.make_keys(booth)
    _object(booth)
    _dispute(booth)
    acts.open_box(booth)
    _issue(booth)
    acts.close(booth)
    _vote(booth)
    acts.count(booth)
    acts.publish(booth, 1, 3)
    return booth


def _object(booth):
    """Strike one voter and admit another."""
    booth.send(OFFICIAL, StrikeVoter(ID, name_of("a4"), "ย้ายออก"))
    booth.send(OFFICIAL, AdmitVoter(ID, name_of("a5"), 0, "moved in"))


def _dispute(booth):
    """Trustee 3 complains of dealer 1, who shows the share."""
    booth.at(WINDOWS.deal_until_ms)
    booth.by(TRUSTEES[2], Complain(ID, 3, 1))
    booth.at(WINDOWS.complain_until_ms)
    booth.by(TRUSTEES[0], AnswerComplaint(ID, 1, 3, booth.dealers()[0][0].share_for(3)))


def _issue(booth):
    """All ask but one; registrar 3 refuses one voter and signs for another."""
    acts.equip(booth, "a0", "a1", "a2", "d0", "d1")
    booth.by(REGISTRARS[2], RefuseToken(ID, booth.ref("a0"), 3, "technical"))
    booth.by(REGISTRARS[2], acts.issue(booth, 3, "a0"))
    booth.by(REGISTRARS[2], RefuseToken(ID, booth.ref("a1"), 3, "court-order"))


def _vote(booth):
    """One votes again, one checks a ballot first, one has a token and stays away."""
    acts.cast(booth, "a0", FIRST)
    acts.cast(booth, "a1", SECOND)
    acts.spoil(booth, "d0", NONE)
    acts.cast(booth, "d0", FIRST, 4)
    acts.cast(booth, "a0", NONE, 2)
    slip = acts.sealed(booth, "d1", SECOND)
    booth.send(pseudonym("d1"), slip.commit())
    booth.send(pseudonym("d1"), slip.cast())
