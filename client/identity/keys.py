"""A citizen's keys, all from one seed: subject key, pairwise keys, view key, box key.

Each is HMAC-SHA256(seed, label), so one key tells nothing of another, and two relying parties of
different sectors never see the same public key. Losing the seed is what recovery is for.
"""

import hmac
import secrets
from hashlib import sha256

from client.identity.sealed import BoxKey
from client.identity.trail import Viewer
from client.identity.vouching.seed import VouchingSeed
from primitives.crypto import SEED_BYTES, SigningKey
from primitives.errors import BadShape

_PREFIX = b"sapha/citizen/v1\0"


class CitizenKeys:
    """The keys of one citizen. Never prints a secret."""

    __slots__ = ("box", "seed", "subject", "view_key")

    def __init__(self, seed: bytes) -> None:
        """Derive the keys of a 32-byte seed. Raises BadShape."""
        if len(seed) != SEED_BYTES:
            raise BadShape(f"a citizen's seed has {SEED_BYTES} bytes, not {len(seed)}")
        self.seed = seed
        self.subject = SigningKey(derive(seed, "subject"))
        self.view_key = derive(seed, "view")
        self.box = BoxKey(derive(seed, "box"))

    @classmethod
    def generate(cls) -> "CitizenKeys":
        """Return the keys of a fresh random seed."""
        return cls(secrets.token_bytes(SEED_BYTES))

    def __repr__(self) -> str:
        return "CitizenKeys(...)"

    def pairwise(self, sector: str) -> SigningKey:
        """Return the key that signs for relying parties of this sector, and for no other."""
        return SigningKey(derive(self.seed, "pairwise", sector))

    def vouching(self, chain_id: str) -> VouchingSeed:
        """Return the secrets of the vouched keys on a chain: a year of them, and all places."""
        return VouchingSeed(derive(self.seed, "vouching"), chain_id)

    def viewer(self, *sectors: str) -> Viewer:
        """Return what finds the trail in these sectors, and signs nothing."""
        keys = {sector: self.pairwise(sector).public_key for sector in sectors}
        return Viewer(view_key=self.view_key, keys=keys)


def derive(seed: bytes, *labels: str) -> bytes:
    """Return 32 bytes that only `seed` and the labels give."""
    framed = b"".join(len(text := label.encode()).to_bytes(2, "big") + text for label in labels)
    return hmac.new(seed, _PREFIX + framed, sha256).digest()
