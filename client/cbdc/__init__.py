"""The digital baht for programs. Amounts are satang."""

from client.cbdc.actor import CONTRACT, Actor
from client.cbdc.authorities import CentralBank, Court, Supervisor
from client.cbdc.banks import Fsp
from client.cbdc.holder import Holder, balance_of, proven_balance
from client.cbdc.people import HolderWallet, Merchant, Programme
from client.cbdc.supply import Supply, supply

__all__ = [
    "CONTRACT",
    "Actor",
    "CentralBank",
    "Court",
    "Fsp",
    "Holder",
    "HolderWallet",
    "Merchant",
    "Programme",
    "Supervisor",
    "Supply",
    "balance_of",
    "proven_balance",
    "supply",
]
