"""The cast: agencies that the ledger takes, with keys of their own."""

from contracts.complaints.core.rules import require_slugs
from contracts.complaints.templates.first_templates import CITY
from contracts.governance.messages import KINDS
from scenes.kit.cast import CENTRAL, SIGNERS, Agencies, profiles


def test_every_agency_of_the_table_has_an_id_names_and_kinds_that_the_ledger_takes():
    listed = profiles()

    require_slugs(tuple(listed), "agencies")
    assert all(one.name_th and one.name_en for one in listed.values())
    assert {kind for one in listed.values() for kind in one.kinds} <= set(KINDS)


def test_bureaus_work_on_types_that_the_template_has():
    types = {category.name_th for category in CITY.categories}

    assert {each for one in profiles().values() for each in one.complaints} <= types


def test_a_network_has_the_agencies_and_shared_accounts_that_a_scene_names():
    agencies = Agencies(("civil-court", CENTRAL), shared=(CENTRAL,))

    cast = agencies.plan(accounts={"limit": 1}).cast

    assert [(one.agency_id, one.kinds) for one in cast.agencies] == [
        ("civil-court", ("court",)),
        (CENTRAL, ("central-bank",)),
    ]
    assert cast.accounts == ((agencies.shared[CENTRAL].public_keys, SIGNERS),)
    assert cast.configs == {"accounts": {"limit": 1}}
    assert len({one.administrator for one in cast.agencies}) == 2
