"""`sapha agency` and `sapha officer` against the contract itself."""

from dataclasses import replace

import pytest

from client.governance import yes_needed
from client.keystore import write_secret
from commands.framework.tree import Group
from commands.menu import agency, network, officer
from contracts.accounts.messages import Configure
from contracts.governance.rules import is_carried
from contracts.governance.state import Tally
from contracts.tools.testing import Ledger, key_of
from primitives.ids import show_address
from tests.cli.network import CLOSED, json_of
from tests.cli.runner import invoke
from tests.client.council import BEGAN_MS, council_node
from tests.contracts.governance.ledgers import (
    CONTRACTS_HERE,
    MEMBERS,
    admin,
    council,
    entry,
)
from tests.contracts.governance.test_seats import node

SOMCHAI = show_address(council().address("somchai"))

app = Group("", groups={"agency": agency.app, "network": network.app, "officer": officer.app})


@pytest.fixture
def run(tmp_path):
    """Serve a council; give a runner of commands and the node double."""
    with council_node() as (council_of, url):

        def sapha(*arguments, by=None, rpc=url):
            keys = []
            for name in [by] if isinstance(by, str) else by or []:
                path = tmp_path / f"{name}.key"
                if not path.exists():
                    write_secret(path, key_of(name).seed.hex())
                keys += ["--key", str(path)]
            words = [str(argument) for argument in arguments]
            return invoke(app, [*words, *keys, "--rpc", rpc])

        sapha.council = council_of
        yield sapha


def carry(run, *proposed):
    """Propose by dopa, vote yes by all, execute; return the last result."""
    made = run("agency", "propose", *proposed, "--after", "1s", "--json", by="dopa-admin")
    number = json_of(made)["receipt"]["events"][0]["fields"]["proposal"]
    for agency_id in MEMBERS:
        run("agency", "vote", number, "yes", by=f"{agency_id}-admin")
    run.council.ledger.next_block()
    return run("agency", "execute", number, "--json", by="anyone")


def test_agencies_are_listed_with_who_votes(run):
    shown = run("agency", "list")
    data = json_of(run("agency", "list", "--json"))["agencies"]

    assert shown.exit_code == 0
    assert "Agency kbank" in shown.stdout
    assert {one["agency_id"]: one["is_member"] for one in data} == {
        "bot": True,
        "dopa": True,
        "etda": True,
        "kbank": False,
        "rd": True,
    }


def test_an_agency_is_shown_with_its_officers(run):
    run("officer", "add", "kbank", SOMCHAI, "identity", "teller", by="kbank-admin")

    shown = run("agency", "show", "kbank")
    data = json_of(run("agency", "show", "kbank", "--json"))

    assert show_address(admin("kbank")) in shown.stdout
    assert data["kinds"] == ["bank", "idp"]
    assert data["officers"] == [
        {"officer": SOMCHAI, "roles": ["identity", "teller"], "status": "active"}
    ]


def test_an_unknown_agency_exits_1_with_its_code(run):
    result = run("agency", "show", "nobody", "--json")

    assert result.exit_code == 1
    assert '"UNKNOWN_AGENCY"' in result.stderr


def test_an_officer_is_added_given_roles_suspended_reinstated_and_removed(run):
    by = "kbank-admin"
    seen = []
    for words in (
        ("add", "kbank", SOMCHAI, "identity"),
        ("roles", "kbank", SOMCHAI, "teller"),
        ("suspend", "kbank", SOMCHAI),
        ("reinstate", "kbank", SOMCHAI),
    ):
        assert run("officer", *words, by=by).exit_code == 0
        seen.append(run("officer", "show", "kbank", SOMCHAI).stdout.strip())
    removed = run("officer", "remove", "kbank", SOMCHAI, "--json", by=by)

    assert seen == ["active: identity", "active: teller", "suspended: teller", "active: teller"]
    assert json_of(removed)["receipt"]["code"] == "OK"
    assert run("officer", "show", "kbank", SOMCHAI).exit_code == 1


def test_an_officer_is_shown_as_json(run):
    run("officer", "add", "kbank", SOMCHAI, "identity", by="kbank-admin")

    data = json_of(run("officer", "show", "kbank", SOMCHAI, "--json"))

    assert data == {
        "agency_id": "kbank",
        "officer": SOMCHAI,
        "roles": ["identity"],
        "status": "active",
    }


def test_a_role_granted_by_a_non_administrator_exits_1_and_shows_its_code(run):
    result = run("officer", "add", "kbank", SOMCHAI, "identity", by="somchai")

    assert result.exit_code == 1
    assert "NOT_ADMINISTRATOR" in result.stdout


def test_a_proposal_says_how_members_vote(run):
    result = run("agency", "propose", "suspend", "kbank", by="dopa-admin")

    assert result.exit_code == 0
    assert "sapha agency vote 1 yes" in result.stderr


def test_a_proposal_takes_its_times_from_the_ledger(run):
    made = run("agency", "propose", "suspend", "kbank", "--days", 2, by="dopa-admin")
    data = json_of(run("agency", "proposal", 1, "--json"))

    assert made.exit_code == 0
    assert data["execute_at_ms"] == BEGAN_MS + (1 + 2) * 1_000
    assert data["expires_at_ms"] == BEGAN_MS + 2 * 86_400_000


CHANGES = [
    (("admit", "ktb", SOMCHAI, "bank", "--name-th", "กรุงไทย", "--name-en", "KTB"), "admission"),
    (("suspend", "kbank"), "status"),
    (("kinds", "kbank", "rp", "as"), "kinds"),
    (("parameter", "officers-max", 5), "parameter"),
    (("administrator", "kbank", SOMCHAI), "administrator"),
]


@pytest.mark.parametrize(("proposed", "kind"), CHANGES)
def test_members_carry_each_kind_of_change(run, proposed, kind):
    result = carry(run, *proposed)

    shown = json_of(run("agency", "proposal", 1, "--json"))
    assert result.exit_code == 0, result.stdout
    assert (shown["status"], shown["yes"], list(shown["change"])) == ("executed", 4, [kind])


def test_a_suspended_agency_is_reinstated(run):
    carry(run, "suspend", "kbank")
    between = run.council.ask("agency", "kbank")[5]

    carry(run, "reinstate", "kbank")

    assert (between, run.council.ask("agency", "kbank")[5]) == ("suspended", "active")


def test_proposals_are_shown_with_their_votes_and_listed(run):
    run("agency", "propose", "kinds", "kbank", "rp", "as", by="dopa-admin")
    run("agency", "vote", 1, "no", by="bot-admin")

    shown = run("agency", "proposal", 1).stdout
    listed = run("agency", "proposals").stdout
    data = json_of(run("agency", "proposals", "--json"))["proposals"]

    assert "proposal 1 by dopa: open" in shown
    assert "kinds: kbank rp,as" in shown
    assert "0 yes, 1 no, of 4 members" in shown
    assert "kinds: kbank rp,as" in listed
    assert (data[0]["number"], data[0]["status"]) == (1, "open")
    assert json_of(run("agency", "proposals", "--after", 1, "--json")) == {"proposals": []}


def test_a_vote_cast_twice_exits_1_and_shows_its_code(run):
    run("agency", "propose", "suspend", "kbank", by="dopa-admin")
    run("agency", "vote", 1, "yes", by="bot-admin")

    result = run("agency", "vote", 1, "no", by="bot-admin")

    assert result.exit_code == 1
    assert "ALREADY_VOTED" in result.stdout


def test_a_proposal_is_withdrawn_by_its_agency(run):
    run("agency", "propose", "suspend", "kbank", by="dopa-admin")

    other = run("agency", "withdraw", 1, by="bot-admin")
    own = run("agency", "withdraw", 1, by="dopa-admin")

    assert (other.exit_code, own.exit_code) == (1, 0)
    assert "withdrawn" in run("agency", "proposal", 1).stdout


def test_an_agency_is_handed_over_by_its_administrator(run):
    result = run("agency", "hand-over", "kbank", SOMCHAI, by="kbank-admin")

    assert result.exit_code == 0
    assert json_of(run("agency", "show", "kbank", "--json"))["administrator"] == SOMCHAI


def test_several_keys_sign_together_for_an_administrator_account(run):
    keys = tuple(sorted(key_of(name).public_key for name in ("one", "two", "three")))
    run.council.ledger.at(admin("kbank")).execute(Configure(keys, 2))
    words = ("officer", "add", "kbank", SOMCHAI, "identity")
    account = ("--account", show_address(admin("kbank")))

    alone = run(*words, *account, by="one")
    together = run(*words, *account, by=["one", "three"])

    assert "MISSING_SIGNATURE" in alone.stdout
    assert together.exit_code == 0


def test_several_keys_without_an_account_are_refused(run):
    result = run("agency", "execute", 1, by=["one", "two"])

    assert result.exit_code == 1
    assert "address" in result.stderr


def test_a_parameter_is_shown(run):
    shown = run("agency", "parameter", "proposal-days-max")

    assert shown.stdout == "30\n"
    assert run("agency", "parameter", "gravity").exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("agency", "vote", 1, "perhaps"),
        ("agency", "vote", 0, "yes"),
        ("agency", "proposal", "one"),
        ("agency", "propose", "suspend", "kbank", "--days", 31),
        ("agency", "propose", "parameter", "officers-max", "1.5"),
        ("officer", "add", "kbank", "sph1nobody", "identity"),
        ("officer", "add", "kbank", SOMCHAI),
    ],
)
def test_wrong_usage_exits_2_and_asks_no_node(run, words):
    assert run(*words, by="dopa-admin", rpc=CLOSED).exit_code == 2


def test_no_node_exits_3(run):
    assert run("agency", "list", rpc=CLOSED).exit_code == 3


def proposed(run, group, *words):
    made = run(group, "propose", *words, "--after", "1s", "--json", by="dopa-admin")
    return json_of(made)["receipt"]["events"][0]["fields"]["proposal"]


def test_a_refusal_by_the_votes_says_how_many_are_needed_in_the_form_of_every_error(run):
    number = proposed(run, "agency", "suspend", "kbank")
    run("agency", "vote", number, "yes", by="dopa-admin")
    run.council.ledger.next_block()

    refused = run("agency", "execute", number, by="anyone").stdout.splitlines()
    shown = run("agency", "proposal", number).stdout

    assert refused[0].startswith("error: NOT_ENOUGH_VOTES: ")
    assert "  yes needed: 3" in refused
    assert "1 yes, 0 no, of 4 members; 3 yes are needed: 2 more" in shown
    assert json_of(run("agency", "proposal", number, "--json"))["needed"] == 3


def test_after_the_vote_that_carries_it_is_said_what_comes_next(run):
    number = proposed(run, "agency", "suspend", "kbank")
    told = [run("agency", "vote", number, "yes", by=f"{one}-admin").stderr for one in MEMBERS[:3]]

    assert "2 more" in told[0]
    assert "carried" not in told[1]
    assert "carried; from " in told[2]
    assert f"sapha agency execute {number}" in told[2]


@pytest.mark.parametrize("members", range(1, 40))
def test_the_votes_that_are_said_to_be_needed_are_those_that_carry(members):
    needed = yes_needed(members)

    assert is_carried(Tally(yes=needed, no=0, members=members))
    assert not is_carried(Tally(yes=needed - 1, no=0, members=members))


def test_a_seat_for_a_node_of_no_agency_is_warned_of(run):
    nodes = [node("dopa", 1, is_validator=True), node("spare", 2, is_validator=False)]
    members = [entry(agency_id, "validator") for agency_id in MEMBERS]
    config = {"agencies": members, "nodes": nodes}
    run.council.ledger = Ledger(CONTRACTS_HERE, {"governance": config})
    run.council.ledger.block = replace(run.council.ledger.block, time_ms=BEGAN_MS)

    made = run("network", "propose", "seat", "spare", "--after", "1s", by="dopa-admin")

    shown = run("agency", "proposal", 1).stdout
    assert "spare is of agency spare, which is not admitted" in made.stderr
    assert "sapha agency propose admit spare" in shown
    assert "give spare a seat among the validators" in shown
