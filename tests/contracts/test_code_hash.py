"""What changes the hash of a contract's code, and what does not."""

from pathlib import Path

import pytest

from contracts.registry import NAMES, code_hash
from contracts.sdk.errors import BadContract
from contracts.tools import code_hash as module
from contracts.tools.code_hash import hash_of_code
from contracts.tools.source_form import form_of
from tests.contracts.sources import change

HOLDS, MESSAGES = "cbdc/holds/handlers.py", "cbdc/core/messages.py"

# File -> what is written there otherwise.
DECIDES = {
    "an operator of the contract": (
        "cbdc/core/money.py",
        "source.balance - amount",
        "source.balance + amount",
    ),
    "a constant of the contract": (HOLDS, "HOLDS_MAX = 100", "HOLDS_MAX = 99"),
    "an error's message": (
        MESSAGES,
        "The wallet is frozen by",
        "The wallet was frozen by",
    ),
    "an error's name": (MESSAGES, "class Frozen(", "class WalletFrozen("),
    "what a rule says": ("cbdc/core/access.py", "Only who has the role cbdc in", "Only those of"),
    "an operator of the SDK": ("sdk/storage.py", "value < 0", "value <= 0"),
    "a limit of the SDK": ("sdk/context.py", "CALL_DEPTH_MAX = 4", "CALL_DEPTH_MAX = 5"),
    "a refusal of the SDK": ("sdk/errors.py", "more than one call may", "more than a call may"),
}
TELLS = {
    "a comment in the contract": (
        HOLDS,
        "HOLDS_MAX = 100",
        "# Why?\nHOLDS_MAX = 100",
    ),
    "a docstring of a method": (
        HOLDS,
        "Set money aside for a payee",
        "Put money aside",
    ),
    "the layout": (HOLDS, "HOLDS_MAX = 100", "HOLDS_MAX = (\n    100\n)"),
    "a comment in the SDK": ("sdk/storage.py", "PAGE_MAX = 500", "PAGE_MAX = 500  # entries"),
    "a docstring of the SDK": ("sdk/storage.py", "Return whether there is a value", "Whether"),
    "a tool": ("tools/lint_tables.py", "INTEGER_BITS_MAX = 256", "INTEGER_BITS_MAX = 255"),
    "another contract": ("accounts/rules.py", "len(signers) > 0", "len(signers) > 1"),
    "cryptography that it does not use": (
        "sdk/bls.py",
        "def ",
        "def unused() -> None: ...\n\n\ndef ",
    ),
}


@pytest.mark.parametrize("what", DECIDES)
def test_what_can_change_a_block_changes_the_hash(sources, what):
    file, before, after = DECIDES[what]

    change(sources, f"contracts/{file}", before, after)

    assert hash_of_code("cbdc", sources) != code_hash("cbdc")


@pytest.mark.parametrize("what", TELLS)
def test_what_only_people_read_leaves_the_hash(sources, what):
    file, before, after = TELLS[what]

    change(sources, f"contracts/{file}", before, after)

    assert hash_of_code("cbdc", sources) == code_hash("cbdc")


def test_the_primitives_that_decide_results_are_in_the_hash(sources):
    change(
        sources, "primitives/limits.py", "AMOUNT_SATANG_MAX = 10**15", "AMOUNT_SATANG_MAX = 10**14"
    )

    assert hash_of_code("cbdc", sources) != code_hash("cbdc")


def test_a_file_more_or_less_changes_the_hash(sources):
    (sources / "contracts" / "cbdc" / "holds" / "extra.py").write_text("X = 1\n")

    assert hash_of_code("cbdc", sources) != code_hash("cbdc")


@pytest.mark.parametrize("library", ["msgpack", "pynacl"])
def test_another_version_of_a_library_that_decides_results_changes_the_hash(library, monkeypatch):
    versions = {library: "0.0.1"}
    monkeypatch.setattr(module, "version_of_library", lambda name: versions.get(name, "same"))
    other = hash_of_code("cbdc")
    versions.clear()
    monkeypatch.setattr(module, "version_of_library", lambda _name: "same")

    assert other != hash_of_code("cbdc")


def test_a_library_whose_version_nobody_would_compare_is_refused(sources):
    change(sources, "contracts/sdk/storage.py", "import msgpack", "import msgpack\nimport numpy")

    with pytest.raises(BadContract, match="numpy"):
        hash_of_code("cbdc", sources)


def test_contracts_have_different_hashes():
    assert len({code_hash(name) for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1\n", "x = 0x1\n"),
        ("x = 'a'\n", 'x = "a"\n'),
        ("x = 'a'\n", "x = u'a'\n"),
        ("x = f'a{b}' 'c'\n", "x = f'a{b}c'\n"),
        ("x = (1, 2)\n", "x = 1, 2\n"),
        ("def f():\n    '''A.'''\n    return 1\n", "def f():\n    return 1\n"),
    ],
)
def test_ways_to_write_the_same_have_one_form(one, other):
    assert form_of(one.encode()).digest == form_of(other.encode()).digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1\n", "x = True\n"),
        ("x = 1\n", "x = '1'\n"),
        ("x = 'a'\n", "x = b'a'\n"),
        ("x = a + b\n", "x = b + a\n"),
        ("x = a < b\n", "x = a <= b\n"),
        ("x = f(a, b)\n", "x = f(a, k=b)\n"),
        ("x = f(*a)\n", "x = f(a)\n"),
        ("x = [a, [b]]\n", "x = [[a], b]\n"),
        ("x = f'{a}b'\n", "x = f'{a}{b}'\n"),
        ("x = {**a}\n", "x = {'': a}\n"),
        ("x = a[1:]\n", "x = a[:1]\n"),
        ("if a:\n    b()\nc()\n", "if a:\n    b()\n    c()\n"),
        ("def f(a=1): pass\n", "def f(*, a=1): pass\n"),
    ],
)
def test_what_does_something_else_has_another_form(one, other):
    assert form_of(one.encode()).digest != form_of(other.encode()).digest


def test_the_hashes_are_those_of_the_sources_and_not_of_the_place(sources):
    assert {name: hash_of_code(name, Path(sources)) for name in NAMES} == {
        name: code_hash(name) for name in NAMES
    }
