"""Keys, transactions, blocks, validator sets and certificates for tests, all from small numbers."""

from collections.abc import Sequence

from consensus.turns import order_of
from primitives.block import Block, Header, last_certificate_hash_of, transactions_root_of
from primitives.certificate import SEAL_TAG, Certificate, UncheckedCertificate, assemble, seal_bytes
from primitives.crypto import ZERO_DIGEST, Digest, Signature, SigningKey, digest
from primitives.ids import Height, View, address_of
from primitives.restart import RestartStatement
from primitives.transaction import Body, Transaction, sign_body
from primitives.validators import Validator, ValidatorSet, validator_set

CHAIN_ID = "testnet-00112233445566778899aabbccddeeff"
TIME_MS = 1_763_900_000_000
RESTART = digest("genesis", b"test")


def key(number: int) -> SigningKey:
    """Return signing key `number`; the same one every time."""
    return SigningKey(digest("test-key", number.to_bytes(4, "big")))


def keys(count: int) -> list[SigningKey]:
    """Return `count` signing keys in ascending order of their public keys."""
    return sorted((key(i) for i in range(count)), key=lambda item: item.public_key)


def body(**changes: object) -> Body:
    """Return the body of a transfer by key 0, with some fields changed."""
    fields: dict = {
        "chain_id": CHAIN_ID,
        "sender": address_of(key(0).public_key),
        "nonce": 7,
        "expires_at_ms": TIME_MS + 60_000,
        "contract": "cbdc",
        "method": "transfer",
        "args": (address_of(key(1).public_key), 2_500, ""),
    }
    return Body(**(fields | changes))


def transaction(*signers: SigningKey, **changes: object) -> Transaction:
    """Return a transaction signed by `signers` (default: key 0)."""
    return sign_body(body(**changes), signers or (key(0),))


def validators(count: int) -> ValidatorSet:
    """Return the set of the first `count` keys, named v0, v1, ... in order."""
    return validator_set(
        Validator(item.public_key, f"v{index}") for index, item in enumerate(keys(count))
    )


def header(height: int = 5, **changes: object) -> Header:
    """Return a header of a block without transactions, with some fields changed."""
    members = validators(4)
    fields: dict = {
        "chain_id": CHAIN_ID,
        "height": Height(height),
        "time_ms": TIME_MS + height,
        "parent_hash": digest("test", b"parent"),
        "transactions_root": transactions_root_of((), ()),
        "receipts_root": transactions_root_of((), ()),
        "state_root": digest("test", b"state"),
        "validators_hash": members.hash,
        "next_validators_hash": members.hash,
        "last_certificate_hash": ZERO_DIGEST,
        "app_version": 1,
        "proposer": order_of(members, {}, Height(height))[0],
        "restart": RESTART,
    }
    return Header(**(fields | changes))


def block(
    height: int = 5,
    transactions: Sequence[bytes] = (),
    evidence: Sequence[bytes] = (),
    *,
    last: UncheckedCertificate | None = None,
    restarts: Sequence[bytes] = (),
) -> Block:
    """Return a block whose header commits to its body."""
    listed, proofs, statements = tuple(transactions), tuple(evidence), tuple(restarts)
    made = header(
        height,
        transactions_root=transactions_root_of(listed, proofs, statements),
        last_certificate_hash=last_certificate_hash_of(last),
    )
    return Block(made, listed, proofs, last, statements)


def seal(signer: SigningKey, height: int, view: int, block_hash: Digest) -> Signature:
    """Return the COMMIT seal of `signer` over a block of the test chain."""
    signed = seal_bytes(CHAIN_ID, RESTART, Height(height), View(view), block_hash)
    return signer.sign(SEAL_TAG, signed)


def certificate(sealed: Block, signers: Sequence[SigningKey], view: int = 0) -> Certificate:
    """Return the certificate of `sealed` by `signers`, all of them validators."""
    return assemble(
        sealed=(sealed.height, View(view), sealed.hash),
        restart=RESTART,
        seals={item.public_key: seal(item, sealed.height, view, sealed.hash) for item in signers},
        validators=validators(len(signers)),
    )


def unchecked(
    sealed: Block, signers: Sequence[SigningKey], view: int = 0, *, count: int = 4
) -> UncheckedCertificate:
    """Return an unchecked certificate with the seals of `signers` in the given order.

    Its bit map is over the first `count` validators; who is none of them has no bit.
    """
    bits = validators(count).bit_map_of([item.public_key for item in signers])
    seals = tuple(seal(item, sealed.height, view, sealed.hash) for item in signers)
    return UncheckedCertificate(sealed.height, View(view), sealed.hash, bits, seals)


def restart_statement(**changes: object) -> RestartStatement:
    """Return a statement to go on above block 5 of the test chain, with some fields changed."""
    fields: dict = {
        "chain_id": CHAIN_ID,
        "previous": digest("test", b"genesis"),
        "height": Height(5),
        "block_hash": digest("test", b"block 5"),
        "validators": validators(4).hash,
        "reason": "a storm took three machine rooms",
        "not_after_ms": TIME_MS + 3_600_000,
        "suspended": ("cbdc", "voting"),
    }
    return RestartStatement(**(fields | changes))
