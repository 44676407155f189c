"""Devices and what they paid. Amounts are satang."""

from typing import Annotated

from contracts.cbdc.core.messages import PAGE, AgencyId, AmountOrZero, Count, TimeMs, Word
from contracts.sdk import Address, CountMax, Digest, Map, PublicKey, record

REVOKED = "revoked"


@record
class Device:
    """A device's certificate and the money that it may still pay."""

    wallet: Address
    fsp: AgencyId
    status: Word  # active, revoked or closed
    loaded: AmountOrZero
    remaining: AmountOrZero
    amount_max: AmountOrZero
    payments_max: Count
    expires_ms: TimeMs
    ends_ms: TimeMs  # the grace is over; what is left returns


devices = Map[PublicKey, Device]("devices")
settled = Map[tuple[PublicKey, int, Digest], int]("settled")  # -> height

Digests = Annotated[tuple[Digest, ...], CountMax(PAGE)]
