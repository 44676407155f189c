"""The manifest: complete and sound when it is given, and never changed afterwards."""

from dataclasses import replace

import pytest

from client.voting.marking import mark
from client.voting.prover import seal_ballot
from contracts.governance.messages import AddOfficer
from contracts.sdk.group import BASE
from contracts.tools.testing import Ledger, key_of
from contracts.voting.box.messages import SpoilBallot
from contracts.voting.core.messages import (
    AlreadyOpen,
    BadWindows,
    ElectionCancelled,
    GroupsTooSmall,
    Registrars,
    Trustees,
    UnknownClass,
    UnknownElection,
    VoterClass,
)
from contracts.voting.core.rules import CLASS_SIZE_MIN
from contracts.voting.crypto.ballots import BallotStatement
from contracts.voting.crypto.errors import BadContest, BallotTooLarge, LooksAlike
from contracts.voting.crypto.questions import (
    APPROVAL,
    BORDA,
    COPELAND,
    RANKED_PAIRS,
    SCHULZE,
    SCORE,
    choice_count,
)
from contracts.voting.crypto.transcript import setup_context
from contracts.voting.elections.handlers import (
    TRANSACTION_BYTES_MAX,
    manifest_bytes,
    spoil_bytes,
)
from contracts.voting.elections.messages import (
    BadQuorum,
    BadSeats,
    BadSlug,
    CancelElection,
    ElectionExists,
    ManifestTooLarge,
    NotSeparated,
    RepeatedId,
    UnknownSuite,
    UnknownTokenScheme,
    WrongKind,
    WrongTranslation,
)
from contracts.voting.roll.messages import AddVoters, VoterEntry
from primitives import limits
from primitives.codec import encode
from primitives.errors import ArgumentOutOfBounds, NotAllowed
from tests.contracts.identity.signing import CHAIN, name_of
from tests.contracts.voting import scenes
from tests.contracts.voting.manifests import (
    CHAIR,
    ELECTION,
    WINDOWS,
    date,
    english,
    founding,
    manifest,
)
from tests.contracts.voting.world import REGISTRARS, TRUSTEES, World, admin, plain

PLAN = manifest()
LONG = tuple(f"{number}-{'x' * 190}" for number in range(64))


def classes_named(*names):
    """Classes of these English names."""
    return tuple(VoterClass(f"ประเภท {at}", name, 1, None) for at, name in enumerate(names))


def contest(**changes):
    """The first contest with other fields."""
    return replace(CHAIR, **changes)


def windows(**changes):
    """A manifest with other dates."""
    return replace(PLAN, windows=replace(WINDOWS, **changes))


def registrars(*agencies, needed):
    """A manifest with these registrars."""
    return replace(PLAN, registrars=Registrars(agencies, needed))


def trustees(*agencies, needed):
    """A manifest with these trustees."""
    return replace(PLAN, trustees=Trustees(agencies, needed))


REFUSED = {
    "unknown suite": (UnknownSuite, replace(PLAN, suite=2)),
    "unknown token scheme": (UnknownTokenScheme, replace(PLAN, token_scheme=3)),
    "roll ends now": (BadWindows, windows(roll_until_ms=date(1))),
    "commitments end now": (BadWindows, windows(commit_until_ms=date(1))),
    "objections before the roll": (BadWindows, windows(objections_until_ms=date(20))),
    "keys before the objections end": (BadWindows, windows(keys_until_ms=date(30))),
    "issue before the keys": (BadWindows, windows(keys_until_ms=date(50))),
    "reveal with the commitments": (BadWindows, windows(reveal_until_ms=date(15))),
    "no time to answer": (BadWindows, windows(answer_until_ms=date(30))),
    "issue before the answers": (BadWindows, windows(answer_until_ms=date(50))),
    "issue ends with the requests": (BadWindows, windows(issue_until_ms=date(60))),
    "cast before issue ends": (BadWindows, windows(cast_from_ms=date(65))),
    "closed when it opens": (BadWindows, windows(cast_until_ms=date(80))),
    "no time to decrypt": (BadWindows, windows(decrypt_until_ms=date(100))),
    "one registrar signs": (BadQuorum, registrars(*REGISTRARS, needed=1)),
    "more registrars than there are": (BadQuorum, registrars("reg1", "reg2", needed=3)),
    "one trustee decrypts": (BadQuorum, trustees(*TRUSTEES, needed=1)),
    "more trustees than there are": (BadQuorum, trustees("tru1", "tru2", needed=3)),
    "a registrar twice": (RepeatedId, registrars("reg1", "reg1", "reg2", needed=2)),
    "a trustee twice": (RepeatedId, trustees("tru1", "tru1", "tru2", needed=2)),
    "a bank as registrar": (WrongKind, registrars("reg1", "kbank", needed=2)),
    "an unknown trustee": (WrongKind, trustees("tru1", "nobody", needed=2)),
    "an unknown kind of question": (BadContest, manifest(contest(kind="ranked"))),
    "an option twice": (LooksAlike, manifest(contest(options=("ก", "ก")))),
    "options that look the same": (LooksAlike, manifest(contest(options=("แดง", "เเดง")))),
    "an option that looks empty": (LooksAlike, manifest(contest(options=("ก", "\u3164")))),
    "two contests of one title": (LooksAlike, manifest(CHAIR, CHAIR)),
    "classes that look the same": (
        LooksAlike,
        replace(PLAN, classes=classes_named("Staff", "St\u0430ff")),
    ),
    "English options that look the same": (
        LooksAlike,
        replace(PLAN, english=(replace(english(CHAIR), options=("A", "\u0391")), PLAN.english[1])),
    ),
    "a title that looks empty": (LooksAlike, replace(PLAN, title_en="\u3164")),
    "a ranking of one": (BadContest, manifest(contest(kind=SCHULZE, options=("ก",)))),
    "a ranking of eleven": (BadContest, manifest(contest(kind=SCHULZE, options=LONG[:11]))),
    "an approval of none": (BadContest, manifest(contest(kind=APPROVAL))),
    "a score of one grade": (BadContest, manifest(contest(kind=SCORE, grades=("1",)))),
    "too many ciphertexts": (
        BallotTooLarge,
        manifest(*[contest(kind=BORDA, options=LONG[:10], has_blank=False) for _ in range(3)]),
    ),
    "proofs that fill a transaction": (
        ManifestTooLarge,
        manifest(*[contest(kind=APPROVAL, options=LONG[:63], high=63) for _ in range(4)]),
    ),
    "texts that fill a transaction": (
        ManifestTooLarge,
        manifest(*[contest(kind=APPROVAL, options=LONG[:60], low=1, high=1) for _ in range(4)]),
    ),
    "an English text too few": (WrongTranslation, replace(PLAN, english=PLAN.english[:1])),
    "an English option too few": (
        WrongTranslation,
        replace(PLAN, english=(replace(english(CHAIR), options=("A",)), PLAN.english[1])),
    ),
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_manifest_that_does_not_hold_together_is_refused(case):
    error, plan = REFUSED[case]

    scenes.founded().refuse("commission", error, founding(plan=plan))


SIDES = {
    "a registrar that is a trustee": ("reg1", trustees("reg1", *TRUSTEES[:3], needed=2)),
    "the authority as registrar": ("commission", registrars("commission", "reg1", needed=2)),
    "the authority as trustee": ("commission", trustees("commission", "tru1", needed=2)),
}


@pytest.mark.parametrize("case", SIDES)
def test_one_agency_cannot_be_on_both_sides(case):
    agency, plan = SIDES[case]

    refusal = scenes.founded().refuse("commission", NotSeparated, founding(plan=plan))

    assert dict(refusal.details)["agency"] == agency


@pytest.mark.parametrize("agency", ["commission", "tru2"])
def test_the_official_acts_for_neither_the_authority_nor_a_trustee(agency):
    plan = replace(PLAN, official=Ledger.address(admin(agency)))

    refusal = scenes.founded().refuse("commission", NotSeparated, founding(plan=plan))

    assert dict(refusal.details) == {"agency": agency, "part": "official"}


SEATS = {
    "fewer contests": (1,),
    "more contests": (1, 1, 1),
    "more than there are options": (3, 1),
}


@pytest.mark.parametrize("case", SEATS)
def test_each_contest_has_its_number_of_seats(case):
    plan = replace(PLAN, seating=replace(PLAN.seating, seats=SEATS[case]))

    scenes.founded().refuse("commission", BadSeats, founding(plan=plan))


def test_seats_quorum_and_the_source_of_lots_are_what_voters_tokens_and_ballots_are_tied_to():
    setups = []
    for seating in (
        PLAN.seating,
        replace(PLAN.seating, seats=(2, 1)),
        replace(PLAN.seating, quorum_percent=1),
        replace(PLAN.seating, lots_from="another lottery"),
    ):
        world = scenes.founded()
        world.do("commission", founding(plan=replace(PLAN, seating=seating)))
        setups.append(world.ask("election", ELECTION)[2])

    assert len(set(setups)) == 4


def largest_question():
    """The question of most grades whose ballots the contract still takes, and its manifest."""
    for options in range(64, 0, -1):
        asked = contest(kind=SCORE, options=LONG[:options], grades=("1", "2", "3", "4"))
        plan = manifest(asked)
        if choice_count(asked) <= 256 and spoil_bytes(plan) <= TRANSACTION_BYTES_MAX:
            return asked, plan
    raise AssertionError("none")


def test_the_largest_ballot_can_be_cast_and_spoiled_in_one_transaction():
    asked, plan = largest_question()
    key = key_of("voter")
    stated = BallotStatement(bytes(64), BASE.encoded, (asked,), 0, key.public_key, 1, bytes(48))
    made = seal_ballot(stated, [mark(asked, (0,) * len(asked.options))], key)

    spoil = SpoilBallot("e" * 32, 0, key.public_key, 1, bytes(48), made.ballot, made.openings)

    body = encode(("c" * 80, bytes(20), 2**63, 2**63, "voting", "spoil_ballot", plain(spoil)))
    size = len(encode((body, ((key.public_key, bytes(64)),))))
    assert 60_000 < size <= limits.TRANSACTION_BYTES_MAX
    assert size <= spoil_bytes(plan)


@pytest.mark.parametrize(("count", "needed"), [(2, 2), (3, 2), (4, 3), (4, 4)])
def test_registrars_of_whom_two_or_more_sign_are_taken(count, needed):
    world = scenes.founded()

    world.do("commission", founding(plan=registrars(*REGISTRARS[:count], needed=needed)))

    assert world.ask("manifest", ELECTION)[10] == (REGISTRARS[:count], needed)


@pytest.mark.parametrize(
    "election_id", ["", "Board", "1st", "a_b", "-a", "a.b", "a.", "a.1", "a.02", "a.2.2", ".2"]
)
def test_an_election_s_id_is_a_slug_and_perhaps_an_edition(election_id):
    error = BadSlug if election_id else ArgumentOutOfBounds

    scenes.founded().refuse("commission", error, founding(election_id))


def test_a_manifest_that_hides_nobody_is_refused_by_its_bounds():
    plan = replace(PLAN, class_size_min=0)

    scenes.founded().refuse("commission", ArgumentOutOfBounds, founding(plan=plan))


def test_a_network_that_is_not_for_development_opens_no_fewer_than_five_together():
    world = World.founded(least=CLASS_SIZE_MIN)

    world.refuse("commission", GroupsTooSmall, founding(plan=replace(PLAN, class_size_min=4)))
    world.do("commission", founding(plan=replace(PLAN, class_size_min=5)))


@pytest.mark.parametrize("joins", [0, 1, 2], ids=["itself", "its own weight", "none there is"])
def test_a_class_joins_one_of_another_weight(joins):
    classes = (VoterClass("ก", "A", 1, joins), VoterClass("ข", "B", 1, None))

    world = scenes.founded()
    world.refuse("commission", UnknownClass, founding(plan=replace(PLAN, classes=classes)))


@pytest.mark.parametrize(
    ("agency", "who"), [("commission", "rival"), ("reg1", "reg1"), ("commission", "nobody")]
)
def test_only_who_acts_for_an_election_authority_founds_elections(agency, who):
    scenes.founded().refuse(who, NotAllowed, founding(agency=agency))


def test_an_officer_with_the_role_voting_acts_for_the_authority():
    world = scenes.founded()
    nok = Ledger.address("nok")
    world.ledger.as_(admin("commission")).execute(AddOfficer("commission", nok, ("voting",)))

    world.do_as(nok, founding())

    assert world.ask("election", ELECTION)[0] == "commission"


def test_the_manifest_is_bound_by_its_bytes_as_they_were_sent():
    world = scenes.founded()
    msg = founding()

    world.do("commission", msg)

    assert manifest_bytes(msg) == encode(plain(msg))
    assert world.ask("election", ELECTION)[2] == setup_context(CHAIN, (1, 1), encode(plain(msg)))
    assert world.ask("manifest", ELECTION) == plain(PLAN)


def test_an_election_is_founded_once():
    world = scenes.created()

    for agency in ("commission", "rival"):
        world.refuse(agency, ElectionExists, founding(agency=agency))


def test_two_elections_of_one_manifest_are_two():
    world = scenes.created()

    world.do("commission", founding("board-2570"))

    assert world.ask("election", "board-2570")[2] != world.ask("election", ELECTION)[2]


def test_a_cancelled_election_takes_nothing_any_more():
    world = scenes.created()
    world.do("commission", CancelElection(ELECTION, "court order 12/2569"))

    world.refuse("commission", ElectionCancelled, CancelElection(ELECTION, "again"))
    entry = VoterEntry(name_of("a0"), 0)
    world.refuse("commission", ElectionCancelled, AddVoters(ELECTION, (entry,)))

    assert world.ask("election", ELECTION)[3] == "cancelled"


def test_an_open_election_cannot_be_cancelled():
    scenes.opened().refuse("commission", AlreadyOpen, CancelElection(ELECTION, "regret"))


def test_only_its_own_authority_cancels_an_election():
    world = scenes.created()

    for agency in ("rival", "reg1", "nobody"):
        world.refuse(agency, NotAllowed, CancelElection(ELECTION, "regret"))


def test_there_is_nothing_to_cancel_without_an_election():
    scenes.founded().refuse("commission", UnknownElection, CancelElection(ELECTION, "regret"))


QUESTIONS = {
    "single": contest(has_blank=False),
    "approval of any": contest(kind=APPROVAL, high=2),
    "score": contest(kind=SCORE, grades=("bad", "fair", "good")),
    "borda": contest(kind=BORDA),
    "schulze": contest(kind=SCHULZE),
    "copeland": contest(kind=COPELAND),
    "ranked pairs": contest(kind=RANKED_PAIRS),
}


@pytest.mark.parametrize("asked", QUESTIONS.values(), ids=QUESTIONS)
def test_every_kind_of_question_is_taken(asked):
    world = scenes.founded()

    world.do("commission", founding(plan=manifest(asked)))

    assert world.ask("manifest", ELECTION)[4] == (plain(asked),)
