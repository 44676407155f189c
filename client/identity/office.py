"""One agency's way onto the ledger: an account that acts for it in identity."""

from dataclasses import dataclass

from client.contract import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Office(Actor):
    """Sends messages for one agency, as its administrator or an officer with the role identity."""

    agency: str
