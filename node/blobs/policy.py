"""Which contents the ledger names, who keeps them and who may read them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from primitives.codec import Value
from primitives.crypto import DIGEST_BYTES, ZERO_DIGEST, Digest, PublicKey
from primitives.errors import InvariantBroken, Rejected, UnknownContract, UnknownQuery
from primitives.ids import Address, address_of
from primitives.webauthn import Site

Query = Callable[[str, str, tuple[Value, ...]], Value]  # contract, query, arguments

CONTRACT = "complaints"


@dataclass(frozen=True, slots=True)
class Listed:
    """A content that the ledger names, and the height since which it does."""

    height: int
    content: Digest


FIRST = Listed(0, ZERO_DIGEST)


class BlobPolicy(Protocol):
    """What the ledger says of contents, as of its last block. Answers at once."""

    def is_active(self) -> bool:
        """Return whether the network has a contract that names contents."""

    def content_hosts(self, content: Digest) -> tuple[str, ...]:
        """Return the names of the members that must keep it; none when unknown or erased."""

    def may_read(self, content: Digest, address: Address) -> bool:
        """Return whether the account may have the content's bytes."""

    def is_erased(self, content: Digest) -> bool:
        """Return whether it was named once and must be kept by nobody."""

    def contents_since(self, after: Listed, limit: int) -> tuple[Listed, ...]:
        """Return at most `limit` contents that follow `after`, by height and then by digest.

        One that changes its hosts, or is erased, is listed again at that height.
        """

    def is_key_of(self, address: Address, public_key: PublicKey) -> bool:
        """Return whether the key is one of the account's."""

    def is_site_of(self, public_key: PublicKey, site: Site) -> bool:
        """Return whether the passkey may sign at the site."""

    def is_known(self, address: Address) -> bool:
        """Return whether a contract knows the account."""

    def is_of_agency(self, address: Address) -> bool:
        """Return whether the account administers an agency or is an officer of one."""


class AccountStanding(Protocol):
    """Whom contracts know, as of the last block."""

    def knows_account(self, address: Address) -> bool:
        """Return whether a contract knows the account."""

    def is_of_agency(self, address: Address) -> bool:
        """Return whether the account administers an agency or is an officer of one."""


class NobodyKnown:
    """The standing of accounts where nobody is known: all are strangers."""

    def knows_account(self, _address: Address) -> bool:
        """Return False."""
        return False

    def is_of_agency(self, _address: Address) -> bool:
        """Return False."""
        return False


class ContractPolicy:
    """Asks the queries of the complaints contract; without that contract nothing is named."""

    def __init__(self, query: Query, standing: AccountStanding | None = None) -> None:
        """Ask through `query` and `standing`, which answer on the last committed state."""
        self._query = query
        self._standing = standing or NobodyKnown()

    def is_active(self) -> bool:
        """Return whether the network has the contract."""
        try:
            self._query(CONTRACT, "content_hosts", (ZERO_DIGEST,))
        except (UnknownContract, UnknownQuery):
            return False
        except Rejected:
            return True
        return True

    def content_hosts(self, content: Digest) -> tuple[str, ...]:
        """Return the names of the members that must keep it; none when unknown or erased."""
        names = self._ask("content_hosts", content, absent=())
        if not isinstance(names, tuple):
            raise InvariantBroken(f"{CONTRACT}.content_hosts answers no list")
        return tuple(str(name) for name in names)

    def may_read(self, content: Digest, address: Address) -> bool:
        """Return whether the account may have the content's bytes."""
        return self._ask("may_read", content, address, absent=False) is True

    def is_erased(self, content: Digest) -> bool:
        """Return whether it was named once and must be kept by nobody."""
        return self._ask("is_erased", content, absent=False) is True

    def contents_since(self, after: Listed, limit: int) -> tuple[Listed, ...]:
        """Return at most `limit` contents that follow `after`, by height and then by digest."""
        rows = self._ask("contents_since", after.height, after.content, limit, absent=())
        return tuple(_listed(row) for row in rows) if isinstance(rows, tuple) else ()

    def is_key_of(self, address: Address, public_key: PublicKey) -> bool:
        """Return whether the key is one of the account's, by the accounts contract."""
        try:
            account = self._query("accounts", "account", (address,))
        except Rejected:
            account = None
        if isinstance(account, tuple) and account and isinstance(account[0], tuple):
            return public_key in account[0]
        return address_of(public_key) == address

    def is_site_of(self, public_key: PublicKey, site: Site) -> bool:
        """Return whether the passkey may sign at the site, by its record in accounts."""
        try:
            args = (public_key, site.rp_id_hash, site.origin)
            return self._query("accounts", "is_site_of", args) is True
        except Rejected:
            return False

    def is_known(self, address: Address) -> bool:
        """Return whether a contract knows the account."""
        return self._standing.knows_account(address)

    def is_of_agency(self, address: Address) -> bool:
        """Return whether the account administers an agency or is an officer of one."""
        return self._standing.is_of_agency(address)

    def _ask(self, name: str, *args: Value, absent: Value) -> Value:
        try:
            return self._query(CONTRACT, name, args)
        except (
            Rejected
        ):  # no such contract, or it cannot say: then nobody reads and nothing is kept
            return absent


def _listed(row: Value) -> Listed:
    """Read one row, a record whose first two fields are height and digest."""
    if isinstance(row, tuple) and len(row) >= 2:
        height, content = row[0], row[1]
        if type(height) is int and isinstance(content, bytes) and len(content) == DIGEST_BYTES:
            return Listed(height, Digest(content))
    raise InvariantBroken(f"{CONTRACT}.contents_since answers a row that names no content")
