"""Nodes, level tables, namespaces, services: what a supervisor decides, and nobody else."""

from dataclasses import replace

import pytest

from contracts.identity.core.messages import (
    BadLevel,
    BadLevelTable,
    KeyTaken,
    NodeInactive,
    NoProof,
    PadLimit,
    ReuseLimit,
    TooManyKeys,
    UnknownNamespace,
    UnknownNode,
    WrongRole,
)
from contracts.identity.core.rules import FIRST_TABLE
from contracts.identity.nodes.messages import (
    AlwaysFresh,
    BadEndpoint,
    BadTableVersion,
    DuplicateNode,
    NodeStatusOutOfOrder,
    OverlapTooLong,
    RegisterNode,
    SetContact,
    SetLevelTable,
    SetNamespace,
    SetNodeLimits,
    SetNodeStatus,
    SetPurpose,
    SetService,
    SetWhitelist,
    TableNotAhead,
    UnknownAgency,
    UnusableKey,
)
from contracts.identity.subjects.messages import (
    BadTag,
    SetSubjectStatus,
)
from primitives.errors import ArgumentOutOfBounds, NotAllowed, WrongArgumentType
from tests.contracts.identity.scenes import appoint, attest, create, suspend_agency
from tests.contracts.identity.signing import CID, creation, name_of, public, rotating, signed
from tests.contracts.identity.world import World, admin

TABLE = (FIRST_TABLE.ials, FIRST_TABLE.aals, FIRST_TABLE.reuse, FIRST_TABLE.pads)


def bare_world():
    """A world with the agencies of governance and no nodes."""
    return World(with_nodes=False)


def node(agency="kbank", *, ial=230, aal=220, namespaces=(), keys=None):
    """The message that registers a node."""
    keys = (public(f"{agency}-node"),) if keys is None else keys
    return RegisterNode(agency, "bank", ial, aal, namespaces, keys)


SUPERVISORS_ONLY = [
    SetLevelTable(2, *TABLE, 2**33),
    node(),
    SetNodeStatus("kbank", "suspended", ""),
    SetNodeLimits("kbank", 230, 220, ()),
    SetNamespace(CID, "dopa", True),
    SetService("address", 210, 210, ()),
    SetPurpose("tax", True),
    SetSubjectStatus(name_of("somchai"), "frozen", ""),
]


@pytest.mark.parametrize("message", SUPERVISORS_ONLY, ids=lambda message: type(message).__name__)
def test_only_a_supervisor_s_administrator_may(message):
    world = World()
    appoint(world, "etda", "nok", "identity")

    for name in (admin("kbank"), admin("dopa"), "nok", "mallory"):
        world.refuse_as(name, NotAllowed, message)

    assert world.ask("level_table")[0] == 1


def test_a_suspended_supervisor_decides_nothing():
    world = World()
    suspend_agency(world, "etda")

    world.refuse("etda", NotAllowed, SetNodeStatus("kbank", "suspended", ""))

    assert world.ask("node", "kbank")[1] == "active"


def test_a_node_starts_as_pending_and_acts_once_it_is_active():
    world = bare_world()

    world.do("etda", node())

    assert world.ask("node", "kbank")[1:4] == ("pending", 230, 220)
    world.refuse("kbank", NodeInactive, SetWhitelist("kbank", ()))


BAD_NODES = {
    "an unknown agency": (node("nobody"), UnknownAgency),
    "a level that does not exist": (node(ial=225), BadLevel),
    "levels of an agency that is no IdP": (node("rd"), WrongRole),
    "an unknown namespace": (node(namespaces=("th.tax",)), UnknownNamespace),
    "a key twice": (node(keys=(public("a"), public("a"))), KeyTaken),
    "a key that is no point": (node(keys=(b"\x01" + bytes(32),)), UnusableKey),
    "no key": (node(keys=()), ArgumentOutOfBounds),
    "a key of 31 bytes": (node(keys=(bytes(31),)), ArgumentOutOfBounds),
    "a level as a text": (node(ial="2.3"), WrongArgumentType),
}


@pytest.mark.parametrize("case", BAD_NODES)
def test_a_wrong_node_is_refused_by_name(case):
    message, error = BAD_NODES[case]
    world = bare_world()

    world.refuse("etda", error, message)

    assert world.ask("node", message.agency) is None


def test_an_agency_and_a_key_are_registered_once():
    world = bare_world()
    world.do("etda", node())

    world.refuse("etda", DuplicateNode, node(keys=(public("other"),)))
    world.refuse("etda", KeyTaken, node("paotang", keys=(public("kbank-node"),)))

    assert world.ask("node", "paotang") is None


STATUS = ("pending", "active", "suspended", "retired")
MOVES = {
    ("pending", "active"),
    ("active", "suspended"),
    ("suspended", "active"),
    ("pending", "retired"),
    ("active", "retired"),
    ("suspended", "retired"),
}
PATHS = {"pending": (), "active": STATUS[1:2], "suspended": STATUS[1:3], "retired": STATUS[1:4]}


@pytest.mark.parametrize("after", [*STATUS, "sleeping"])
@pytest.mark.parametrize("before", STATUS)
def test_a_node_s_status_changes_along_the_arrows_only(before, after):
    world = bare_world()
    world.do("etda", node())
    for status in PATHS[before]:
        world.do("etda", SetNodeStatus("kbank", status, ""))

    message = SetNodeStatus("kbank", after, "")
    if (before, after) in MOVES:
        world.do("etda", message)
        assert world.ask("node", "kbank")[1] == after
    else:
        world.refuse("etda", NodeStatusOutOfOrder, message)
        assert world.ask("node", "kbank")[1] == before


def test_the_status_and_limits_of_no_node_are_refused():
    world = bare_world()

    world.refuse("etda", UnknownNode, SetNodeStatus("kbank", "active", ""))
    world.refuse("etda", UnknownNode, SetNodeLimits("kbank", 230, 220, ()))
    world.refuse("kbank", UnknownNode, SetWhitelist("kbank", ()))
    world.refuse("kbank", UnknownNode, rotating("kbank", "new"))
    world.refuse("etda", UnknownNode, SetNamespace(CID, "dopa", True))

    world.refuse("etda", UnknownNode, SetService("address", 210, 210, ("dopa",)))


def test_limits_are_of_the_table_and_an_idp():
    world = World()

    world.refuse("etda", BadLevel, SetNodeLimits("kbank", 230, 221, ()))
    world.refuse("etda", WrongRole, SetNodeLimits("rd", 230, 220, ()))
    world.refuse("etda", UnknownNamespace, SetNodeLimits("kbank", 230, 220, ("th.tax",)))

    assert world.ask("node", "kbank")[2:4] == (230, 220)


def test_only_the_administrator_rotates_a_node_s_key():
    world = World()
    appoint(world, "kbank", "nok", "identity")

    world.refuse_as("nok", NotAllowed, rotating("kbank", "new"))
    world.do("kbank", rotating("kbank", "new"))

    keys = [key for key, _ in world.ask("node", "kbank")[5]]
    assert keys == [public("kbank-node"), public("new")]


def test_a_new_key_of_a_node_signs_for_itself_and_is_new():
    world = World()
    stolen = signed(rotating("kbank", "new"), ("identity/node-key", b"x"), "new", "proof")

    world.refuse("kbank", NoProof, stolen)
    world.refuse("kbank", KeyTaken, rotating("kbank", "rd-node"))
    world.refuse("kbank", OverlapTooLong, rotating("kbank", "new", overlap_s=86_401))

    assert len(world.ask("node", "kbank")[5]) == 1


def test_an_old_key_of_the_tags_authority_serves_until_the_overlap_ends():
    world = World()
    world.do("dopa", rotating("dopa", "dopa-2", overlap_s=3600))
    world.wait(3599)
    create(world, "somchai")

    world.wait(1)

    world.refuse("kbank", BadTag, creation("malee"))


def test_a_second_rotation_does_not_lengthen_a_key_s_life():
    world = World()
    world.do("dopa", rotating("dopa", "dopa-2", overlap_s=10))
    world.do("dopa", rotating("dopa", "dopa-3", overlap_s=3600))
    world.wait(10)

    world.refuse("kbank", BadTag, creation("somchai"))


def test_a_node_keeps_a_bounded_number_of_keys():
    world = World()
    for index in range(15):
        world.do("kbank", rotating("kbank", f"key-{index}"))

    world.refuse("kbank", TooManyKeys, rotating("kbank", "one more"))
    world.wait(3600)
    world.do("kbank", rotating("kbank", "one more"))

    assert len(world.ask("node", "kbank")[5]) == 2


def test_a_suspended_node_rotates_no_key_and_makes_no_tags():
    world = World()
    world.do("etda", SetNodeStatus("dopa", "suspended", ""))

    world.refuse("dopa", NodeInactive, rotating("dopa", "new"))
    world.refuse("dopa", NodeInactive, SetWhitelist("dopa", ()))
    world.refuse("kbank", BadTag, creation("somchai"))


def test_level_tables_follow_each_other_and_begin_ahead():
    world = World()
    now = world.ledger.block.time_ms // 1_000

    world.refuse("etda", BadTableVersion, SetLevelTable(1, *TABLE, now + 5))
    world.refuse("etda", BadTableVersion, SetLevelTable(3, *TABLE, now + 5))
    world.refuse("etda", TableNotAhead, SetLevelTable(2, *TABLE, now))
    world.do("etda", SetLevelTable(2, *TABLE, now + 2))
    world.refuse("etda", TableNotAhead, SetLevelTable(3, *TABLE, now + 5))

    assert world.ask("level_table")[0] == 1
    world.wait(1)
    assert world.ask("level_table")[0] == 1
    world.wait(1)
    assert world.ask("level_table")[0] == 2


BAD_TABLES = {
    "not sorted": ((230, 210), (210,), (), ()),
    "a level twice": ((210, 210), (210,), (), ()),
    "a level 0": ((0, 210), (210,), (), ()),
    "AALs not sorted": ((210,), (220, 210), (), ()),
    "a limit of no AAL": ((210,), (210,), (ReuseLimit(220, 60),), ()),
    "two limits of an AAL": ((210,), (210,), (ReuseLimit(210, 60), ReuseLimit(210, 61)), ()),
    "a PAD level of no IAL": ((210,), (210,), (), (PadLimit(230, 1),)),
    "two PAD levels of an IAL": ((210,), (210,), (), (PadLimit(210, 1), PadLimit(210, 2))),
    "PAD level 0 for IAL 2.3": ((210, 230), (210,), (), (PadLimit(230, 0),)),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_wrong_level_table_is_refused(case):
    world = World()

    world.refuse("etda", BadLevelTable, SetLevelTable(2, *BAD_TABLES[case], 2**33))

    assert world.ask("level_table")[0] == 1


def test_an_attestation_names_the_table_it_was_made_under():
    world = World()
    create(world, "somchai")
    world.do("etda", SetLevelTable(2, *TABLE, world.ledger.block.time_ms // 1_000 + 1))
    attest(world, "somchai", label="first")
    world.wait(1)
    attest(world, "somchai", label="second")

    versions = [world.ask("attestation", name_of(label))[12] for label in ("first", "second")]

    assert versions == [1, 2]


def test_services_and_purposes_are_defined_within_the_rules():
    world = World()

    world.refuse("etda", BadLevel, SetService("income", 215, 210, ()))
    world.do("etda", SetService("income", 230, 220, ("dopa",)))
    world.do("etda", SetPurpose("library", True))
    for purpose in ("payment", "voting", "key-change", "guardian"):
        world.refuse("etda", AlwaysFresh, SetPurpose(purpose, True))

    assert world.ask("service", "income") == (230, 220, ("dopa",))
    assert world.ask("namespace", CID) == ("dopa", True, 1, "dopa")


def test_a_key_that_has_ended_stays_on_record_with_its_times():
    world = World()
    began = world.now
    world.wait(100)

    world.do("kbank", rotating("kbank", "kbank-2", overlap_s=60))

    assert world.ask("node_key", public("kbank-node")) == ("kbank", began, world.now + 60)
    assert world.ask("node_key", public("kbank-2")) == ("kbank", world.now, 0)
    assert world.ask("node_key", public("nobody")) is None


def test_a_node_states_how_it_is_reached_and_older_statements_stay():
    world = World()
    first = SetContact("kbank", "https://id.kbank.example/v1", b"\x01" * 32)
    second = replace(first, endpoint="https://[2001:db8::1]:8443", box_key=b"\x02" * 32)

    world.do("kbank", first)
    world.wait(10)
    world.do("kbank", second)

    assert world.ask("contact", "kbank") == (2, second.endpoint, second.box_key, world.now)
    old = world.ask("contact_version", "kbank", 1)
    assert old == (1, first.endpoint, first.box_key, world.now - 10)
    assert world.ask("contact", "rd") is None


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://id.kbank.example",
        "https:///path",
        "https://user@kbank.example",
        "https://kbank.example?x=1",
        "https://kbank.example#x",
        "https://\u0e01.example",
        "https:// kbank.example",
    ],
)
def test_an_endpoint_is_an_https_address_that_hides_no_host(endpoint):
    world = World()

    world.refuse("kbank", BadEndpoint, SetContact("kbank", endpoint, bytes(32)))


def test_only_the_node_s_own_administrator_states_its_contact_and_not_when_it_is_retired():
    world = World()
    contact = SetContact("kbank", "https://id.kbank.example", bytes(32))
    appoint(world, "kbank", "nok", "identity")

    world.refuse("etda", NotAllowed, contact)
    world.refuse_as("nok", NotAllowed, contact)
    world.refuse("etda", UnknownNode, replace(contact, agency="etda"))
    world.do("etda", SetNodeStatus("kbank", "retired", ""))

    world.refuse("kbank", NodeInactive, contact)
