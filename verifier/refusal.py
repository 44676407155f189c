"""Why a record is not believed."""

# What hostile files make the standard library and msgpack raise where nothing was foreseen.
UNFORESEEN = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)


class Refused(Exception):
    """The first thing in the record that is wrong; the message says what and where."""


class Unreadable(Exception):
    """What was given is no record or no genesis at all; the message says which and why."""


def require(holds: bool, reason: str) -> None:  # noqa: FBT001 - a statement and its name
    """Raise Refused with `reason` unless the statement holds."""
    if not holds:
        raise Refused(reason)
