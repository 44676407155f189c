"""The hash of a contract's code: over all that can change a block, and nothing else.

That is the form of every module that the contract's folder and the dispatch reach by imports, in
`contracts` and `primitives` but for `contracts.tools`; the first lines of docstrings that receipts
carry, which are those of errors and of rules who may call; and the libraries that these modules
import, with their versions. Source: docs/protocol.md#genesis.
"""

import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from contracts.sdk.errors import BadContract
from contracts.tools.source_form import Form, form_of
from primitives.codec import encode
from primitives.crypto import Digest, digest

ROOT = Path(__file__).parent.parent.parent
# Python's own modules decide results too, but the language of contracts leaves what differs out.
LIBRARIES = {
    "bech32m": "bech32m",
    "cryptography": "cryptography",
    "msgpack": "msgpack",
    "nacl": "pynacl",
    "py_arkworks_bls12381": "py-arkworks-bls12381",
}

_OURS = ("contracts", "primitives")
_TOOLS = "contracts.tools"
_LOADERS = ("contracts.registry", "contracts.sdk.dispatch")


def hash_of_code(name: str, root: Path = ROOT) -> Digest:
    """Return the hash of the contract in `contracts/<name>` of the sources at `root`.

    H("contract-code", [[[module, digest of its form, [[name, first line], ...]], ...],
    [[library, version], ...]]), all sorted by their first items.

    Raises:
        BadContract: a module imports a library that is not among LIBRARIES.
    """
    forms = _reached((*_modules_of(name, root), *_LOADERS), root)
    spoken = _errors(forms.values()) | {rule for form in forms.values() for rule in form.rules}
    modules = tuple(
        (module, form.digest, tuple(sorted(_spoken(form, spoken))))
        for module, form in sorted(forms.items())
    )
    return digest("contract-code", encode((modules, _libraries(forms))))


def _modules_of(name: str, root: Path) -> list[str]:
    paths = (root / "contracts" / name).rglob("*.py")
    return [".".join(path.relative_to(root).with_suffix("").parts) for path in paths]


def _reached(starts: Iterable[str], root: Path) -> dict[str, Form]:
    """Return the forms of modules of ours that `starts` import, directly or through others."""
    forms: dict[str, Form] = {}
    waiting = list(starts)
    while waiting:
        module = waiting.pop()
        path = _path_of(module, root)
        if module not in forms and path is not None:
            forms[module] = form_of(path.read_bytes())
            waiting += [module.rpartition(".")[0], *forms[module].imports]
    return forms


def _path_of(module: str, root: Path) -> Path | None:
    """Return the file of a module that is ours and no tool, None for another name."""
    if module.partition(".")[0] not in _OURS or f"{module}.".startswith(f"{_TOOLS}."):
        return None
    path = root.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((each for each in candidates if each.is_file()), None)


def _errors(forms: Iterable[Form]) -> set[str]:
    """Return the names of the classes that are refusals, whose docstrings are messages."""
    bases = {name: each for form in forms for name, each in form.bases.items()}
    errors = {"Rejected"}
    while more := {name for name, each in bases.items() if errors & set(each)} - errors:
        errors |= more
    return errors


def _spoken(form: Form, names: set[str]) -> list[tuple[str, str]]:
    return [(name, promise) for name, promise in form.promises.items() if name in names]


def _libraries(forms: dict[str, Form]) -> tuple[tuple[str, str], ...]:
    imported = {name.partition(".")[0] for form in forms.values() for name in form.imports}
    foreign = imported - sys.stdlib_module_names - {*_OURS}
    for name in sorted(foreign - LIBRARIES.keys()):
        raise BadContract(f"{name} is imported, but contracts/tools/code_hash.py knows no {name}")
    return tuple(sorted((LIBRARIES[name], version(LIBRARIES[name])) for name in foreign))
