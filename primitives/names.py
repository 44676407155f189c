"""How the name of a class becomes a method's name or an error's code."""

import re

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def snake_case(name: str) -> str:
    """Return a class name's words in small letters: CastVote gives cast_vote."""
    return _CAPITAL.sub("_", name).lower()


def method_name(message: type) -> str:
    """Return the method that takes a class of messages: CastVote is taken by cast_vote."""
    return snake_case(message.__name__)
