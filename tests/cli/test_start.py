"""What a command loads before it does anything: help, completion and wrong usage load nothing."""

import inspect
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cli import app
from commands.framework.kinds import (
    ADDRESS,
    BAHT,
    BAHT_OR_0,
    DIGEST,
    FILE,
    FLAG,
    FOLDER,
    HEIGHT,
    NUMBER,
)
from commands.framework.parser import read_line
from tests.cli.tree import leaves

ROOT = Path(__file__).resolve().parents[2]
# Each costs more processor time than a whole command may before it begins.
HEAVY = {
    "aiohttp",
    "asyncio",
    "cryptography",
    "msgpack",
    "nacl",
    "plyvel",
    "pydantic",
    "rich",
    "ssl",
}
OURS = {"client", "contracts", "genesis", "node", "primitives"}
# What commands on this machine's files may not load either.
OF_NODES = {"aiohttp", "plyvel", "plyvel_next", "pydantic", "contracts.registry"}
NAMES = ("accounts", "cbdc", "complaints", "governance", "identity", "voting")
CONTRACTS = {f"contracts.{name}.contract" for name in NAMES}
LOADING = """
import contextlib, io, json, sys
from cli import app
for words in json.loads(sys.argv[1]):
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        with contextlib.redirect_stderr(io.StringIO()):
            app.start("sapha", words)
json.dump(sorted(sys.modules), sys.stdout)
"""
RESOLVING = """
import json, sys
from cli import app
node = app
for word in json.loads(sys.argv[1]):
    node = node.member(word)
node.function()
json.dump(sorted(sys.modules), sys.stdout)
"""


def modules_of(script, argument):
    """The modules that a fresh process has loaded after a script."""
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(argument)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("group", app.names)
def test_help_and_wrong_usage_load_no_library_and_none_of_what_commands_do(group):
    of_group = [leaf for leaf in leaves() if leaf.words[0] == group]
    lines = [[*leaf.words, "--help"] for leaf in of_group]
    lines += [[*leaf.words, "--no-such-option"] for leaf in of_group]

    loaded = modules_of(LOADING, [*lines, [group, "--help"], [group, "no-such-command"]])

    assert {name for name in loaded if name.split(".")[0] in HEAVY | OURS} == set()
    done = {repr(leaf.made.does).rpartition(".")[0] for leaf in of_group}
    assert done & loaded == set()


LOCAL = (
    ("keys", "new"),
    ("keys", "list"),
    ("keys", "show"),
    ("keys", "export"),
    ("account", "address"),
    ("cbdc", "new-lock"),
    ("cbdc", "offline", "nonce"),
    ("cbdc", "offline", "pay"),
    ("cbdc", "offline", "check"),
    ("complaint", "reading-key"),
    ("id", "citizen"),
    ("id", "keys"),
    ("id", "compare"),
    ("tx", "forget"),
    ("vote", "words"),
    ("vote", "trustee", "secret"),
)


@pytest.mark.parametrize("words", LOCAL, ids=" ".join)
def test_a_command_on_files_here_loads_nothing_of_nodes(words):
    loaded = modules_of(RESOLVING, words)

    assert loaded & (OF_NODES | CONTRACTS) == set()


# How many modules of ours, and in all, these load before they ask a node, at most.
FROM_NODES = {
    ("node", "status"): (60, 300),
    ("node", "peers"): (60, 300),
    ("tx", "get"): (80, 300),
    ("tx", "call"): (80, 300),
    ("cbdc", "transfer"): (93, 300),
    ("cbdc", "pay"): (93, 300),
    ("cbdc", "hold"): (85, 300),
    ("agency", "list"): (80, 300),
    ("complaint", "timeline"): (146, 360),
}
UNUSED = {
    "prometheus_client",
    "pydantic",
    "plyvel",
    "plyvel_next",
    "segno",
    "uvloop",
    "contracts.registry",
}


@pytest.mark.parametrize("words", FROM_NODES, ids=" ".join)
def test_a_command_that_asks_a_node_loads_no_more_than_it_needs(words):
    loaded = modules_of(RESOLVING, words)

    ours = {name for name in loaded if name.split(".")[0] in OURS | {"commands"}}
    ours_max, all_max = FROM_NODES[words]
    assert loaded & UNUSED == set()
    assert len(ours) <= ours_max
    assert len(loaded) <= all_max


TYPES = {
    ADDRESS: "Address",
    BAHT: "int",
    BAHT_OR_0: "int",
    DIGEST: "Digest",
    FILE: "Path",
    FLAG: "bool",
    FOLDER: "Path",
    HEIGHT: "int",
    NUMBER: "int",
}


@pytest.mark.parametrize("leaf", [leaf for leaf in leaves() if not leaf.made.via], ids=str)
def test_what_a_command_does_takes_what_its_words_give(leaf):
    taken = inspect.signature(leaf.made.function()).parameters

    given = {each.name: each for each in leaf.parameters}
    assert set(taken) == set(given) - ({"in_satang"} - set(taken))
    for name, each in given.items():
        wanted = TYPES.get(each.word.kind)
        shown = inspect.formatannotation(taken[name].annotation) if name in taken else ""
        assert wanted is None or name not in taken or wanted in shown, (name, shown)


@pytest.mark.parametrize("leaf", leaves(), ids=str)
def test_every_example_is_accepted(leaf):
    words = shlex.split(leaf.made.example(f"sapha {leaf}"))[1 + len(leaf.words) :]

    values = read_line(leaf.parameters, words, environment={})

    assert set(values) == {each.name for each in leaf.parameters}
