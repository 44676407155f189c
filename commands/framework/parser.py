"""From the words of a command line to the values of a leaf's parameters."""

import getopt
import os
from collections.abc import Mapping, Sequence

from commands.framework.kinds import BadWord
from commands.framework.words import Parameter

Values = dict[str, object]


class WrongUsage(Exception):
    """A command line that cannot be read; the message says what is wrong with it."""


def read_line(
    parameters: Sequence[Parameter], args: Sequence[str], environment: Mapping[str, str]
) -> Values:
    """Return the value of each parameter, by name.

    What the line leaves out comes from the parameter's variable, else it has its default.

    Raises:
        WrongUsage: names the word, and what is wrong with it.
    """
    given = _given(parameters, args)
    return {each.name: _value(each, given.get(each.name, []), environment) for each in parameters}


def _given(parameters: Sequence[Parameter], args: Sequence[str]) -> dict[str, list[str]]:
    """Return the texts of each parameter that the line gives."""
    flags = {each.flag: each for each in parameters if each.flag}
    long = [flag[2:] + ("" if each.is_flag else "=") for flag, each in flags.items()]
    short = "".join(flag[1:] + ":" for flag in flags if not flag.startswith("--"))
    try:
        options, rest = getopt.gnu_getopt(list(args), short, long)
    except getopt.GetoptError as error:
        raise WrongUsage(_option_fault(error, flags)) from error
    given: dict[str, list[str]] = {}
    for flag, text in options:
        given.setdefault(flags[flag].name, []).append(text)
    for each in flags.values():
        if not each.is_many and len(given.get(each.name, [])) > 1:
            raise WrongUsage(f"option '{each.flag}' is given twice")
    return given | _placed([each for each in parameters if not each.flag], rest)


def _placed(arguments: Sequence[Parameter], texts: list[str]) -> dict[str, list[str]]:
    """Return which argument each text without an option is."""
    placed: dict[str, list[str]] = {}
    for each in arguments:
        count = len(texts) if each.is_many else 1
        placed[each.name], texts = texts[:count], texts[count:]
    if texts:
        plural = "s" * (len(texts) > 1)
        raise WrongUsage(f"unexpected argument{plural} {' '.join(map(repr, texts))}")
    return placed


def _option_fault(error: getopt.GetoptError, flags: Mapping[str, Parameter]) -> str:
    flag = ("--" if len(error.opt) > 1 else "-") + error.opt
    if flag in flags and not flags[flag].is_flag:
        return f"option '{flag}' requires a value"
    if flag in flags:
        return f"option '{flag}' takes no value"
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    near = get_close_matches(flag, flags)
    return f"no such option: {flag}" + (f"; did you mean {near[0]}?" if near else "")


def _value(parameter: Parameter, texts: list[str], environment: Mapping[str, str]) -> object:
    if parameter.is_flag:
        return bool(texts)
    variable = environment.get(parameter.word.env, "") if parameter.word.env else ""
    if not texts and variable:
        texts = variable.split() if parameter.is_many else [variable]
    if not texts and parameter.default is not None:
        texts = [parameter.default]
    if not texts:
        _require(parameter)
        return [] if parameter.is_many else None
    values = [_read(parameter, text) for text in texts]
    return values if parameter.is_many else values[0]


def _require(parameter: Parameter) -> None:
    """Raise WrongUsage where a parameter without a value must have one."""
    if not parameter.is_required:
        return
    if parameter.flag:
        variable = parameter.word.env
        also = f" (variable {variable})" if variable else ""
        raise WrongUsage(f"missing option '{parameter.flag}'{also}")
    raise WrongUsage(f"missing argument '{parameter.metavar}'")


def _read(parameter: Parameter, text: str) -> object:
    """Return the value of one text; also of the default. Raises WrongUsage."""
    word = parameter.word
    name = parameter.flag or parameter.metavar
    if word.choices and text not in word.choices:
        raise WrongUsage(f"{name}: {text!r:.80} must be one of {', '.join(word.choices)}")
    try:
        value = word.kind.read(text)
    except BadWord as error:
        raise WrongUsage(f"{name}: {text!r:.80} {error}") from error
    if isinstance(value, int) and not _is_within(value, word.low, word.high):
        raise WrongUsage(f"{name}: {value} must be {range_text(word.low, word.high)}")
    return value


def _is_within(value: int, low: int | None, high: int | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def range_text(low: int | None, high: int | None) -> str:
    """Return the bounds of a number in words."""
    if high is None:
        return f"{low} or more"
    return f"{high} or less" if low is None else f"{low} to {high}"


def process_environment() -> Mapping[str, str]:
    """Return the variables of this process."""
    return os.environ
