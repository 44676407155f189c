"""The whole tree of commands, and arguments that each of them parses."""

import functools
import typing
from dataclasses import dataclass
from pathlib import Path

from typer.main import get_command

from cli import app
from tests.cli.network import CLOSED

HEX_16 = "0x" + "11" * 16
HEX_32 = "0x" + "11" * 32


@dataclass(frozen=True)
class Leaf:
    """A command of the tree: its words, and the command that typer made."""

    words: tuple[str, ...]
    made: typing.Any

    def __str__(self):
        return " ".join(self.words)

    def __hash__(self):
        return hash(self.words)

    @property
    def parameters(self):
        return [one for one in self.made.params if hasattr(one, "type_descriptor")]

    @property
    def paths(self):
        """The parameters that are files or directories."""
        return [one for one in self.parameters if Path in types_of(one)]

    @property
    def function(self):
        return self.made.callback


def types_of(parameter):
    """The types in a parameter's annotation: {Path}, {int}, ..."""
    annotation = parameter.type_descriptor.annotation
    inner = {part for part in typing.get_args(annotation) if part is not type(None)}
    return inner | {part for one in inner for part in typing.get_args(one)} or {annotation}


@functools.cache
def leaves():
    """Every command of `sapha`."""
    return tuple(_walk(get_command(app), ()))


def option_of(parameter):
    """The option's name, None of an argument."""
    named = [name for name in parameter.opts if name.startswith("--")]
    return named[0] if named else None


def arguments_of(leaf, given):
    """Arguments with which a command can be parsed; `given` maps parameters' names to values."""
    options, rest = [], []
    for parameter in leaf.parameters:
        if parameter.name in given:
            value = given[parameter.name]
        elif parameter.name == "rpc":
            value = CLOSED
        elif parameter.required:
            value = _value(parameter)
        else:
            continue
        name = option_of(parameter)
        if name is None:
            rest.append(value)
        else:
            options += [name, value]
    return [*leaf.words, *options, "--", *rest] if rest else [*leaf.words, *options]


def _value(parameter):
    if int in types_of(parameter):
        return "1"
    return HEX_32


def _walk(command, words):
    if not hasattr(command, "list_commands"):
        yield Leaf(words, command)
        return
    for name in command.list_commands(None):
        yield from _walk(command.get_command(None, name), (*words, name))
