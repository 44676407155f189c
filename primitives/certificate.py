"""The quorum certificate of a block: q seals of one (height, view, block_hash), or more.

    certificate = [height, view, block_hash, signers, [signature, ...]]

`signers` is a bit map over the validators that decided the height, lowest bit first, one bit a
member and no byte more; the signatures stand in the order of the set.

A `Certificate` can only be built by `check_certificate`, which verifies every seal against the
validator set of that height, or by `assemble` from votes that the caller verified one by one.
Source: docs/protocol.md#certificates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from primitives.codec import Value, decode, encode
from primitives.crypto import (
    DIGEST_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
    digest,
    verify,
)
from primitives.errors import InvariantBroken, Rejected
from primitives.ids import Height, View
from primitives.limits import VALIDATORS_MAX
from primitives.shape import array_of, blob_of, bytes_of, fields_of, uint_of
from primitives.validators import ValidatorSet

SEAL_TAG = "seal"
CERTIFICATE_BYTES_MAX = 16 * 1024
_SIGNERS_BYTES_MAX = (VALIDATORS_MAX + 7) // 8
_ISSUED = object()

Verify = Callable[[PublicKey, str, bytes, Signature], bool]
Seals = tuple[tuple[PublicKey, Signature], ...]


class BadCertificate(Rejected):
    """The certificate does not prove the block."""


def seal_bytes(
    chain_id: str, restart: Digest, height: Height, view: View, block_hash: Digest
) -> bytes:
    """Return the bytes that a COMMIT seal signs under the tag "seal"."""
    return encode((chain_id, restart, height, view, block_hash))


@dataclass(frozen=True, slots=True)
class UncheckedCertificate:
    """A certificate as read from the wire, a block or the disk; proves nothing yet."""

    height: Height
    view: View
    block_hash: Digest
    signers: bytes
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Return the canonical bytes [height, view, block_hash, signers, [signature, ...]]."""
        return encode((self.height, self.view, self.block_hash, self.signers, self.signatures))

    @property
    def hash(self) -> Digest:
        """The digest that the next header carries as last_certificate_hash."""
        return digest("certificate", self.encode())


class Certificate:
    """Proof that a quorum sealed one block; every seal was verified when it was built.

    `restart` is the restart statement in force at its height, which every seal signs.
    """

    __slots__ = ("block_hash", "height", "restart", "seals", "unchecked", "view")

    def __init__(
        self, unchecked: UncheckedCertificate, restart: Digest, seals: Seals, issued: object
    ) -> None:
        if issued is not _ISSUED:
            raise InvariantBroken("a certificate is built only by check_certificate or assemble")
        self.height = unchecked.height
        self.view = unchecked.view
        self.block_hash = unchecked.block_hash
        self.restart = restart
        self.seals = seals
        self.unchecked = unchecked

    def encode(self) -> bytes:
        """Return the canonical bytes [height, view, block_hash, signers, [signature, ...]]."""
        return self.unchecked.encode()

    @property
    def hash(self) -> Digest:
        """The digest that the next header carries as last_certificate_hash."""
        return self.unchecked.hash


def read_certificate(data: bytes) -> UncheckedCertificate:
    """Return the certificate that `data` encodes, unchecked. Raises BadShape or NotCanonical."""
    return certificate_from_value(decode(data, bytes_max=CERTIFICATE_BYTES_MAX))


def certificate_from_value(value: Value) -> UncheckedCertificate:
    """Return the certificate of a decoded [height, view, block_hash, ...]. Raises BadShape."""
    fields = fields_of(value, name="certificate", count=5)
    return UncheckedCertificate(
        height=Height(uint_of(fields[0], name="height")),
        view=View(uint_of(fields[1], name="view")),
        block_hash=Digest(bytes_of(fields[2], name="block_hash", length=DIGEST_BYTES)),
        signers=blob_of(fields[3], name="signers", length_max=_SIGNERS_BYTES_MAX),
        signatures=tuple(
            Signature(bytes_of(item, name="signature", length=SIGNATURE_BYTES))
            for item in array_of(fields[4], name="signatures", count_max=VALIDATORS_MAX)
        ),
    )


def check_certificate(
    unchecked: UncheckedCertificate,
    *,
    chain_id: str,
    restart: Digest,
    validators: ValidatorSet,
    verify_seal: Verify = verify,
) -> Certificate:
    """Return a Certificate after verifying every seal against `validators`.

    `restart` is that of the certificate's height: the one in the header of its block.

    Raises:
        BadCertificate: a bit map that is not one of this set, too few seals, or a seal that does
            not verify; names the first.
    """
    keys = _signers_of(unchecked, validators)
    signed = seal_bytes(chain_id, restart, unchecked.height, unchecked.view, unchecked.block_hash)
    seals = tuple(zip(keys, unchecked.signatures, strict=True))
    for public_key, seal in seals:
        if not verify_seal(public_key, SEAL_TAG, signed, seal):
            raise BadCertificate(f"the seal of {validators.name_of(public_key)} does not verify")
    return Certificate(unchecked, restart, seals, _ISSUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBlock:
    """A decided block as its certificate must prove it: which one, and by whom it was decided."""

    chain_id: str
    restart: Digest
    height: Height
    block_hash: Digest
    validators: ValidatorSet


def check_certificate_of(
    unchecked: UncheckedCertificate, block: SealedBlock, verify_seal: Verify = verify
) -> Certificate:
    """Return the Certificate of `block`.

    Raises:
        BadCertificate: it is of another height or block, or does not prove it.
    """
    if unchecked.height != block.height:
        raise BadCertificate(f"of height {unchecked.height}, needed is one of {block.height}")
    if unchecked.block_hash != block.block_hash:
        raise BadCertificate(f"the certificate is not of this block {block.height}")
    return check_certificate(
        unchecked,
        chain_id=block.chain_id,
        restart=block.restart,
        validators=block.validators,
        verify_seal=verify_seal,
    )


def check_last_certificate(
    last: UncheckedCertificate | None,
    parent: SealedBlock | None,
    verify_seal: Verify = verify,
) -> Certificate | None:
    """Return what the certificate in a block proves of its parent; `parent` None is block 0.

    Raises:
        BadCertificate: it does not prove the parent, is missing, or is there in block 1.
    """
    if parent is None:
        if last is not None:
            raise BadCertificate("there is one in block 1, but nobody votes for block 0")
        return None
    if last is None:
        raise BadCertificate(f"missing, needed is one of {parent.height}")
    return check_certificate_of(last, parent, verify_seal)


def assemble(
    *,
    sealed: tuple[Height, View, Digest],
    restart: Digest,
    seals: Mapping[PublicKey, Signature],
    validators: ValidatorSet,
) -> Certificate:
    """Return the certificate of seals over (height, view, block_hash) that the caller verified.

    Raises:
        InvariantBroken: fewer than q seals or a signer outside the set.
    """
    chosen = tuple(sorted(seals.items()))
    strangers = [key.hex() for key, _seal in chosen if key not in validators]
    if strangers or len(chosen) < validators.quorum:
        raise InvariantBroken(
            f"assembling a certificate of {len(chosen)} seals, needed are {validators.quorum}; "
            f"signers that are no validators: {strangers}"
        )
    height, view, block_hash = sealed
    unchecked = UncheckedCertificate(
        height=height,
        view=view,
        block_hash=block_hash,
        signers=validators.bit_map_of(seals),
        signatures=tuple(seal for _key, seal in chosen),
    )
    return Certificate(unchecked, restart, chosen, _ISSUED)


def _signers_of(unchecked: UncheckedCertificate, validators: ValidatorSet) -> tuple[PublicKey, ...]:
    """Return who signed, in order. Raises BadCertificate for a bit map of another set."""
    keys = validators.members_in(unchecked.signers)
    canonical = validators.bit_map_of(keys)
    if len(unchecked.signers) != len(canonical):
        raise BadCertificate(
            f"a bit map of {len(unchecked.signers)} bytes, that of {len(validators)} validators "
            f"has {len(canonical)}"
        )
    if unchecked.signers != canonical:
        raise BadCertificate(f"a signer beyond the {len(validators)} validators of that height")
    if len(unchecked.signatures) != len(keys):
        raise BadCertificate(f"{len(unchecked.signatures)} signatures of {len(keys)} signers")
    if len(keys) < validators.quorum:
        raise BadCertificate(f"{len(keys)} seals, needed are {validators.quorum}")
    return keys
