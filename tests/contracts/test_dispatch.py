"""Dispatch: order of checks, budget, read-only queries, prechecks, a contract's own bugs."""

import pytest

from contracts.sdk import Contract, Counter, anyone, dispatch, message
from contracts.sdk.errors import (
    BadContract,
    BadValue,
    BudgetExceeded,
    CallTooDeep,
    ContractFailed,
    EndOfBlockFailed,
    NotConfigured,
    ReadOnly,
)
from contracts.tools.testing import Ledger
from primitives.errors import (
    ArgumentOutOfBounds,
    BadText,
    NotAllowed,
    UnknownContract,
    UnknownMethod,
    UnknownQuery,
    WrongArgumentCount,
    WrongArgumentType,
)
from tests.contracts import toy as t

NOBODY = bytes(20)
THING = (("a", "b"), b"tag", True)


@pytest.fixture
def ledger():
    t.prechecks_run.clear()
    return Ledger(t.TOYS)


def test_records_travel_through_messages_state_events_and_answers(ledger):
    events = ledger.as_("ann").call("toy", "put_thing", ("x", THING))

    assert ledger.query("toy", "thing", "x") == THING
    assert events[0].fields == (THING, ledger.address("ann"))


def test_a_query_may_ask_another_contract(ledger):
    ledger.as_("ann").call("toy", "put_thing", ("x", THING))

    assert ledger.query("other", "names_of", "x") == ("a", "b")


def test_a_context_shows_the_block_that_is_executed(ledger):
    ledger.next_block(time_ms=5)

    assert ledger.query("toy", "facts") == ("test-chain", "2", "1700000001005")


# Each call breaks the rule named and every later one: the first in order is reported.
ORDER = [
    (UnknownContract, NOBODY, "gold", "steal", (1,)),
    (UnknownMethod, NOBODY, "toy", "steal", (1,)),
    (WrongArgumentCount, NOBODY, "toy", "put_thing", (1,)),
    (WrongArgumentType, NOBODY, "toy", "put_thing", (1, ((), b"12345", 1))),
    (BadText, NOBODY, "toy", "put_thing", ("\n", ((), b"12345", 1))),
    (ArgumentOutOfBounds, NOBODY, "toy", "put_thing", ("x", ((), b"12345", 1))),
    (NotAllowed, NOBODY, "toy", "put_thing", ("x", THING)),
]


@pytest.mark.parametrize(("error", "sender", "contract", "method", "args"), ORDER)
def test_check_reports_the_first_broken_rule_and_execute_the_same(
    ledger, error, sender, contract, method, args
):
    call = ledger.call_of(sender, contract, method, args)

    for run in (dispatch.check, dispatch.execute):
        with pytest.raises(error):
            run(ledger.contracts, ledger.state, ledger.block, call)

    assert ledger.state.overlay == {}


NESTED = [
    (("x", 5), WrongArgumentType, "thing"),
    (("x", (("a",), b"")), WrongArgumentType, "thing"),
    (("x", ("a", b"", True)), WrongArgumentType, "thing.names"),
    (("x", ((), b"", True)), ArgumentOutOfBounds, "thing.names"),
    (("x", (("a",) * 4, b"", True)), ArgumentOutOfBounds, "thing.names"),
    (("x", (("a", ""), b"", True)), ArgumentOutOfBounds, "thing.names[1]"),
    (("x", (("a",), b"12345", True)), ArgumentOutOfBounds, "thing.tag"),
    (("x", (("a",), "12", True)), WrongArgumentType, "thing.tag"),
    (("x", (("a",), None, 1)), WrongArgumentType, "thing.is_new"),
]


@pytest.mark.parametrize(("args", "error", "field"), NESTED)
def test_a_wrong_nested_field_is_named_by_its_path(ledger, args, error, field):
    refusal = ledger.as_("ann").rejects_call(error, "toy", "put_thing", args)

    assert refusal.details == (("field", field),)


def test_an_optional_field_may_be_nothing(ledger):
    ledger.as_("ann").call("toy", "put_thing", ("x", (("a",), None, False)))

    assert ledger.query("toy", "thing", "x") == (("a",), None, False)


MISDEEDS = [
    ("read", 5_000, BudgetExceeded),
    ("write", 5_000, BudgetExceeded),
    ("emit", 2_000, BudgetExceeded),
    ("emit much", 259, BudgetExceeded),
    ("write much", 100, BudgetExceeded),
    ("read much", 100, BudgetExceeded),
    ("page", 10, BudgetExceeded),
    ("page much", 10, BudgetExceeded),
    ("large value", 0, BudgetExceeded),
    ("long key", 0, BudgetExceeded),
    ("out of range", 0, BadValue),
    ("boolean", 0, BadValue),
    ("other record", 0, BadValue),
    ("below zero", 0, BadValue),
    ("long page", 0, BadValue),
    ("change frozen", 0, BadValue),
    ("remove frozen", 0, BadValue),
    ("change frozen item", 0, BadValue),
    ("remove frozen item", 0, BadValue),
    ("bad event", 0, BadValue),
    ("undeclared event", 0, ContractFailed),
    ("divide by zero", 0, ContractFailed),
    ("missing key", 0, ContractFailed),
    ("unknown attribute", 0, ContractFailed),
    ("wrong text", 0, ContractFailed),
    ("ask deeper", 0, CallTooDeep),
    ("write in a query", 0, ReadOnly),
]


@pytest.mark.parametrize(("how", "count", "error"), MISDEEDS)
def test_a_misbehaving_call_is_refused_and_changes_nothing(ledger, how, count, error):
    refusal = ledger.as_("ann").rejects_call(error, "toy", "misbehave", (how, count))

    assert refusal.code == error.code


def test_a_failed_contract_is_named_with_its_method_and_nothing_of_the_interpreters(ledger):
    args = ("divide by zero", 0)

    refusal = ledger.as_("ann").rejects_call(ContractFailed, "toy", "misbehave", args)

    assert refusal.message == "toy.misbehave failed"


def test_a_query_cannot_write_or_emit(ledger):
    with pytest.raises(ReadOnly):
        ledger.query("other", "spoil")
    with pytest.raises(ReadOnly):
        ledger.query("other", "spoil_by_event")

    assert ledger.state.overlay == {}


def test_an_answer_outside_its_declared_bound_is_refused(ledger):
    with pytest.raises(BadValue, match="too_long has 21 characters"):
        ledger.query("toy", "too_long")


def test_what_genesis_did_not_set_is_named_as_such(ledger):
    with pytest.raises(NotConfigured):
        ledger.query("toy", "unset")


def test_an_unknown_contract_or_query_cannot_be_asked(ledger):
    with pytest.raises(UnknownContract, match="gold"):
        ledger.query("gold", "thing", "x")
    with pytest.raises(UnknownQuery, match="nothing"):
        ledger.query("toy", "nothing")


def test_a_rule_cannot_write():
    contract = Contract("ruled", version=1)

    @message
    class Go:
        number: int

    @contract.execute(Go, allow=t.writes_in_the_rule)
    def go(ctx, msg):
        """Do nothing."""

    refusal = Ledger({"ruled": contract}).as_("ann").rejects(ReadOnly, Go(1))

    assert refusal.code == "READ_ONLY"


def proof(ledger, name):
    return ledger.call_of(ledger.address("ann"), "toy", "prove", (name,))


def test_a_precheck_runs_at_admission_and_again_only_where_nobody_ran_it(ledger):
    world = (ledger.contracts, ledger.state, ledger.block, proof(ledger, "known"))

    dispatch.check(*world)
    dispatch.execute(*world, is_prechecked=True)
    ran_once = list(t.prechecks_run)
    dispatch.execute(*world)

    assert ran_once == ["known"]
    assert t.prechecks_run == ["known", "known"]
    assert ledger.query("toy", "counted") == 2


def test_what_a_handler_may_use_does_not_depend_on_who_ran_the_precheck(ledger):
    world = (ledger.contracts, ledger.state, ledger.block, proof(ledger, "greedy"))

    for is_prechecked in (True, False):
        events = dispatch.execute(*world, is_prechecked=is_prechecked)
        assert events == ()

    assert ledger.query("toy", "counted") == 2


def test_a_precheck_can_be_run_apart(ledger):
    ran = dispatch.precheck(ledger.contracts, ledger.state, ledger.block, proof(ledger, "known"))
    put = ledger.call_of(ledger.address("ann"), "toy", "put_thing", ("x", THING))
    absent = dispatch.precheck(ledger.contracts, ledger.state, ledger.block, put)

    assert (ran, absent) == (True, False)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("false", t.NotTrue),
        ("absent", t.UnknownThing),
        ("clock", ContractFailed),  # a precheck has no block time
        ("state", ReadOnly),  # nor state that may change
        ("page", ReadOnly),
    ],
)
def test_a_precheck_sees_the_message_and_frozen_state_only(ledger, name, error):
    refusal = ledger.as_("ann").rejects_call(error, "toy", "prove", (name,))

    assert refusal.code == error.code


def test_pages_come_in_key_order_and_continue_after_a_key(ledger):
    found = []

    contract = Contract("toy", version=1)

    @message
    class Fill:
        count: int

    @contract.execute(Fill, allow=anyone)
    def fill(ctx, msg):
        """Fill, then read in pages."""
        for number in (3, 1, 2, -1):
            t.pairs.save(ctx, ("a", number), number)
        t.pairs.save(ctx, ("ab", 0), 0)
        found.append(t.pairs.page(ctx, ("a",), limit=2))
        found.append(t.pairs.page(ctx, ("a",), after=found[0][-1][0], limit=5))
        t.pairs.remove(ctx, ("a", 1))
        found.append(t.pairs.page(ctx, limit=5))

    Ledger({"toy": contract}).as_("ann").execute(Fill(4))

    assert found[0] == ((("a", -1), -1), (("a", 1), 1))
    assert found[1] == ((("a", 2), 2), (("a", 3), 3))
    assert [key for key, _ in found[2]] == [("a", -1), ("a", 2), ("a", 3), ("ab", 0)]


def test_a_hook_that_fails_at_the_end_of_a_block_stops_the_node():
    contract = Contract("bad", version=1)

    @contract.end_block
    def fail(ctx):
        Counter("x").add(ctx, -1)

    with pytest.raises(EndOfBlockFailed, match="hook of contract 'bad' failed at height 0"):
        Ledger({"bad": contract})


def test_the_failure_of_a_hook_says_its_class_in_one_bounded_printable_line():
    fault = EndOfBlockFailed("bad", 7, KeyError("two\nlines" + "x" * 500))

    assert (fault.contract, fault.height) == ("bad", 7)
    assert "KeyError: 'two\\nlines" in str(fault)
    assert str(fault).isprintable()
    assert len(str(fault)) < 300


def test_an_exposed_map_answers_with_one_entry_or_with_nothing(ledger):
    ledger.as_("ann").call("toy", "put_thing", ("x", THING))
    ledger.as_("ann").execute(t.Misbehave("write", 2))

    assert ledger.query("toy", "entry", "x") == THING
    assert ledger.query("toy", "entry", "y") is None
    assert [ledger.query("toy", "pair", "x", number) for number in (1, 2)] == [1, None]


def test_the_arguments_of_an_exposed_map_are_checked_as_its_key(ledger):
    with pytest.raises(ArgumentOutOfBounds, match="name"):
        ledger.query("toy", "entry", "")
    with pytest.raises(WrongArgumentCount, match="name, number"):
        ledger.query("toy", "pair", "x")


def test_each_part_of_a_key_is_named_once():
    with pytest.raises(BadContract, match=r"other\.two: a key has 2 parts"):
        Contract("other", version=1).expose("two", t.pairs, ("name",), "A pair.")


def test_a_contract_declares_everything_once():
    contract = Contract("twice", version=1)

    @message
    class Go:
        number: int

    def handle(ctx, msg):
        """Do nothing."""

    contract.execute(Go, allow=anyone)(handle)
    contract.end_block(handle)

    with pytest.raises(BadContract, match="go twice"):
        contract.execute(Go, allow=anyone)(handle)
    with pytest.raises(BadContract, match="two end_block"):
        contract.end_block(handle)
    with pytest.raises(BadContract, match="before its precheck"):
        contract.precheck(t.Prove)(handle)


def test_state_without_declared_types_stores_nothing(ledger):
    contract = Contract("untyped", version=1)
    plain_map, plain_item = t.Map("things"), t.Item("thing")

    @message
    class Keep:
        in_map: bool

    @contract.execute(Keep, allow=anyone)
    def keep(ctx, msg):
        """Try to store without a type."""
        if msg.in_map:
            plain_map.save(ctx, "a", "b")
        plain_item.save(ctx, "b")

    sender = Ledger({"untyped": contract}).as_("ann")

    assert sender.rejects(BadValue, Keep(in_map=True)).code == "BAD_VALUE"
    assert sender.rejects(BadValue, Keep(in_map=False)).code == "BAD_VALUE"


def test_numbers_items_and_maps_remember_and_forget():
    contract = Contract("memory", version=1)
    item, numbers = t.Item[int]("item"), t.Map[str, int]("numbers")
    seen = []

    @message
    class Remember:
        number: int

    @contract.execute(Remember, allow=anyone)
    def remember(ctx, msg):
        """Use every way to remember."""
        seen.append(numbers.add(ctx, "a", msg.number))
        seen.append(numbers.add(ctx, "a", msg.number))
        item.save(ctx, msg.number)
        seen.append((item.has(ctx), item.load(ctx)))
        item.remove(ctx)
        seen.append((item.has(ctx), item.get(ctx, None)))

    ledger = Ledger({"memory": contract})
    ledger.as_("ann").execute(Remember(2))

    assert seen == [2, 4, (True, 2), (False, None)]
    assert list(ledger.state.committed) == [b"memory\x00numbers\x00a"]
