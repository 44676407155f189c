"""A case's timeline in words: who, what, where, and how much time was left."""

import pytest

from client.complaints.errors import CaseNotFound
from client.complaints.timeline import story_of
from client.complaints.words import Names, Words, left, moment, span
from contracts.complaints.reviews.messages import Rate
from contracts.complaints.transfers.messages import AcceptTransfer, OfferTransfer
from contracts.complaints.work.messages import Accept, AskCitizen, Resolve, Resume, SetStage
from tests.client.complaints.chain import Chain
from tests.contracts.complaints.world import DAY_MS, DAY_S, HOUR_MS, World, ident, item

MINUTE_MS = 60_000


@pytest.fixture
def world():
    return World()


async def told(world, label="a"):
    return await story_of(Chain(world), ident(label))


async def test_every_step_is_told_in_both_languages_with_its_holder_and_time_left(world):
    world.file("a")
    world.wait(DAY_S // 2)
    world.do("khet", Accept(ident("a")))
    world.do("khet", SetStage(ident("a"), "in-progress", None))
    world.wait(2 * DAY_S)
    world.do("khet", OfferTransfer(ident("a"), "roads", "their-road"))
    world.do("roads", AcceptTransfer(ident("a"), 1))

    story = await told(world)

    assert [step.what.en for step in story.steps] == [
        "Filed with khet (with an account)",
        "khet accepted the case",
        "khet moved it to “In progress”",
        "khet offered it to roads, and holds it still",
        "roads took the case over",
    ]
    assert story.steps[2].what.th == "หน่วยงาน เลื่อนขั้นตอนเป็น “กำลังดำเนินการ”"
    assert [step.holder.en for step in story.steps] == ["khet"] * 4 + ["roads"]
    assert [step.left.en for step in story.steps[::2]] == [
        "21 d left",
        "20 d 12 h left",
        "18 d 12 h left",
    ]
    assert story.steps[0].left.th == "เหลือ 21 วัน"


async def test_a_missed_deadline_a_question_a_result_and_stars_are_told(world):
    world.file("a")
    world.wait(2 * DAY_S)
    world.do("khet", Accept(ident("a")))
    world.do("khet", AskCitizen(ident("a"), item("question")))
    paused = (await told(world)).text("en")
    world.do("khet", Resume(ident("a")))
    world.do("khet", Resolve(ident("a"), "fixed", item("result")))
    world.do_as("anong", Rate(ident("a"), 4))

    steps = [step.what.en for step in (await told(world)).steps]

    assert "Deadline missed: acceptance; escalated" in steps
    assert "(paused)" in paused
    assert steps[-2:] == ["khet resolved it: Fixed", "The citizen rated it: 4 of 5 stars"]


async def test_the_text_names_the_clocks_that_run(world):
    world.file("a")

    thai, english = [(await told(world)).text(language) for language in ("th", "en")]

    assert "แก้ไขให้เสร็จ: เหลือ 21 วัน" in thai
    assert "resolution: 21 d left" in english
    assert "2566" in thai  # the test ledger's year, of the Buddhist era


async def test_an_unknown_case_has_no_story(world):
    with pytest.raises(CaseNotFound):
        await told(world, "nobody")


@pytest.mark.parametrize(
    ("ms", "thai", "english"),
    [
        (0, "0 นาที", "0 min"),
        (59_999, "0 นาที", "0 min"),
        (HOUR_MS, "1 ชม.", "1 h"),
        (HOUR_MS + 5 * MINUTE_MS, "1 ชม. 5 นาที", "1 h 5 min"),
        (3 * DAY_MS + 4 * HOUR_MS, "3 วัน 4 ชม.", "3 d 4 h"),
        (7 * DAY_MS + MINUTE_MS, "7 วัน", "7 d"),
    ],
)
def test_spans_have_two_units_at_most(ms, thai, english):
    assert span(ms) == Words(thai, english)


def test_what_is_late_is_said_to_be_late():
    assert left(-2 * HOUR_MS) == Words("เกินกำหนด 2 ชม.", "2 h overdue")
    assert left(2 * HOUR_MS) == Words("เหลือ 2 ชม.", "2 h left")


def test_times_are_of_bangkok_and_thai_years_of_the_buddhist_era():
    assert moment(1_700_000_000_000) == Words("15 พ.ย. 2566 05:13 น.", "2023-11-15 05:13")


def test_braces_in_names_and_unknown_codes_are_shown_as_they_are():
    names = Names({"a": Words("{by}", "{0}")})

    assert names.agency("a").th == "{by}"
    assert names.agency("b") == Words("b", "b")
    assert names.stage("x") == Words("x", "x")
    assert Words("{by}!", "{by}!").filled(by=names.agency("a")) == Words("{by}!", "{0}!")
