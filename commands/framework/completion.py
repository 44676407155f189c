"""Completion of commands and options by a shell: bash, and zsh through its bash completion.

The shell asks by variables, as it asks most programs of this kind: _SAPHA_COMPLETE=bash_complete
with COMP_WORDS and COMP_CWORD prints what may come next, one a line.
"""

import shlex
from collections.abc import Mapping, Sequence

from commands.framework.tree import Group

VARIABLE = "_SAPHA_COMPLETE"
_SCRIPT = """\
if [ -n "$ZSH_VERSION" ]; then autoload -U +X bashcompinit && bashcompinit; fi
_sapha_completion() {
    local IFS=$'\\n'
    COMPREPLY=( $(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \
        _SAPHA_COMPLETE=bash_complete "$1") )
}
complete -o default -F _sapha_completion sapha
"""


def script() -> str:
    """Return what bash or zsh reads to complete `sapha`."""
    return _SCRIPT


def answer(app: Group, environment: Mapping[str, str]) -> str:
    """Return what the shell asks for by its variables: the script, or words, one a line."""
    if environment.get(VARIABLE) != "bash_complete":
        return _SCRIPT
    words = _words(environment.get("COMP_WORDS", "").replace("\n", " "))
    at = int(environment.get("COMP_CWORD", "") or 0)
    typed = words[at] if at < len(words) else ""
    return "".join(f"{word}\n" for word in _next(app, words[1:at]) if word.startswith(typed))


def _words(line: str) -> list[str]:
    """Return the words of a line that is not finished: a quote may be open."""
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _next(app: Group, words: Sequence[str]) -> list[str]:
    """Return the words that may follow; none where the user's own come."""
    here: Group = app
    for place, word in enumerate(words):
        found = here.member(word)
        if found is None:
            return []
        if not isinstance(found, Group):
            given = words[place + 1 :]
            flags = {each.flag: each for each in found.parameters if each.flag}
            if given and given[-1] in flags and not flags[given[-1]].is_flag:
                return list(flags[given[-1]].word.choices)
            left = [f for f, each in flags.items() if each.is_many or f not in given]
            arguments = [each for each in found.parameters if not each.flag]
            return [*(c for each in arguments for c in each.word.choices), *left, "--help"]
        here = found
    return [*here.names, *here.answers, "--help"]
