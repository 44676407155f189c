"""The pure rules of accounts: which keys make a valid record, and whose signatures suffice."""

from contracts.accounts.errors import (
    BadOrigin,
    RepeatedKey,
    ThresholdTooHigh,
    UnusableKey,
)
from contracts.accounts.state import Account, Passkey
from contracts.sdk import (
    ADDRESS_BYTES,
    Address,
    ForeignSignature,
    KeyNotInAccount,
    MissingSignature,
    PublicKey,
    address_of,
    encode,
    require,
)
from contracts.sdk.crypto import Site, digest, is_usable_key
from contracts.sdk.words import is_distinct


def account_of(keys: tuple[PublicKey, ...], threshold: int) -> Account:
    """Return the record of these keys. Rejects: RepeatedKey, ThresholdTooHigh, UnusableKey."""
    require(is_distinct(keys), RepeatedKey)
    require(threshold <= len(keys), ThresholdTooHigh, threshold=threshold, keys=len(keys))
    require(all([is_usable_key(key) for key in keys]), UnusableKey)
    return Account(tuple(sorted(keys)), threshold)


def address_of_account(account: Account) -> Address:
    """Return the first 20 bytes of H("account", [threshold, keys in ascending order])."""
    return Address(digest("account", encode((account.threshold, account.keys)))[:ADDRESS_BYTES])


def require_origins(origins: tuple[str, ...]) -> None:
    """Reject with BadOrigin what no browser gives: an origin stands in client data as it is."""
    require(is_distinct(origins), BadOrigin)
    for origin in origins:
        require(origin.isascii() and all([" " < char < "\x7f" for char in origin]), BadOrigin)
        require('"' not in origin and "\\" not in origin, BadOrigin)
        require(origin.startswith(("https://", "http://localhost")), BadOrigin)


def is_home(passkey: Passkey, site: Site | None) -> bool:
    """Whether the record says that the passkey may sign at the site."""
    if site is None:
        return False
    return passkey.rp_id_hash == site.rp_id_hash and site.origin in passkey.origins


def check_single_key(sender: Address, signers: tuple[PublicKey, ...]) -> None:
    """Check the signers of an account without a record: the one key that hashes to it."""
    require(len(signers) > 0, MissingSignature, have=0, need=1)
    owned = [address_of(key) == sender for key in signers]
    require(any(owned), KeyNotInAccount)
    require(all(owned), ForeignSignature)


def check_signers(account: Account, signers: tuple[PublicKey, ...]) -> None:
    """Check the signers of an account with a record: its keys only, and enough of them."""
    require(len(signers) > 0, MissingSignature, have=0, need=account.threshold)
    owned = [key in account.keys for key in signers]
    require(any(owned), KeyNotInAccount)
    require(all(owned), ForeignSignature)
    have = len([key for key in account.keys if key in signers])
    require(have >= account.threshold, MissingSignature, have=have, need=account.threshold)
