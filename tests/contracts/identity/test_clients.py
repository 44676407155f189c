"""Applications of relying parties: what their administrators may state, and nothing loose."""

from dataclasses import replace

import pytest

from contracts.identity.core.messages import (
    BadSlug,
    Client,
    NodeInactive,
    PersonalData,
    UnknownNode,
    WrongRole,
)
from contracts.identity.nodes.messages import (
    BadClientAddress,
    BadClientProfile,
    ClientSet,
    SetClient,
    SetNodeStatus,
)
from primitives.errors import ArgumentOutOfBounds, NotAllowed
from primitives.keys import P256Key
from tests.contracts.identity.scenes import appoint
from tests.contracts.identity.world import World

KEY = P256Key(b"k" * 32).public_key
PORTAL = Client(
    name_th="ยื่นภาษี",
    name_en="Tax filing",
    purpose="login",
    claims=("given_name",),
    min_ial=210,
    min_aal=220,
    retention_days=90,
    redirects=("https://tax.example/callback",),
    logouts=(),
    back_channel="",
    secret_digest=bytes(32),
    keys=(),
    profile="basic",
    is_active=True,
)
STATED = SetClient("rd", "portal", PORTAL)


def changed(**changes: object) -> SetClient:
    return replace(STATED, client=replace(PORTAL, **changes))


def test_an_agency_states_an_application_and_changes_it():
    world = World()

    events = world.do("rd", STATED)
    world.do("rd", changed(is_active=False))

    assert [event for event in events if event.name == ClientSet.__name__]
    assert world.ask("client", "rd", "portal")[-1] is False
    assert world.ask("client", "rd", "other") is None


def test_only_the_agency_s_own_administrator_states_its_applications():
    world = World()
    appoint(world, "rd", "nok", "identity")

    world.refuse("etda", NotAllowed, STATED)
    world.refuse_as("nok", NotAllowed, STATED)
    world.refuse("facelab", WrongRole, replace(STATED, agency="facelab"))
    world.refuse("etda", UnknownNode, replace(STATED, agency="etda"))
    world.do("etda", SetNodeStatus("rd", "retired", ""))
    world.refuse("rd", NodeInactive, STATED)


@pytest.mark.parametrize(
    "address",
    [
        "http://tax.example/callback",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.10/",
        "http://localhost/callback",
        "https://tax.example/callback?next=1",
        "https://tax.example/callback#x",
        "https://user@tax.example/",
        "https:///callback",
        "javascript:alert(1)",
        "ftp://tax.example/",
    ],
)
def test_an_application_is_reached_by_https_or_on_the_same_machine(address):
    world = World()

    for name in ("redirects", "logouts"):
        world.refuse("rd", BadClientAddress, changed(**{name: (*PORTAL.redirects, address)}))
    world.refuse("rd", BadClientAddress, changed(back_channel=address))


def test_addresses_on_the_same_machine_are_for_trying():
    world = World()
    own = ("http://127.0.0.1:8000/callback", "http://[::1]:8000/callback", "http://127.0.0.1/cb")

    world.do("rd", changed(redirects=own, logouts=own, back_channel=own[0]))

    assert world.ask("client", "rd", "portal")[7] == own


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirects": ()}, BadClientAddress),
        ({"profile": "loose"}, BadClientProfile),
        ({"profile": "fapi2"}, BadClientProfile),
        ({"profile": "fapi2", "keys": (KEY,)}, BadClientProfile),
        ({"purpose": "Tax"}, BadSlug),
        ({"name_en": "of 9999999999994"}, PersonalData),
        ({"claims": ("9999999999994",)}, PersonalData),
        ({"redirects": ("https://tax.example/9999999999994",)}, PersonalData),
        ({"redirects": ("https://tax.example/cb",) * 9}, ArgumentOutOfBounds),
        ({"secret_digest": bytes(31)}, ArgumentOutOfBounds),
        ({"name_th": ""}, ArgumentOutOfBounds),
    ],
)
def test_an_application_that_is_not_sound_is_refused(changes, error):
    world = World()

    if error is ArgumentOutOfBounds:
        with pytest.raises(error):
            world.do("rd", changed(**changes))
    else:
        world.refuse("rd", error, changed(**changes))


def test_the_name_of_an_application_has_no_dot_that_its_client_id_is_split_at():
    world = World()

    world.refuse("rd", BadSlug, replace(STATED, name="a.b"))
    world.do("rd", changed(profile="fapi2", keys=(KEY,), secret_digest=None))
