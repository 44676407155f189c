"""The tree of commands: groups, and leaves whose code is imported when they run."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, Union

from commands.framework import help as pages
from commands.framework.kinds import FLAG
from commands.framework.parser import Values, WrongUsage, process_environment, read_line
from commands.framework.places import Place, found_at
from commands.framework.words import Parameter, Word, Words, parameters_of

USAGE = 2

SATANG = {"--satang": Word("Amounts are whole satang.", FLAG, name="in_satang")}

Member = Union["Leaf", "Group"]
Answer = tuple[str, Callable[[], str]]  # of an option of a group: its help, and what it prints


class Leaf:
    """A command that does something: what it takes, and where that lies.

    `does` is the place of a function that takes the values by name, or what the function at `via`
    makes one of. Neither is imported before the leaf runs. `fixed` are values of its own.
    """

    def __init__(  # noqa: PLR0913 - what a command is
        self,
        name: str,
        does: Place,
        usage: str,
        help: str,
        *,
        via: Place | None = None,
        example: str = "",
        fixed: Mapping[str, object] | None = None,
        words: Words | None = None,
    ) -> None:
        self.fixed = dict(fixed or {})
        self.name = name
        self.does = does
        self.via = via
        self.help = help
        self.usage = usage
        self.tables: tuple[Words, ...] = () if words is None else (words,)
        self._example = example

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What it takes, in the order of its usage."""
        found = parameters_of(self.usage, self.tables)
        if any(each.word.kind.is_money for each in found):
            return found + parameters_of("[--satang]", (SATANG,))
        return found

    def example(self, path: str) -> str:
        """Return a command line that it accepts."""
        return f"{path} {self._example or _example_of(self.parameters)}".rstrip()

    def help_text(self, path: str, width: int) -> str:
        """Return its help."""
        return pages.leaf_help(path, self.help, self.parameters, self.example(path), width)

    def start(self, path: str, args: Sequence[str]) -> None:
        """Read the command line and do it. Raises SystemExit with the exit code."""
        if "--help" in args[: args.index("--") if "--" in args else len(args)]:
            _show(self.help_text(path, pages.width_here()))
        try:
            values = read_line(self.parameters, args, process_environment())
        except WrongUsage as error:
            usage = pages.leaf_usage(path, self.parameters)
            _refuse(path, usage, str(error))
        self.run(values)

    def run(self, values: Values) -> None:
        """Do it with these values by name, through the one boundary of all commands."""
        from commands.output import guarded  # noqa: PLC0415 - help does without

        guarded(
            lambda: self.function()(**self._values(values)),
            as_json=values.get("as_json") is True,
        )

    def function(self) -> Callable[..., Any]:
        """Return what does it, imported now."""
        made = found_at(self.via)(self) if self.via else found_at(self.does)
        return made  # type: ignore[no-any-return]

    def _values(self, read: Values) -> Values:
        """Return what the function takes: what was read, made into values of its kinds."""
        values = dict(read) | self.fixed
        parameters = self.parameters
        is_money = any(each.word.kind.is_money for each in parameters)
        how = {"in_satang": values.pop("in_satang")} if is_money else {}
        for each in parameters:
            kind, given = each.word.kind, read[each.name]
            if kind.value is None or given is None:
                continue
            made, told = found_at(kind.value), how if kind.is_money else {}
            many = given if isinstance(given, list) else [given]
            found = [made(one, **told) for one in many]
            values[each.name] = found if isinstance(given, list) else found[0]
        return values


class Group:
    """Commands under one word.

    `places` are members that lie elsewhere, by name, imported when they are asked for; `answers`
    are options that print one text.
    """

    def __init__(
        self,
        help: str,
        *members: Leaf,
        groups: Mapping[str, "Group"] | None = None,
        places: Mapping[str, Place] | None = None,
        answers: Mapping[str, Answer] | None = None,
        words: Words | None = None,
    ) -> None:
        self.help = help
        self.answers = dict(answers or {})
        self._members: dict[str, Member] = {each.name: each for each in members} | dict(
            groups or {}
        )
        self._places = dict(places or {})
        if words is not None:
            self.describe(words)

    def describe(self, words: Words) -> None:
        """Give every leaf below a table of words, after its own."""
        for each in self._members.values():
            if isinstance(each, Group):
                each.describe(words)
            else:
                each.tables = (*each.tables, words)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its members, in the order of its help."""
        return (*self._places, *self._members)

    def member(self, name: str) -> Member | None:
        """Return a member, imported if it lies elsewhere; None if there is no such name."""
        if name in self._places:
            found: Member = found_at(self._places[name])
            return found
        return self._members.get(name)

    def members(self) -> Iterator[tuple[str, Member]]:
        """Return all members with their names; imports them."""
        for name in self.names:
            found = self.member(name)
            if found is not None:
                yield name, found

    def help_text(self, path: str, width: int) -> str:
        """Return its help."""
        rows = [(name, each.help) for name, each in self.members()]
        options = [f"{flag}  {text}" for flag, (text, _) in self.answers.items()]
        return pages.group_help(path, self.help, rows, options, width)

    def __call__(self) -> None:
        """Run the command line of this process. Raises SystemExit with the exit code."""
        try:
            if "_SAPHA_COMPLETE" in os.environ:
                from commands.framework import completion  # noqa: PLC0415 - only shells ask

                _show(completion.answer(self, os.environ))
            self.start("sapha", sys.argv[1:])
        except BrokenPipeError:  # whoever read the output has had enough of it
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(1) from None

    def start(self, path: str, args: Sequence[str]) -> None:
        """Go to the member that the first word names. Raises SystemExit with the exit code."""
        if not args:
            sys.stderr.write(self.help_text(path, pages.width_here()))
            raise SystemExit(USAGE)
        first, *rest = args
        if first == "--help":
            _show(self.help_text(path, pages.width_here()))
        if first in self.answers:
            _show(self.answers[first][1]() + "\n")
        found = self.member(first)
        if found is None:
            noun = "option" if first.startswith("-") else "command"
            _refuse(path, f"Usage: {path} [OPTIONS] COMMAND [ARGS]...", self._unknown(noun, first))
        found.start(f"{path} {first}", rest)

    def _unknown(self, noun: str, word: str) -> str:
        from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

        near = get_close_matches(word, self.names)
        return f"no such {noun}: {word}" + (f"; did you mean {near[0]}?" if near else "")


def leaves_of(group: Group, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    """Return every leaf below a group with the words that lead to it."""
    for name, each in group.members():
        if isinstance(each, Group):
            yield from leaves_of(each, (*words, name))
        else:
            yield (*words, name), each


def _example_of(parameters: Sequence[Parameter]) -> str:
    """Return the words that must be given, each with its sample."""
    needed = [each for each in parameters if each.is_required]
    arguments = [_quoted(each.sample) for each in needed if not each.flag]
    options = [f"{each.flag} {_quoted(each.sample)}" for each in needed if each.flag]
    return " ".join([*arguments, *options])


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _show(text: str) -> NoReturn:
    sys.stdout.write(text)
    sys.stdout.flush()
    raise SystemExit(0)


def _refuse(path: str, usage: str, reason: str) -> NoReturn:
    sys.stderr.write(f"{usage}\nTry '{path} --help' for help.\n\nError: {reason}\n")
    raise SystemExit(USAGE)
