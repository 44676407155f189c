"""`sapha cbdc show`: every look-up reaches a query of the contract; what is not there is said."""

import pytest

from commands.menu.cbdc_show import show
from tests.cli.cbdc_node import town

ID = "0x" + "11" * 32
KEY = "0x01" + "11" * 32
# name -> arguments; "alice" stands for the file of her key
LOOK_UPS = {
    "request": ("alice", "INV-1"),
    "payment": (ID,),
    "hold": (ID,),
    "dispute": (ID,),
    "device": (KEY,),
    "merchant": ("alice",),
    "wallet": ("alice",),
    "holder": ("kbank", ID),
    "fsp": ("kbank",),
    "schedule": ("alice", ID),
    "voucher": ("alice", ID),
    "link": ("alice",),
    "recovery": ("alice",),
    "freeze": ("alice",),
    "batch": ("alice", "k"),
    "attestation": (ID,),
}
LISTS = {
    "settled": (KEY, 1),
    "schedules": ("alice",),
    "vouchers": ("alice",),
    "delegates": ("alice",),
    "frozen": (),
    "payouts": (),
    "redemptions": (),
    "fsps": (),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with town(tmp_path_factory.mktemp("town")) as made:
        yield made


def arguments(here, given):
    return [here.key(one) if one == "alice" else one for one in given]


def test_every_look_up_is_tried_here():
    assert set(show.names) == set(LOOK_UPS) | set(LISTS)


@pytest.mark.parametrize("name", LOOK_UPS)
def test_what_is_not_on_the_ledger_is_wrong_usage(here, name):
    result = here.run("show", name, *arguments(here, LOOK_UPS[name]), exits=2)

    assert f"the ledger knows no such {name}" in result.stderr


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_nothing_is_empty(here, name):
    assert here.json("show", name, *arguments(here, LISTS[name])) == {name: []}


@pytest.mark.parametrize("text", ["", "0x11", "zz" * 32, "11" * 33])
def test_an_identifier_of_another_form_is_wrong_usage(here, text):
    assert "is no identifier" in here.run("show", "hold", text, exits=2).stderr


@pytest.mark.parametrize("span", ["1", "1w", "-1d", "๑d", "1.5h", ""])
def test_a_span_of_another_form_is_wrong_usage(here, span):
    result = here.run("request", "R", "1", f"--expires-in={span}", by="shop", exits=2)

    assert "is no span" in result.stderr
