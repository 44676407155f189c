"""One account acts for one part of an election, however many agencies made it their officer."""

from dataclasses import replace

import pytest

from contracts.accounts.messages import Configure
from contracts.governance.messages import AddOfficer
from contracts.tools.testing import Ledger, key_of
from contracts.voting.core.messages import ActsForAnother
from contracts.voting.offices.messages import AnnulElection
from contracts.voting.tokens.messages import RefuseToken
from tests.contracts.voting import scenes
from tests.contracts.voting.acts import commitment, delivery, ref_of, registration
from tests.contracts.voting.manifests import ELECTION, founding
from tests.contracts.voting.test_dates import later_windows
from tests.contracts.voting.test_roll import OFFICIAL, adding
from tests.contracts.voting.world import REGISTRARS, TRUSTEES, admin

ONE = Ledger.address("one-person")


def hired(world, *agencies, who=ONE):
    """Make an account an officer of several agencies."""
    for agency in agencies:
        world.do(agency, AddOfficer(agency, who, ("voting",)))
    return world


def test_one_account_opens_no_box_alone():
    world = hired(scenes.counted(), *TRUSTEES)
    world.do_as(ONE, delivery(world, 1))

    for number in (3, 4):
        refusal = world.refuse_as(ONE, ActsForAnother, delivery(world, number))
        assert dict(refusal.details) == {"part": "tru1"}

    assert world.ask("election", ELECTION)[3] == "decrypting"


def test_who_founded_an_election_acts_for_no_trustee_and_no_registrar_of_it():
    world = hired(scenes.founded(), "commission", *TRUSTEES, *REGISTRARS)
    world.do_as(ONE, founding())

    world.refuse_as(ONE, ActsForAnother, commitment(world, 1))

    world.do("tru1", commitment(world, 1))
    world.do_as(ONE, adding("a0"))


def test_who_acts_for_a_registrar_refuses_nobody_for_another():
    world = hired(scenes.requested(), *REGISTRARS)
    refs = [ref_of(world, who) for who in ("a0", "a1")]
    world.do_as(ONE, RefuseToken(ELECTION, refs[0], 1, "technical"))

    world.refuse_as(ONE, ActsForAnother, RefuseToken(ELECTION, refs[0], 2, "technical"))

    world.do_as(ONE, RefuseToken(ELECTION, refs[1], 1, "technical"))


def test_the_two_offices_are_two_accounts_also_by_their_keys():
    world = scenes.opened()
    world.do_as(OFFICIAL, AnnulElection(ELECTION, "x"))
    keys = tuple(sorted(key_of(name).public_key for name in (admin("commission"), "official")))
    world.do("commission", Configure(keys, 1))

    world.refuse("commission", ActsForAnother, AnnulElection(ELECTION, "x"))

    assert not world.ask("is_annulled", ELECTION)


@pytest.mark.parametrize("is_first", [True, False])
def test_one_key_in_two_accounts_acts_for_one_part(is_first):
    world = hired(scenes.frozen(), "reg1", who=ONE)
    shared = Ledger.address("another-person")
    hired(world, "reg2", who=shared)
    keys = tuple(sorted(key_of(name).public_key for name in ("another-person", "one-person")))
    world.do_as(shared, Configure(keys, 1))
    acts = [(ONE, registration(world, 1)), (shared, registration(world, 2))]
    first, second = acts if is_first else reversed(acts)

    world.do_as(*first)

    world.refuse_as(second[0], ActsForAnother, second[1])


def test_who_acts_for_which_part_is_there_to_be_asked():
    world = scenes.created()

    page = world.ask("actors_page", ELECTION, None, 10)

    official = (OFFICIAL, "the official")
    authority = (Ledger.address(admin("commission")), "commission")
    assert page == tuple(sorted([official, authority]))
    assert world.ask("actors_page", ELECTION, page[0][0], 10) == page[1:]


def test_the_next_election_may_give_an_account_another_part():
    world = hired(scenes.counted(), "rival", "tru1")
    world.do_as(ONE, delivery(world, 1))

    plan = replace(world.kept["plan"], windows=later_windows())
    world.do_as(ONE, founding("another", agency="rival", plan=plan))
