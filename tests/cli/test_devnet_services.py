"""Who a development network is founded with, so that services can be tried by hand."""

import json

import pytest

from client.identity.payload import is_citizen_id
from client.voting.staff import read_staff, read_subjects
from commands.devnet import _cast_of
from commands.devnet_files import DevnetPlan, NoDevnet
from commands.output import UsageFault
from commands.services.cast import (
    AGENCIES,
    SERVICES,
    ServiceCast,
    cast_folder,
    citizen_number,
    citizens_file,
    founded_services,
)
from contracts.voting.core.messages import VoterClass

MEMBERS = VoterClass(name_th="สมาชิก", name_en="Members", weight=1, joins=None)


@pytest.mark.parametrize("service", SERVICES)
def test_a_network_has_the_agencies_of_its_services_from_its_genesis_on(service):
    plan = ServiceCast([service]).plan(DevnetPlan())

    assert {agency.agency_id for agency in plan.cast.agencies} == set(AGENCIES[service])


def test_everybodys_keys_are_files_that_only_their_owner_may_read(tmp_path):
    cast = ServiceCast(SERVICES)

    cast.write(tmp_path)

    files = {path.name: path.stat().st_mode & 0o777 for path in cast_folder(tmp_path).iterdir()}
    del files["services.json"]
    assert {"somchai.key", "somchai.citizen", "first-bank.node", "traffic.reading"} <= set(files)
    assert set(files.values()) == {0o600}


def test_the_citizens_are_a_staff_list_and_a_list_of_subjects_for_an_election(tmp_path):
    cast = ServiceCast(["voting"])
    cast.write(tmp_path)
    subjects = [bytes([number]) * 32 for number in range(len(cast.residents))]
    cast.write_citizens(tmp_path, subjects)
    text = citizens_file(tmp_path).read_text(encoding="utf-8")

    staff = read_staff(text, read_subjects(text), [MEMBERS])

    assert staff.refused == []
    assert [person.sid for person in staff.people] == subjects
    assert staff.people[0].name == "สมชาย ใจดี"


def test_citizens_have_numbers_that_are_well_formed_and_nobodys():
    numbers = [citizen_number(index) for index in range(100)]

    assert all(map(is_citizen_id, numbers))
    assert {number[0] for number in numbers} == {"9"}
    assert len(set(numbers)) == 100


def test_a_network_that_was_founded_without_a_service_is_not_taken_for_one_with_it(tmp_path):
    cast = ServiceCast(["complaints"])
    cast.write(tmp_path)
    cast.write_citizens(tmp_path, [])
    (tmp_path / "devnet.json").write_text(json.dumps({}), encoding="utf-8")

    with pytest.raises(UsageFault, match="founded without voting; choose another --dir"):
        _cast_of(tmp_path, ["complaints", "voting"])
    assert _cast_of(tmp_path, ["complaints"]) is None


def test_a_founding_that_was_broken_off_is_named_and_not_gone_on_with(tmp_path):
    ServiceCast(["cbdc"]).write(tmp_path)

    with pytest.raises(UsageFault, match="broken off; remove it and start again"):
        founded_services(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"services": 1, "is_founded": true}'])
def test_a_damaged_list_of_services_is_named(tmp_path, text):
    ServiceCast(["cbdc"]).write(tmp_path)
    (cast_folder(tmp_path) / "services.json").write_text(text, encoding="utf-8")

    with pytest.raises(NoDevnet, match=r"services\.json: damaged; remove"):
        founded_services(tmp_path)


def test_a_network_without_services_says_that_it_has_none(tmp_path):
    assert founded_services(tmp_path) == ()
