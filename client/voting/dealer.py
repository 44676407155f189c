"""A trustee while the election key is made: deals its own secret, checks what others deal.

All of a trustee's secrets follow from one 32-byte seed, which it keeps until the election is over:
every step can be done again after a crash. Owns no traffic. Source: docs/voting.md#trustees.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_scalarmult,
    crypto_scalarmult_base,
)
from nacl.exceptions import CryptoError

from client.voting.prover import prove_knowledge
from contracts.sdk.group import ORDER, encode_scalar, multiply_base
from contracts.sdk.transcript import lp, uint
from contracts.voting.crypto.dkg import (
    SEALED_SHARE_BYTES,
    Coefficients,
    Commitments,
    Dealing,
    commit_hash,
    is_share_of,
    knowledge_labels,
)
from contracts.voting.crypto.transcript import challenge, hash_of
from primitives.crypto import SEED_BYTES
from primitives.errors import BadShape, Rejected

_KEY_BYTES = 32
_NONCE_BYTES = 24
_UNPROVEN = bytes(64)


class BadShare(Rejected):
    """The dealer's share is missing or wrong: complain of it."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What all trustees know before they begin.

    `context` is ctx_0.
    """

    context: bytes
    shares_needed: int


class Dealer:
    """One trustee's part of the setup. Never prints its secret."""

    __slots__ = ("_box", "_coefficients", "encryption_key", "number", "setup")

    def __init__(self, setup: Setup, number: int, seed: bytes) -> None:
        """Make the part of trustee `number` (from 1) from a seed that serves this setup.

        Raises:
            BadShape: the seed is not 32 bytes.
        """
        if len(seed) != SEED_BYTES:
            raise BadShape(f"a trustee's seed has {SEED_BYTES} bytes, not {len(seed)}")
        self.setup = setup
        self.number = number
        self._box = _box_secret(seed)
        self.encryption_key = encryption_key(seed)
        fields = (seed, setup.context, uint(number))
        self._coefficients = [
            challenge("dkg-coefficient", (*fields, uint(degree)))
            for degree in range(setup.shares_needed)
        ]

    def __repr__(self) -> str:
        return f"Dealer(number={self.number})"

    @property
    def commitment(self) -> bytes:
        """What the commit round publishes: 64 bytes."""
        return commit_hash(self.setup.context, self.number, self._published())

    def dealing(self) -> Dealing:
        """Return what the reveal round publishes; the proof differs from call to call."""
        key = self.encryption_key
        bare = Dealing(self.number, key, self._published(), _UNPROVEN)
        labels = knowledge_labels(self.setup.context, bare)
        proof = prove_knowledge("dkg-pok", labels, self._coefficients[0])
        return Dealing(self.number, key, bare.coefficients, proof)

    def share_for(self, receiver: int) -> bytes:
        """Return the plain share of trustee `receiver`; published only to answer its complaint."""
        value = 0
        for coefficient in reversed(self._coefficients):
            value = (value * receiver + coefficient) % ORDER
        return encode_scalar(value)

    def sealed_shares(self, encryption_keys: Mapping[int, bytes]) -> tuple[bytes, ...]:
        """Return the share of each trustee of these, rising, readable by it alone; the own too.

        `encryption_keys` are what trustees posted themselves, of those that committed and revealed:
        nobody else has a share made, so nobody's key can be put in an absent trustee's place.
        """
        return tuple(self._seal(each, encryption_keys[each]) for each in sorted(encryption_keys))

    def open_share(self, dealer: int, sealed: bytes, commitments: Commitments) -> bytes:
        """Return the share that `dealer` sent to this trustee, checked against its commitments.

        Raises:
            BadShare: it does not open, or is not the owed one.
        """
        if len(sealed) != SEALED_SHARE_BYTES:
            raise BadShare(f"a sealed share has {SEALED_SHARE_BYTES} bytes, not {len(sealed)}")
        sender, box = sealed[:_KEY_BYTES], sealed[_KEY_BYTES:]
        ends = (dealer, self.number)
        receiver = self.encryption_key
        try:
            shared = crypto_scalarmult(self._box, sender)
            key, nonce = _keys(self.setup.context, ends, (sender, receiver, shared))
            data = _ends(self.setup.context, ends)
            share = crypto_aead_xchacha20poly1305_ietf_decrypt(box, data, nonce, key)
        except CryptoError as error:
            raise BadShare(f"the share of dealer {dealer} does not open") from error
        return check_share(commitments, self.number, share)

    def _published(self) -> Coefficients:
        return tuple(multiply_base(secret).encoded for secret in self._coefficients)

    def _seal(self, receiver: int, receiver_key: bytes) -> bytes:
        """X25519 with a fresh key, then XChaCha20-Poly1305: fresh key || box.

        Who posts a key that nothing can be sealed to gets random bytes, and cannot stop the rest.
        """
        fresh = secrets.token_bytes(_KEY_BYTES)
        sender = crypto_scalarmult_base(fresh)
        ends = (self.number, receiver)
        try:
            shared = crypto_scalarmult(fresh, receiver_key)
        except CryptoError:
            return secrets.token_bytes(SEALED_SHARE_BYTES)
        key, nonce = _keys(self.setup.context, ends, (sender, receiver_key, shared))
        data = _ends(self.setup.context, ends)
        share = self.share_for(receiver)
        box: bytes = crypto_aead_xchacha20poly1305_ietf_encrypt(share, data, nonce, key)
        return sender + box


def encryption_key(seed: bytes) -> bytes:
    """Return the X25519 key of the trustee with this seed, which it posts itself."""
    key: bytes = crypto_scalarmult_base(_box_secret(seed))
    return key


def check_share(commitments: Commitments, receiver: int, share: bytes) -> bytes:
    """Return `share` if the dealer of `commitments` owes it to `receiver`. Raises BadShare."""
    try:
        is_owed = is_share_of(commitments, receiver, share)
    except Rejected as error:
        raise BadShare("the share is no scalar") from error
    if not is_owed:
        raise BadShare("the share is not what the dealer's commitments say")
    return share


def secret_share(shares: Mapping[int, bytes]) -> int:
    """Return s_j, a trustee's part of the election's secret: the sum of its shares from QUAL."""
    return sum(int.from_bytes(share, "little") for share in shares.values()) % ORDER


def _box_secret(seed: bytes) -> bytes:
    return hash_of("trustee-box", (seed,))[:_KEY_BYTES]


def _ends(context: bytes, ends: tuple[int, int]) -> bytes:
    """Return what a sealed share is tied to: ctx_0, dealer, receiver."""
    return lp(context) + uint(ends[0]) + uint(ends[1])


def _keys(
    context: bytes, ends: tuple[int, int], secrets_of: tuple[bytes, bytes, bytes]
) -> tuple[bytes, bytes]:
    """Return the key and nonce of one sealed share; the fresh key makes both unique."""
    fields = (context, uint(ends[0]), uint(ends[1]), *secrets_of)
    material = hash_of("dkg-share", fields)
    return material[:_KEY_BYTES], material[_KEY_BYTES : _KEY_BYTES + _NONCE_BYTES]
