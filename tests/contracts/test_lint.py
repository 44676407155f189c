"""The language of contracts: each forbidden construct is refused by its line."""

import pytest

from contracts.registry import NAMES
from contracts.sdk.errors import ContractRefused
from contracts.tools.lint import check_folder, findings

HEAD = "from contracts.sdk import Contract, Map, Item, require\n"

# Forbidden construct -> words of the rule. Each stands in a function's body, on line 4.
IN_A_FUNCTION = {
    "x = 1.5": "no floats",
    "x = 2j": "no floats",
    "x = a / 2": "gives floats",
    "a /= 2": "gives floats",
    "x = 2 ** a": "any size",
    "x = 2 ** 300": "any size",
    "a **= 2": "any size",
    "x = 1 << a": "any size",
    "x = a @ a": "not in the language",
    "x = 'ab' * a": "repetition",
    "x = a * [0]": "repetition",
    "x = 'n %d' % a": "no formatting",
    f"x = {2**300}": "bits",
    "x = {1, 2}": "order of a set",
    "x = {i for i in a}": "order of a set",
    "x = set(a)": "set is not",
    "x = frozenset(a)": "frozenset is not",
    "x = a.keys() - a.keys()": "gives a set",
    "x = a.keys() & b": "gives a set",
    "x = hash(a)": "hash is not",
    "x = id(a)": "id is not",
    "x = pow(2, a)": "pow is not",
    "x = round(a)": "round is not",
    "x = open(a)": "open is not",
    "x = eval(a)": "eval is not",
    "x = getattr(a, 'b')": "getattr is not",
    "x = __import__('os')": "__import__",
    "print(a)": "print is not",
    "x = float(a)": "float is not",
    "x = int(a)": "digits of any script",
    "x = str(a)": "differs between versions",
    "x = a.isalpha()": "Unicode tables",
    "x = a.lower()": "Unicode tables",
    "x = a.casefold()": "Unicode tables",
    "x = a.strip()": "Unicode tables",
    "x = a.split()": "Unicode tables",
    "x = a.zfill(a)": "any size",
    "x = '{0.x}'.format(a)": "read attributes",
    "x = a.format_map(b)": "read attributes",
    "x = f'{a:{b}}'": "format specifications",
    "x = f'{a:10}'": "format specifications",
    "x = f'{a!r}'": "Unicode tables",
    "x = a._run": "private",
    "x = a.__class__": "private",
    "x = a.__class__.__mro__": "private",
    "x = a.f_globals": "interpreter",
    "__x = 1": "names with __",
    "a.b = 1": "frozen",
    "while a: a = b": "while",
    "for i in range(a): x = i": "visible bound",
    "x = bytes(a)": "visible bound",
    "x = a.to_bytes(b, 'big')": "visible bound",
    "for i in a: a.append(i)": "grows",
    "import os": "import names only",
    "import time": "import names only",
    "from os import path": "import of os",
    "from time import time": "import of time",
    "from random import random": "import of random",
    "from math import sqrt": "import of math",
    "from typing import Any": "import of typing",
    "from contracts.sdk.context import Run": "import of contracts.sdk.context",
    "from contracts.other.state import x": "import of contracts.other.state",
    "from .state import x": "import of state",
    "from contracts.sdk import *": "one by one",
    "assert a": "-O",
    "global a": "not in the language|state lives",
    "x = lambda: 1": "named function",
    "x = (y := 1)": "NamedExpr",
    "del a": "Delete",
    "yield a": "Yield",
    "x = a is b": "only `is None`",
    "with a: b = 1": "With",
}


def refused(body):
    source = f"{HEAD}\ndef f(a, b):\n    {body}\n"
    return findings({"contract.py": source}, package="contracts.toy")


@pytest.mark.parametrize("body", IN_A_FUNCTION)
def test_a_forbidden_construct_is_refused_by_line(body):
    found = refused(body)

    lines = [finding for finding in found if finding.line == 4]
    words = IN_A_FUNCTION[body].split("|")
    assert any(word in str(finding) for finding in lines for word in words), found


@pytest.mark.parametrize(
    "body",
    [
        "x = 10**15",
        "x = a // 2",
        "x = a % 2",
        "x = [i for i in a]",
        "for i in range(len(a)): x = i",
        "for i in range(min(b, 10)): x = i",
        "for i in range(COUNT_MAX - 1): x = i",
        "x = f'{a} of {b}'",
        "x = a.split(',')",
        "x = a is None",
        "x = a.to_bytes(8, 'big')",
        "require(a < b, Broken)",
        "x = sorted(a)",
        "for i in a: b.append(i)",
        "x = {'k': a}",
    ],
)
def test_plain_bounded_code_is_accepted(body):
    found = refused(body)

    assert found == []


# Forbidden at module level -> (line, words of the rule).
MODULES = {
    "try:\n    x = 1\nexcept Exception:\n    x = 2\n": (1, "must not catch"),
    "try:\n    x = 1\nexcept:\n    x = 2\n": (1, "must not catch"),
    "seen = []\n": (1, "outside the ledger"),
    "seen = {}\n": (1, "outside the ledger"),
    "seen = dict()\n": (1, "outside the ledger"),
    "def f(a=[]):\n    return a\n": (1, "mutable default"),
    "def f(*a):\n    return a\n": (1, "no * or **"),
    "def f(hash):\n    return hash\n": (1, "Python's own"),
    "def f(a):\n    def g(b):\n        return b\n    return g\n": (1, "inside functions"),
    "async def f(a):\n    return a\n": (1, "AsyncFunctionDef"),
    "@cache\ndef f(a):\n    return a\n": (2, "decorator cache"),
    "@dataclass\nclass A:\n    x: int\n": (2, "decorator dataclass"),
    "class A:\n    def m(self):\n        return 1\n": (2, "fields only"),
    "class A(B, metaclass=C):\n    x: int\n": (1, "one base"),
    "for i in a:\n    x = i\n": (1, "definitions only"),
    "f(a)\n": (1, "definitions only"),
    "def f(a):\n    return f(a)\n": (1, "no recursion"),
    "def f(a):\n    return g(a)\n\n\ndef g(a):\n    return f(a)\n": (1, "no recursion"),
    'a = Map[str, int]("x")\nb = Item[int]("x")\n': (2, "declared twice"),
    "def f(:\n": (1, "not Python"),
}


@pytest.mark.parametrize("source", MODULES)
def test_a_forbidden_module_is_refused_by_line(source):
    line, words = MODULES[source]

    found = findings({"contract.py": source}, package="contracts.toy")

    assert any(f.line == line and words in f.rule for f in found), found


@pytest.mark.parametrize("name", ["crypto", "group", "bls"])
def test_cryptography_is_imported_from_the_sdk_only(name):
    allowed = f"from contracts.sdk.{name} import x\n"
    refused = ["nacl.bindings", "cryptography.hazmat", "hashlib", f"sdk.{name}", "gmpy2"]

    assert findings({"contract.py": allowed}, package="contracts.toy") == []
    for module in refused:
        source = f"from {module} import x\n"
        assert findings({"contract.py": source}, package="contracts.toy") != []


def test_recursion_is_found_across_files():
    sources = {
        "a.py": "from contracts.toy.b import g\n\n\ndef f(x):\n    return g(x)\n",
        "b.py": "from contracts.toy.a import f\n\n\ndef g(x):\n    return f(x)\n",
    }

    found = findings(sources, package="contracts.toy")

    assert [(finding.path, finding.line) for finding in found] == [("a.py", 4), ("b.py", 4)]


def test_a_local_value_named_like_a_function_is_no_recursion():
    source = "def f(a):\n    return a\n\n\ndef g(f):\n    return f\n"

    found = findings({"contract.py": source}, package="contracts.toy")

    assert found == []


def test_a_refused_folder_is_named_with_file_and_line(tmp_path):
    (tmp_path / "contract.py").write_text("x = 1\ny = 0.5\n")

    with pytest.raises(ContractRefused, match=r"contracts\.toy: contract\.py:2: no floats"):
        check_folder(tmp_path, package="contracts.toy")


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_contract_keeps_the_rules(name, pytestconfig):
    folder = pytestconfig.rootpath / "contracts" / name

    verdict = check_folder(folder, package=f"contracts.{name}")

    assert verdict is None
