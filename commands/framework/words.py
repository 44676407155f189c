"""Words of the command line: what each argument and option means, and which of them a leaf takes.

A leaf's usage names its words: "wallet amount --bank-ref [--memo=]". One in brackets may be left
out, and has then the value behind its `=`, or none; one with three dots may be given several times.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commands.framework.kinds import FLAG, TEXT, Kind

_TOKEN = re.compile(
    r"(?P<open>\[)?(?P<flag>--?)?(?P<name>[a-z][a-z0-9_-]*)(?P<many>\.\.\.)?"
    r"(?:=(?P<default>[^\]\s]*))?(?P<close>\])?"
)


@dataclass(frozen=True, slots=True)
class Word:
    """What a word means. `name` is the function's parameter, where it is not the word itself.

    `env` is the variable that gives an option's value where the command line does not; `low` and
    `high` bound a number; `sample` is what an example shows.
    """

    help: str
    kind: Kind = TEXT
    name: str = ""
    env: str = ""
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()
    sample: str = ""


Words = Mapping[str, Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A word as one leaf takes it: `name` is the function's; `flag` is "" of an argument."""

    name: str
    text: str  # as the usage has it
    flag: str
    word: Word
    is_required: bool
    is_many: bool
    default: str | None

    @property
    def is_flag(self) -> bool:
        """Whether it is an option without a value."""
        return self.word.kind is FLAG

    @property
    def metavar(self) -> str:
        """What stands for its value in the help."""
        word = self.word
        if word.choices:
            return "|".join(word.choices)
        return word.kind.metavar if self.flag else self.text.upper()

    @property
    def sample(self) -> str:
        """What an example gives for it."""
        word = self.word
        return word.sample or (word.choices or (word.kind.sample,))[0]


class BadUsage(ValueError):
    """A leaf's usage names a word that nobody has described; our own mistake."""


def parameters_of(usage: str, tables: Sequence[Words]) -> tuple[Parameter, ...]:
    """Return the parameters of a usage; the first table that has a word describes it.

    Raises:
        BadUsage: a word is written wrongly, or described by no table.
    """
    return tuple(_parameter(token, tables) for token in usage.split())


def _parameter(token: str, tables: Sequence[Words]) -> Parameter:
    match = _TOKEN.fullmatch(token)
    if match is None or bool(match["open"]) != bool(match["close"]):
        raise BadUsage(f"{token!r} is no word of a usage")
    key = (match["flag"] or "") + match["name"]
    word = next((table[key] for table in tables if key in table), None)
    if word is None:
        raise BadUsage(f"nobody has said what {key!r} means")
    text = match["name"].replace("-", "_")
    return Parameter(
        name=word.name or text,
        text=text,
        flag=key if match["flag"] else "",
        word=word,
        is_required=not match["open"],
        is_many=bool(match["many"]),
        default=match["default"],
    )
