"""Places in the code, named as attributes and imported when they are needed.

`commands.keys.new` is a function of the module `commands.keys`, which is not imported by naming it.
"""

from importlib import import_module
from typing import Any


class Place:
    """A package, a module, or a name in one; an attribute of it is the place below."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __getattr__(self, name: str) -> "Place":
        return Place(f"{self._path}.{name}")

    def __repr__(self) -> str:
        return self._path


def found_at(place: Place) -> Any:  # noqa: ANN401 - what lies there
    """Return what lies at a place: a name in a module, imported now."""
    module, _, name = repr(place).rpartition(".")
    return getattr(import_module(module), name)


client = Place("client")
commands = Place("commands")
contracts = Place("contracts")
