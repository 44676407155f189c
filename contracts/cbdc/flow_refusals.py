"""Lists of refusals that methods share, each error named once."""

from contracts.cbdc.errors import KeyReplaced, Paused, UnknownWallet
from contracts.sdk import Refusal

# What finding the sender's wallet rejects with.
SENDER_REFUSALS = (Paused, UnknownWallet, KeyReplaced)


def merged(groups: tuple[tuple[Refusal, ...], ...]) -> tuple[Refusal, ...]:
    """Return the errors of all groups in order, each once."""
    found: list[Refusal] = []
    for group in groups:
        found += [error for error in group if error not in found]
    return tuple(found)
