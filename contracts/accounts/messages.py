"""What an account's keys may ask for."""

from typing import Annotated

from contracts.sdk import SIGNATURES_MAX, CountMax, PublicKey, Range, message

Keys = Annotated[tuple[PublicKey, ...], CountMax(SIGNATURES_MAX, low=1)]
Threshold = Annotated[int, Range(1, SIGNATURES_MAX)]


@message
class Configure:
    """Put the sender's account under `keys`, of which `threshold` must sign together."""

    keys: Keys
    threshold: Threshold


@message
class RotateKey:
    """Replace one key of the sender's account; the threshold stays."""

    old_key: PublicKey
    new_key: PublicKey
