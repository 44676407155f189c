"""The whole tree of commands, and arguments that each of them parses."""

import functools
import typing
from dataclasses import dataclass

from cli import app
from commands.framework.kinds import FILE, FOLDER, HEIGHT, NUMBER
from commands.framework.tree import leaves_of
from tests.cli.network import CLOSED

HEX_16 = "0x" + "11" * 16
HEX_32 = "0x" + "11" * 32
KEY = "0x01" + "11" * 32


@dataclass(frozen=True)
class Leaf:
    """A command of the tree, and the words that lead to it."""

    words: tuple[str, ...]
    made: typing.Any

    def __str__(self):
        return " ".join(self.words)

    def __hash__(self):
        return hash(self.words)

    @property
    def parameters(self):
        return self.made.parameters

    @property
    def paths(self):
        """The parameters that are files or directories."""
        return [one for one in self.parameters if one.word.kind in {FILE, FOLDER}]


@functools.cache
def leaves():
    """Every command of `sapha`."""
    return tuple(Leaf(words, leaf) for words, leaf in leaves_of(app))


def arguments_of(leaf, given):
    """Arguments with which a command can be parsed; `given` maps parameters' names to values."""
    options, rest = [], []
    for parameter in leaf.parameters:
        if parameter.name in given:
            value = given[parameter.name]
        elif parameter.name == "rpc":
            value = CLOSED
        elif parameter.is_required:
            value = _value(parameter)
        else:
            continue
        if not parameter.flag:
            rest.append(value)
        elif parameter.is_flag:
            options += [parameter.flag] * bool(value)
        else:
            options += [parameter.flag, value]
    return [*leaf.words, *options, "--", *rest] if rest else [*leaf.words, *options]


def _value(parameter):
    if parameter.word.choices:
        return parameter.word.choices[0]
    return "1" if parameter.word.kind in {NUMBER, HEIGHT} else HEX_32
