"""Laws that hold for every command of the tree, whoever adds the next one."""

import ast
import os
import signal
from pathlib import Path

import pytest

from client.keystore import write_secret
from client.wallet import Wallet
from commands.framework.kinds import HEIGHT, NUMBER
from commands.framework.tree import Leaf
from contracts.registry import CONTRACTS
from contracts.tools.abi import abi
from primitives.ids import show_address
from tests.cli.network import Refusal, node, sapha
from tests.cli.test_open_transactions import Bank
from tests.cli.tree import HEX_16, HEX_32, KEY, arguments_of, leaves

ROOT = Path(__file__).parent.parent.parent
ABIS = {name: abi(contract) for name, contract in CONTRACTS.items()}
# They start processes and run until they are stopped, or for minutes.
LASTING = {("bench",), ("demo",), ("devnet", "up"), ("node", "start"), ("node", "inspect")}
BRIEF = [leaf for leaf in leaves() if leaf.words not in LASTING]
SIGNING = [
    leaf
    for leaf in BRIEF
    if {"key", "rpc"} <= {one.name for one in leaf.parameters} and leaf.words[-1] != "simulate"
]
# What writes transactions to a node: the one mechanism, the load generator, and relays, which
# sign nothing.
SUBMITTING = {
    "client/node.py",
    "client/outcome.py",
    "client/relay/pool.py",
    "client/relay/server.py",
}
# What gives a transaction to `submit` without waiting as `send` does: ballots tell the witness
# themselves, a development network funds its own demo accounts.
HANDING_OVER = {"client/voting/casting.py", "commands/bringing_up.py"}
PERSON = show_address(Wallet.from_seed(bytes(32)).address)
# What parses as most arguments of a name; others are tried in turn until a transaction is sent.
PLAUSIBLE = {
    "amount": "0.25",
    "value": "7",
    "kinds": "bank",
    "choice": "yes",
    "mandate": HEX_32,
    "order_hash": HEX_32,
    "case_hash": HEX_32,
    "payment": HEX_32,
    "payout": "1",
    "rating": "5",
    "officer": PERSON,
    "roles": "cbdc",
    "address": PERSON,
    "contract": "cbdc",
}
FILLERS = ("kbank", PERSON, HEX_32, HEX_16, KEY)
# Groups of which at least these many commands are known to get as far as a transaction.
REACHED_MIN = {"account": 2, "agency": 6, "cbdc": 30, "complaint": 5, "id": 1, "officer": 4}


def sources():
    for folder in ("client", "commands"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("leaf", leaves(), ids=str)
def test_every_command_ends_through_the_one_boundary(leaf):
    assert type(leaf.made) is Leaf
    assert callable(leaf.made.function())


def test_only_the_one_mechanism_submits_transactions():
    found = {
        name
        for name, tree in sources()
        for part in ast.walk(tree)
        if (isinstance(part, ast.Constant) and part.value == "tx_submit")
        or (
            isinstance(part, ast.Attribute)
            and ast.unparse(part) in {"rpc.submit", "self._rpc.submit"}
        )
    }

    assert found == SUBMITTING


def test_nobody_else_hands_a_transaction_over_without_telling_the_witness():
    found = {
        name
        for name, tree in sources()
        for part in ast.walk(tree)
        if isinstance(part, ast.ImportFrom)
        and part.module == "client.outcome"
        and "submit" in {one.name for one in part.names}
    }

    assert found == HANDING_OVER


def test_every_client_of_a_command_is_watched():
    found = {
        name
        for name, tree in sources()
        for part in ast.walk(tree)
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "RpcClient"
    }

    assert {name for name in found if not name.startswith("client/")} == {
        "commands/bench.py",
        "commands/bringing_up.py",
        "commands/devnet.py",
        "commands/nodes.py",
    }


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "some.key"
    write_secret(path, "22" * 32)
    return path


def answer(contract, query, args):
    if query == "parameter":
        return {"value": 7, "height": 7}
    raise Refusal("NOT_FOUND")


def interrupted(leaf, files, filler):
    """Run a command that is interrupted once it waits; return what was sent, and the result."""
    bank = Bank(on_wait=lambda: os.kill(os.getpid(), signal.SIGINT))
    table = bank.table() | {
        "chain_getStatus": lambda: bank.status() | {"contract_time_ms": str(bank.time_ms)},
        "contract_getAbi": lambda contract: ABIS[contract],
        "state_query": answer,
        "events_search": {"events": [], "next_height": None},
    }
    with node(**table) as served:
        values = PLAUSIBLE | files | {"rpc": served.url}
        given = {
            one.name: values.get(one.name, filler)
            for one in leaf.parameters
            if one.name in values or (one.is_required and one.word.kind not in {NUMBER, HEIGHT})
        }
        result = sapha(*arguments_of(leaf, given))
    return list(bank.taken), result


def test_every_command_that_sends_says_what_is_open_when_it_is_interrupted(
    tmp_path, key, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    reading_key = tmp_path / "reading.key"
    write_secret(reading_key, "33" * 32)
    files = {"key": key, "reading_key": reading_key}
    reached, silent = [], []

    for leaf in SIGNING:
        for filler in FILLERS:
            sent, result = interrupted(leaf, files, filler)
            if sent:
                reached.append(leaf.words[0])
                told = f"{sent[0]} may still take effect until " in result.stderr
                if result.exit_code != 4 or not told:
                    silent.append((str(leaf), result.exit_code, result.stderr))
                break

    assert silent == []
    few = {group: reached.count(group) for group in REACHED_MIN}
    assert {group: few[group] for group in few if few[group] < REACHED_MIN[group]} == {}


KINDS = ("folder", "under", "binary", "deep")


@pytest.fixture
def spoilt(tmp_path):
    """Paths that no command can use, and one that parses as JSON."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").write_text("x")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x80" * 50)
    (tmp_path / "deep").write_text("[" * 100_000)
    (tmp_path / "object").write_text('{"a": 1}')
    for name in ("binary", "deep", "object"):
        (tmp_path / name).chmod(0o600)
    return {kind: tmp_path / kind for kind in KINDS} | {"under": tmp_path / "binary" / "x"}


@pytest.mark.parametrize("leaf", [leaf for leaf in BRIEF if leaf.paths], ids=str)
def test_a_path_that_cannot_be_used_is_an_error_of_one_line(
    leaf, spoilt, key, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    plain = {"name": "dopa", "address": "127.0.0.1", "key": key}
    for parameter in leaf.paths:
        if parameter.name == "key":
            continue
        for kind in KINDS:
            others = {one.name: tmp_path / "object" for one in leaf.paths if one.is_required}
            given = others | plain | {parameter.name: spoilt[kind]}
            known = {one.name for one in leaf.parameters}
            chosen = {name: value for name, value in given.items() if name in known}

            result = sapha(*arguments_of(leaf, chosen), SAPHA_PASSWORD="a password")

            what = (parameter.name, kind, result.stderr)
            assert result.exception is None or isinstance(result.exception, SystemExit), what
            assert result.exit_code in {0, 1, 2, 3}, what
            if result.exit_code == 1:
                assert len(result.stderr.strip().splitlines()) <= 2, what
