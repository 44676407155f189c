"""Templates, handlers, genesis, views."""

from dataclasses import replace

import pytest

from contracts.complaints.core.messages import (
    AgencyInactive,
    BadField,
    BadKey,
    FormField,
    Label,
    WrongVersion,
)
from contracts.complaints.core.rules import require_template
from contracts.complaints.erasures.messages import Erase, RequestErasure
from contracts.complaints.templates.first_templates import CITY, FIRST_TEMPLATES, POLICE
from contracts.complaints.templates.messages import SetHandler, SetTemplate
from contracts.sdk.errors import BadConfig
from primitives.errors import ArgumentOutOfBounds, BadText, NotAllowed, WrongArgumentType
from tests.contracts.complaints.world import World, filing, ident, names_of
from tests.contracts.identity.scenes import appoint

SECOND = replace(CITY, version=2)
HOSTS = ("khet-node",)
KEY = bytes([9]) + bytes(31)
PRIME = 2**255 - 19
# Every encoding of a point of low order, canonical or not, with and without the ignored top bit.
LOW_ORDER = [
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    PRIME - 1,
    PRIME,
    PRIME + 1,
]


@pytest.fixture
def world():
    return World()


@pytest.mark.parametrize("template", FIRST_TEMPLATES, ids=lambda template: template.code)
def test_the_first_templates_can_be_followed(world, template):
    require_template(template)

    shown = world.named("template_in_force", "Template", template.code)
    assert shown["version"] == 1
    assert set(world.ask("template_codes")) == {"city-service", "police-report"}


def test_a_supervisor_sets_the_next_version(world):
    events = world.do("etda", SetTemplate(SECOND))

    assert names_of(events) == ["TemplateSet"]
    assert world.named("template_in_force", "Template", "city-service")["version"] == 2
    assert world.named("template", "Template", "city-service", 1)["version"] == 1


def test_a_supervisor_sets_a_new_template(world):
    world.do("etda", SetTemplate(replace(CITY, code="consumer")))

    world.do_as("anong", replace(filing("c"), template="consumer"))

    assert world.case("c")["template"] == "consumer"


@pytest.mark.parametrize("version", [1, 3])
def test_versions_follow_one_another(world, version):
    refusal = world.refuse("etda", WrongVersion, SetTemplate(replace(CITY, version=version)))

    assert dict(refusal.details) == {"wanted": 2}


def test_only_a_supervisors_administrator_sets_templates(world):
    appoint(world, "etda", "malee", "complaints")

    for who in ("khet-admin", "malee", "court-admin"):
        refusal = world.refuse_as(who, NotAllowed, SetTemplate(SECOND))

    assert refusal.code == "NOT_ALLOWED"


def staged(**changes):
    """The second version with its first stage changed."""
    first = replace(CITY.stages[0], **changes)
    return replace(SECOND, stages=(first, *CITY.stages[1:]))


WRONG_TEMPLATES = [
    (replace(SECOND, outcomes=(Label("not-ours", "ไม่ใช่เรา", "Not ours"),)), "outcomes"),
    (replace(SECOND, outcomes=(*CITY.outcomes, *CITY.outcomes[:1])), "outcomes"),
    (replace(SECOND, categories=(*CITY.categories, *CITY.categories[:1])), "categories"),
    (replace(SECOND, categories=(Label("Road", "ถนน", "Road"),)), "labels"),
    (replace(SECOND, fields=CITY.fields * 2), "fields"),
    (replace(SECOND, fields=(FormField("a b", "ก", "A", False),)), "fields"),
    (replace(SECOND, code="City"), "code"),
    (replace(SECOND, filers=("anybody",)), "filers"),
    (replace(SECOND, filers=("account", "account")), "filers"),
    (replace(SECOND, reopen_stage="done"), "reopen_stage"),
    (replace(SECOND, reopen_stage="moon"), "reopen_stage"),
    (replace(SECOND, stages=(*CITY.stages[:-2], CITY.stages[-1])), "following"),
    (staged(following=("waiting", "done")), "following"),
    (staged(following=("done", "done")), "following"),
    (staged(following=("moon",)), "following"),
    (staged(following=()), "stages"),
    (replace(SECOND, stages=(*CITY.stages, CITY.stages[0])), "stages"),
]


@pytest.mark.parametrize(("template", "field"), WRONG_TEMPLATES)
def test_a_template_that_cannot_be_followed_is_refused(world, template, field):
    refusal = world.refuse("etda", BadField, SetTemplate(template))

    assert dict(refusal.details)["field"] == field


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name_en": "e\u0301"}, BadText),
        ({"name_th": "ก\x00"}, BadText),
        ({"name_th": ""}, ArgumentOutOfBounds),
        ({"name_th": "ก" * 121}, ArgumentOutOfBounds),
        ({"limits": replace(CITY.limits, accept_s=0)}, ArgumentOutOfBounds),
        ({"limits": replace(CITY.limits, accept_s=1.5)}, WrongArgumentType),
    ],
)
def test_a_template_of_another_shape_is_refused(world, changes, error):
    refusal = world.refuse("etda", error, SetTemplate(replace(SECOND, **changes)))

    assert refusal.code == error.code


def test_an_agency_sets_its_key_and_hosts(world):
    world.do("mute", SetHandler("mute", KEY, ("mute-node",)))

    assert world.named("handler", "Handler", "mute") == {
        "encryption_key": KEY,
        "hosts": ("mute-node",),
    }
    assert world.ask("handler", "kbank") is None


@pytest.mark.parametrize("value", [*LOW_ORDER, PRIME + 2, 2**255 - 1])
@pytest.mark.parametrize("top", [0, 2**255])
def test_a_key_of_low_order_or_not_canonical_is_refused(world, value, top):
    key = (value + top).to_bytes(32, "little")

    assert world.refuse("khet", BadKey, SetHandler("khet", key, HOSTS)).code == "BAD_KEY"


@pytest.mark.parametrize("key", [bytes(31), bytes(33)])
def test_a_key_of_another_length_is_refused(world, key):
    refusal = world.refuse("khet", ArgumentOutOfBounds, SetHandler("khet", key, HOSTS))

    assert "encryption_key" in refusal.message


@pytest.mark.parametrize(
    ("hosts", "error"),
    [
        (("a", "a"), BadField),
        ((), ArgumentOutOfBounds),
        (tuple("abcde"), ArgumentOutOfBounds),
        (("x" * 65,), ArgumentOutOfBounds),
    ],
)
def test_one_to_four_different_hosts_are_named(world, hosts, error):
    assert world.refuse("khet", error, SetHandler("khet", KEY, hosts)).code == error.code


def test_only_the_administrator_sets_them(world):
    appoint(world, "khet", "somsri", "complaints")

    for who in ("somsri", "roads-admin", "etda-admin"):
        refusal = world.refuse_as(who, NotAllowed, SetHandler("khet", KEY, HOSTS))

    assert refusal.code == "NOT_ALLOWED"


def test_an_agency_of_another_kind_sets_none(world):
    refusal = world.refuse("kbank", AgencyInactive, SetHandler("kbank", KEY, HOSTS))

    assert dict(refusal.details)["agency"] == "kbank"


def test_a_supervisor_sets_its_key_and_is_filed_nothing(world):
    world.do("etda", SetHandler("etda", KEY, ("etda-node",)))

    refusal = world.refuse_as("anong", AgencyInactive, filing("c", agency="etda"))

    assert refusal.code == "AGENCY_INACTIVE"


def test_genesis_sets_which_counts_are_small():
    with pytest.raises(BadConfig, match="small_count"):
        World(small_count=0)

    assert World(small_count=1).ask("public_agency", "khet")[1] is None


def test_the_public_sees_no_case_of_a_sensitive_template(world):
    world.file_by_receipt("p", "words", agency="police", template="police-report")
    world.file("c")

    assert POLICE.is_sensitive
    assert world.ask("public_view", ident("p")) is None
    assert world.ask("public_view", ident("none")) is None


def test_the_public_sees_agency_stage_dates_and_no_area(world):
    world.file("c")

    shown = world.named("public_view", "PublicView", ident("c"))
    assert (shown["holder"], shown["category"], shown["stage"]) == ("khet", "road", "waiting")
    assert set(shown) & {"area", "owner", "commitment"} == set()


def test_the_public_sees_nothing_of_an_erased_case(world):
    world.resolved("c")
    world.do_as("anong", RequestErasure(ident("c")))
    world.do("khet", Erase(ident("c"), "khet", "pdpa-33"))

    assert world.ask("public_view", ident("c")) is None


def test_questions_about_no_case_answer_nothing(world):
    none = ident("none")

    assert world.ask("case", none) is None
    assert world.ask("filing", none) is None
    assert world.ask("timeline_page", none, 0, 10) == ()
    assert world.ask("custody_page", none, 0, 10) == ()
    assert world.ask("holder_at", none, 5) == ""
    assert world.ask("case_of_receipt", world.ledger.address("words")) is None
    assert world.ask("template", "moon", 1) is None
    assert world.ask("template_in_force", "moon") is None
