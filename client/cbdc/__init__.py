"""The digital baht for programs. Amounts are satang."""

from client.cbdc.holder import CONTRACT, CentralBank, Holder, balance_of, proven_balance
from client.cbdc.supply import Supply, supply

__all__ = [
    "CONTRACT",
    "CentralBank",
    "Holder",
    "Supply",
    "balance_of",
    "proven_balance",
    "supply",
]
