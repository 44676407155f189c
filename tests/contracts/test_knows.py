"""Whom contracts know: senders that are no strangers to a node."""

import ast
import inspect

import pytest

from contracts.accounts.rules import account_of
from contracts.accounts.state import accounts
from contracts.cbdc.core.state import Wallet, balances, wallets
from contracts.complaints.core.state import acknowledged
from contracts.complaints.reviews.messages import Withdraw
from contracts.complaints.work.messages import Accept, AddContent
from contracts.governance.state import administrators, officer_posts
from contracts.identity.core.state import key_accounts
from contracts.registry import CONTRACTS
from contracts.sdk import Contract, anyone, dispatch, message
from contracts.sdk.context import WRITING, Context, Run
from contracts.sdk.ports import BlockInfo
from contracts.tools.testing import DictState, key_of
from tests.builders import key
from tests.contracts.complaints.world import World, filing, ident, item
from tests.meta.sources import ROOT

BLOCK = BlockInfo(chain_id="test", height=1, time_ms=1)
SOMEBODY, NOBODY = bytes([1]) * 20, bytes(20)
WALLET = Wallet("bank", "person", None, "active", "", 0, None, None)

ENTRIES = {
    "an administrator": ("governance", lambda ctx: administrators.save(ctx, SOMEBODY, "dopa")),
    "an officer": ("governance", lambda ctx: officer_posts.save(ctx, SOMEBODY, 1)),
    "money": ("cbdc", lambda ctx: balances.save(ctx, SOMEBODY, 1)),
    "a key of a subject or node": ("identity", lambda ctx: key_accounts.save(ctx, SOMEBODY, 1)),
    "a wallet": ("cbdc", lambda ctx: wallets.save(ctx, SOMEBODY, WALLET)),
    "a case that an agency acted on": (
        "complaints",
        lambda ctx: acknowledged.save(ctx, SOMEBODY, bytes(16)),
    ),
}

# Every place that makes an account known, and who had to act beside the account's own key. A place
# that a stranger reaches alone has no line here: what it brings passes the bounds for strangers.
OTHERS = {
    "governance/changes.py admit": "two thirds of the members, or genesis",
    "governance/changes.py hand_over": "two thirds of the members",
    "governance/contract.py add_officer": "the agency's administrator",
    "governance/contract.py remove_officer": "the agency's administrator; counts one post less",
    "identity/nodes/handlers.py register_node": "an administrator of a supervisor",
    "identity/nodes/handlers.py rotate_node_key": "the administrator of the node's agency",
    "identity/recovery/handlers.py _begin": "an identity provider, or guardians of the subject",
    "identity/subjects/handlers.py create_subject": "an identity provider and the registry",
    "identity/subjects/handlers.py add_key": "an identity provider of the subject",
    "cbdc/authority/handlers.py register_fsp": "the issuer",
    "cbdc/authority/handlers.py _set_status": "the issuer; of a wallet that is there",
    "cbdc/wallets/handlers.py _open": "the bank",
    "cbdc/wallets/handlers.py close_wallet": "the bank; of a wallet that is there",
    "cbdc/authority/orders.py freeze": "an officer; of a wallet that is there",
    "cbdc/authority/orders.py approve_freeze": "an officer; of a wallet that is there",
    "cbdc/authority/orders.py unfreeze": "an officer; of a wallet that is there",
    "cbdc/wallets/control.py recover_approve": "a supervisor; of a wallet that is there",
    "cbdc/wallets/control.py recover_cancel": "its keys; of a wallet that is there",
    "cbdc/wallets/control.py recover_finish": "the bank and a supervisor",
    "cbdc/core/money.py _save_balance": "who paid, and has money",
    "complaints/cases/handlers.py file": "an officer, who files for a citizen",
    "complaints/core/clocks.py noted": "an officer of an agency that acts on the case",
}
# Calls whose precheck proves that others let the sender in: it is known for this call.
VOUCHED = {
    ("identity", "show_certificates"): "as many vouchers as sign together, for the key that signed",
    ("voting", "request_token"): "the authority of the roll, for the voter's key that signed",
    ("voting", "join_ring"): "the authority of the roll, for the voter's key that signed",
    ("voting", "commit_ballot"): "as many registrars as sign a token",
    ("voting", "cast_ballot"): "as many registrars as sign a token",
    ("voting", "spoil_ballot"): "as many registrars as sign a token",
}


def writers(contract: str, names: set[str]) -> set[str]:
    """Return the functions of a contract that save or add to a map of one of these names."""
    found = set()
    folder = ROOT / "contracts"
    for path in sorted((folder / contract).rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and isinstance(call.func.value, ast.Name)
                    and call.func.value.id in names
                    and call.func.attr in {"save", "add"}
                ):
                    found.add(f"{path.relative_to(folder).as_posix()} {function.name}")
    return found


def maps_read(hook) -> set[str]:
    """Return the names of the maps that a hook reads."""
    tree = ast.parse(inspect.getsource(hook))
    return {
        call.func.value.id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
    } - {"contract"}


def test_nobody_becomes_known_by_acting_alone():
    hooks = {name: one.hooks["knows"] for name, one in CONTRACTS.items() if "knows" in one.hooks}

    found = set().union(*(writers(name, maps_read(hook)) for name, hook in hooks.items()))
    vouched = {
        (name, method)
        for name, contract in CONTRACTS.items()
        for method, declared in contract.methods.items()
        if declared.vouches
    }

    assert found == set(OTHERS)
    assert vouched == set(VOUCHED)


def known(world: World, name: str) -> bool:
    ledger = world.ledger
    return dispatch.knows(ledger.contracts, ledger.state, ledger.block, ledger.address(name))


def test_who_filed_is_a_stranger_until_an_agency_acts_on_the_case():
    world, was_known = World(), []
    world.file("c")
    world.file_by_receipt("d", "receipt")
    for name, label in (("anong", "c"), ("receipt", "d")):
        was_known.append(known(world, name))
        world.do_as(name, AddContent(ident(label), "", item(f"{label}-photo")))
        was_known.append(known(world, name))

    world.do("khet", Accept(ident("c")))
    world.do("khet", AddContent(ident("d"), "khet", item("answer")))

    assert was_known == [False] * 4
    assert known(world, "anong")
    assert known(world, "receipt")


def test_who_files_and_withdraws_stays_a_stranger():
    world = World()

    for number in range(3):
        world.file_by_receipt(f"case-{number}", f"receipt-{number}")
        world.do_as(f"receipt-{number}", Withdraw(ident(f"case-{number}")))
    world.wait(40 * 86_400)  # nor is it known by what time does

    assert not any(known(world, f"receipt-{number}") for number in range(3))


def test_a_citizen_for_whom_an_officer_filed_is_known_at_once():
    world = World()
    public_key = key_of("citizen").public_key

    world.do("khet", filing("c", owner_pk=public_key))

    assert known(world, "citizen")


def test_who_only_configured_an_account_is_no_more_known_than_before():
    state = DictState()
    writing = Context(Run(state, BLOCK, None, CONTRACTS), CONTRACTS["accounts"].scope, WRITING)

    accounts.save(writing, SOMEBODY, account_of((key(1).public_key,), 1))

    assert not dispatch.knows(CONTRACTS, state, BLOCK, SOMEBODY)  # anybody may, for nothing


@pytest.mark.parametrize("entry", ENTRIES)
def test_who_has_an_entry_is_known(entry):
    name, save = ENTRIES[entry]
    state = DictState()
    save(Context(Run(state, BLOCK, None, CONTRACTS), CONTRACTS[name].scope, WRITING))

    answers = [dispatch.knows(CONTRACTS, state, BLOCK, who) for who in (SOMEBODY, NOBODY)]

    assert answers == [True, False]


def test_a_sender_is_known_when_any_contract_says_so():
    known = bytes([1]) * 20
    first, second = Contract("first", version=1), Contract("second", version=1)
    second.knows(lambda _ctx, address: address == known)
    state, contracts = DictState(), {"first": first, "second": second}

    answers = [dispatch.knows(contracts, state, BLOCK, address) for address in (known, NOBODY)]

    assert answers == [True, False]


def test_only_a_precheck_that_says_so_vouches_for_its_sender():
    contract = Contract("box", version=1)

    @message
    class Cast:
        number: int

    @message
    class Open:
        number: int

    for kind in (Cast, Open):
        contract.execute(kind, allow=anyone)(lambda _ctx, _msg: None)
    contract.precheck(Cast, vouches=True)(lambda _ctx, _msg: None)
    contract.precheck(Open)(lambda _ctx, _msg: None)

    answers = [dispatch.vouches({"box": contract}, "box", name) for name in ("cast", "open", "no")]

    assert answers == [True, False, False]
    assert not dispatch.vouches({}, "box", "cast")
