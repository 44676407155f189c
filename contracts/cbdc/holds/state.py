"""Open holds. Amounts are satang."""

from contracts.cbdc.core.messages import Amount, Id, TimeMs
from contracts.sdk import Address, Digest, Map, record


@record
class HeldMoney:
    """An open hold. Who decides is the arbiter, without one the payee."""

    payer: Address
    payee: Address
    amount: Amount
    expires_ms: TimeMs
    arbiter: Address | None
    hashlock: Digest | None
    made_ms: TimeMs  # the day and month that it counts towards


holds = Map[Id, HeldMoney]("holds")
hold_counts = Map[Address, int]("hold_counts")  # payer -> open holds
