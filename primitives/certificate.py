"""The quorum certificate of a block: q seals of one (height, view, block_hash).

A `Certificate` can only be built by `check_certificate`, which verifies every seal against the
validator set of that height, or by `assemble` from votes that the caller verified one by one.
Source: docs/protocol.md#certificates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from primitives.codec import Value, decode, encode
from primitives.crypto import (
    DIGEST_BYTES,
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
    digest,
    verify,
)
from primitives.errors import BadShape, InvariantBroken, Rejected
from primitives.ids import Height, View
from primitives.limits import VALIDATORS_MAX
from primitives.shape import array_of, bytes_of, fields_of, uint_of
from primitives.validators import ValidatorSet

SEAL_TAG = "seal"
_CERTIFICATE_BYTES_MAX = 16 * 1024
_ISSUED = object()

Verify = Callable[[PublicKey, str, bytes, Signature], bool]


class BadCertificate(Rejected):
    """The certificate does not prove the block."""

    code = "BAD_CERTIFICATE"


def seal_bytes(chain_id: str, height: Height, view: View, block_hash: Digest) -> bytes:
    """Return the bytes that a COMMIT seal signs under the tag "seal"."""
    return encode((chain_id, height, view, block_hash))


@dataclass(frozen=True, slots=True)
class UncheckedCertificate:
    """A certificate as read from the wire or disk; proves nothing yet."""

    height: Height
    view: View
    block_hash: Digest
    seals: tuple[tuple[PublicKey, Signature], ...]


class Certificate:
    """Proof that a quorum sealed one block; every seal was verified when it was built."""

    __slots__ = ("block_hash", "height", "seals", "view")

    def __init__(self, unchecked: UncheckedCertificate, issued: object) -> None:
        if issued is not _ISSUED:
            raise InvariantBroken("a certificate is built only by check_certificate or assemble")
        self.height = unchecked.height
        self.view = unchecked.view
        self.block_hash = unchecked.block_hash
        self.seals = unchecked.seals

    def encode(self) -> bytes:
        """Return the canonical bytes [height, view, block_hash, [[key, seal], ...]]."""
        return encode((self.height, self.view, self.block_hash, self.seals))

    @property
    def hash(self) -> Digest:
        """The digest that the next header carries as last_certificate_hash."""
        return digest("certificate", self.encode())


def read_certificate(data: bytes) -> UncheckedCertificate:
    """Return the certificate that `data` encodes, unchecked. Raises BadShape or NotCanonical."""
    return certificate_from_value(decode(data, bytes_max=_CERTIFICATE_BYTES_MAX))


def certificate_from_value(value: Value) -> UncheckedCertificate:
    """Return the certificate of a decoded [height, view, block_hash, seals]. Raises BadShape."""
    fields = fields_of(value, name="certificate", count=4)
    seals = []
    for item in array_of(fields[3], name="seals", count_max=VALIDATORS_MAX):
        pair = fields_of(item, name="seal", count=2)
        key = PublicKey(bytes_of(pair[0], name="public_key", length=PUBLIC_KEY_BYTES))
        seal = Signature(bytes_of(pair[1], name="signature", length=SIGNATURE_BYTES))
        seals.append((key, seal))
    return UncheckedCertificate(
        height=Height(uint_of(fields[0], name="height")),
        view=View(uint_of(fields[1], name="view")),
        block_hash=Digest(bytes_of(fields[2], name="block_hash", length=DIGEST_BYTES)),
        seals=tuple(seals),
    )


def check_certificate(
    unchecked: UncheckedCertificate,
    *,
    chain_id: str,
    validators: ValidatorSet,
    verify_seal: Verify = verify,
) -> Certificate:
    """Return a Certificate after verifying every seal against `validators`.

    Raises:
        BadCertificate: too few seals, a signer repeated or out of order, a signer that is not a
            validator of that height, or a seal that does not verify; names the first.
    """
    _check_signers(unchecked.seals, validators)
    signed = seal_bytes(chain_id, unchecked.height, unchecked.view, unchecked.block_hash)
    for public_key, seal in unchecked.seals:
        if not verify_seal(public_key, SEAL_TAG, signed, seal):
            raise BadCertificate(f"the seal of {validators.name_of(public_key)} does not verify")
    return Certificate(unchecked, _ISSUED)


def assemble(
    *,
    height: Height,
    view: View,
    block_hash: Digest,
    seals: Mapping[PublicKey, Signature],
    validators: ValidatorSet,
) -> Certificate:
    """Return the certificate of q seals that the caller has already verified one by one.

    Raises:
        InvariantBroken: fewer than q seals or a signer outside the set.
    """
    chosen = tuple(sorted(seals.items())[: validators.quorum])
    try:
        _check_signers(chosen, validators)
    except (BadCertificate, BadShape) as error:
        raise InvariantBroken(f"assembling a certificate: {error}") from error
    return Certificate(UncheckedCertificate(height, view, block_hash, chosen), _ISSUED)


def _check_signers(
    seals: tuple[tuple[PublicKey, Signature], ...], validators: ValidatorSet
) -> None:
    if len(seals) < validators.quorum:
        raise BadCertificate(f"{len(seals)} seals, needed are {validators.quorum}")
    previous = b""
    for public_key, _seal in seals:
        if public_key <= previous:
            raise BadCertificate(f"signer {validators.name_of(public_key)} repeated or unsorted")
        if public_key not in validators:
            raise BadCertificate(f"signer {public_key.hex()} is not a validator of that height")
        previous = public_key
