"""The hash of a contract's code: over all that can change a block, and nothing else.

It has two parts: the contract's own modules, and the base that they stand on. In both that is the
form of every module that the contract's folder and the dispatch reach by imports, in
`contracts` and `primitives` but for `contracts.tools`; the first lines of docstrings that receipts
carry, which are those of errors and of rules who may call; and the libraries that these modules
import, with their versions. Source: docs/protocol.md#genesis.

A version that is frozen in `contracts/<name>/v<version>` has the names that it had in
`contracts/<name>`, and the base that `base.hex` beside it says: that of the release in which it was
the newest.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version as version_of_library
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

BASE = "base.hex"  # in the folder of a frozen version
FROZEN = re.compile(r"v([1-9][0-9]{0,8})")  # the folder's name

_OURS = ("contracts", "primitives")
_TOOLS = "contracts.tools"
_LOADERS = ("contracts.registry", "contracts.sdk.dispatch", "contracts.sdk.migration")


@dataclass(frozen=True, slots=True)
class CodeParts:
    """What a contract's own modules are, and what they stand on."""

    own: Digest
    base: Digest

    @property
    def hash(self) -> Digest:
        """The hash that genesis and upgrades name."""
        return digest("contract-code", encode((self.own, self.base)))


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where the modules of one version of a contract are."""

    root: Path
    name: str
    version: int | None  # None is the newest

    @property
    def package(self) -> str:
        return f"contracts.{self.name}"

    @property
    def frozen(self) -> str:
        return self.package if self.version is None else f"{self.package}.v{self.version}"

    def is_own(self, module: str) -> bool:
        return f"{module}.".startswith(f"{self.package}.")

    def path_of(self, module: str) -> Path | None:
        """Return the file of a module that is ours and no tool, None for another name."""
        if module.partition(".")[0] not in _OURS or f"{module}.".startswith(f"{_TOOLS}."):
            return None
        place = self.frozen + module.removeprefix(self.package) if self.is_own(module) else module
        path = self.root.joinpath(*place.split("."))
        candidates = (path.with_suffix(".py"), path / "__init__.py")
        return next((each for each in candidates if each.is_file()), None)

    def read(self, path: Path) -> bytes:
        """Return a source with the names that it had when it was the newest."""
        return path.read_bytes().replace(self.frozen.encode(), self.package.encode())

    def own_modules(self) -> list[str]:
        folder = self.root.joinpath(*self.frozen.split("."))
        paths = [path.relative_to(folder) for path in sources_of(folder)]
        return [".".join((self.package, *path.with_suffix("").parts)) for path in paths]


def sources_of(folder: Path) -> list[Path]:
    """Return the sources of a contract's version, sorted, without those of frozen ones in it."""
    paths = [path for path in folder.rglob("*.py") if not _is_frozen(path.relative_to(folder))]
    return sorted(paths)


def _is_frozen(path: Path) -> bool:
    return len(path.parts) > 1 and FROZEN.fullmatch(path.parts[0]) is not None


def frozen_versions(folder: Path) -> tuple[int, ...]:
    """Return the versions that are frozen in a contract's folder, in ascending order."""
    found = [FROZEN.fullmatch(path.name) for path in folder.iterdir() if path.is_dir()]
    return tuple(sorted(int(match[1]) for match in found if match))


def hash_of_code(name: str, root: Path = ROOT, version: int | None = None) -> Digest:
    """Return the hash of the newest `contracts/<name>` of the sources at `root`, or a frozen one.

    Raises:
        BadContract: a module imports a library that is not among LIBRARIES.
    """
    parts = parts_of_code(name, root, version)
    recorded = root / "contracts" / name / f"v{version}" / BASE
    if version is None or not recorded.is_file():
        return parts.hash
    return CodeParts(parts.own, Digest(bytes.fromhex(recorded.read_text("ascii")))).hash


def parts_of_code(name: str, root: Path = ROOT, version: int | None = None) -> CodeParts:
    """Return both parts as the sources at `root` are now.

    own: H("contract-own", [[module, digest of its form, [[name, first line], ...]], ...]), base:
    H("contract-base", [the same of the others, [[library, version], ...]]), sorted.

    Raises:
        BadContract: a module imports a library that is not among LIBRARIES.
    """
    sources = _Sources(root, name, version)
    forms = _reached((*sources.own_modules(), *_LOADERS), sources)
    spoken = _errors(forms.values()) | {rule for form in forms.values() for rule in form.rules}
    modules = [
        (module, form.digest, tuple(sorted(_spoken(form, spoken))))
        for module, form in sorted(forms.items())
    ]
    own = tuple(each for each in modules if sources.is_own(each[0]))
    others = tuple(each for each in modules if not sources.is_own(each[0]))
    return CodeParts(
        own=digest("contract-own", encode(own)),
        base=digest("contract-base", encode((others, _libraries(forms)))),
    )


def _reached(starts: Iterable[str], sources: _Sources) -> dict[str, Form]:
    """Return the forms of modules of ours that `starts` import, directly or through others."""
    forms: dict[str, Form] = {}
    waiting = list(starts)
    while waiting:
        module = waiting.pop()
        path = sources.path_of(module)
        if module not in forms and path is not None:
            forms[module] = form_of(sources.read(path))
            waiting += [module.rpartition(".")[0], *forms[module].imports]
    return forms


def _errors(forms: Iterable[Form]) -> set[str]:
    """Return the names of the classes that are refusals, whose docstrings are messages."""
    bases = {name: each for form in forms for name, each in form.bases.items()}
    errors = {"Rejected"}
    while more := {name for name, each in bases.items() if errors & set(each)} - errors:
        errors |= more
    return errors


def _spoken(form: Form, names: set[str]) -> list[tuple[str, str]]:
    return [(name, promise) for name, promise in form.promises.items() if name in names]


def _libraries(forms: Mapping[str, Form]) -> tuple[tuple[str, str], ...]:
    imported = {name.partition(".")[0] for form in forms.values() for name in form.imports}
    foreign = imported - sys.stdlib_module_names - {*_OURS}
    for name in sorted(foreign - LIBRARIES.keys()):
        raise BadContract(f"{name} is imported, but contracts/tools/code_hash.py knows no {name}")
    return tuple(sorted((LIBRARIES[name], version_of_library(LIBRARIES[name])) for name in foreign))
