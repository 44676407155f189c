"""What an account's keys may ask for."""

from typing import Annotated

from contracts.sdk import (
    SIGNATURES_MAX,
    Chars,
    CountMax,
    Digest,
    PublicKey,
    Range,
    Signature,
    array_of,
    encode,
    message,
    replace,
)

Keys = Annotated[tuple[PublicKey, ...], CountMax(SIGNATURES_MAX, low=1)]
AccountKeys = Annotated[tuple[PublicKey, ...], CountMax(SIGNATURES_MAX)]  # of any account
Threshold = Annotated[int, Range(1, SIGNATURES_MAX)]
Origin = Annotated[str, Chars(1, 255)]
Origins = Annotated[tuple[Origin, ...], CountMax(8, low=1)]
Version = Annotated[int, Range(1, 2**31)]
UNSIGNED = Signature(bytes(64))  # holds the place of a signature until it is made


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


@message
class SetPasskey:
    """State where a passkey signs: the relying party, as SHA-256 of its id, and the pages' origins.

    The passkey itself signs it, at one of these origins; once there is a record, at one of that.
    Anyone may carry it.
    """

    key: PublicKey
    version: Version  # one more than the record's, 1 for the first
    rp_id_hash: Digest
    origins: Origins
    proof: Signature  # by key, over passkey_statement


def passkey_statement(chain_id: str, msg: SetPasskey) -> tuple[str, bytes]:
    """Return the tag and the bytes that the passkey signs: the message with no proof."""
    unsigned = replace(msg, proof=UNSIGNED)
    return "accounts/passkey", encode((chain_id, array_of(unsigned)))
