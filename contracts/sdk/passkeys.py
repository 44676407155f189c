"""Whether a passkey signed where its record in the contract of accounts says that it does."""

from contracts.sdk.context import Context
from primitives.crypto import PublicKey, Signature
from primitives.keys import is_passkey
from primitives.webauthn import site_of


def is_at_home(ctx: Context, key: PublicKey, signature: Signature) -> bool:
    """Whether `signature`, which verifies, was made where the key may sign.

    Keys of other kinds may sign anywhere.
    """
    if not is_passkey(key):
        return True
    site = site_of(signature)
    if site is None:
        return False
    return ctx.call("accounts").is_site_of(key, site.rp_id_hash, site.origin) is True
