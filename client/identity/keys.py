"""A citizen's keys, all from one seed: subject key, pairwise keys, view key, box key.

Each is HMAC-SHA256(seed, label), so one key tells nothing of another, and two relying parties of
different sectors never see the same public key. Losing the seed is what recovery is for.

The pairwise key of a sector is that of its place in a list, which vouchers answer; of a sector that
the ledger gave no place it is the name's.
"""

import hmac
import secrets
from collections.abc import Mapping
from copy import copy
from hashlib import sha256
from types import MappingProxyType

from client.identity.sealed import BoxKey
from client.identity.trail import Viewer
from client.identity.vouching.seed import VouchingSeed
from primitives.crypto import SEED_BYTES, SigningKey
from primitives.errors import BadShape

Places = Mapping[str, tuple[int, int]]  # sector -> list and number, as the ledger says

_PREFIX = b"sapha/citizen/v1\0"
_NONE: Places = MappingProxyType({})


class CitizenKeys:
    """The keys of one citizen. Never prints a secret."""

    __slots__ = ("box", "places", "seed", "subject", "view_key")

    def __init__(self, seed: bytes, places: Places = _NONE) -> None:
        """Derive the keys of a 32-byte seed; `places` are those of all sectors. Raises BadShape."""
        if len(seed) != SEED_BYTES:
            raise BadShape(f"a citizen's seed has {SEED_BYTES} bytes, not {len(seed)}")
        self.seed = seed
        self.places = places
        self.subject = SigningKey(derive(seed, "subject"))
        self.view_key = derive(seed, "view")
        self.box = BoxKey(derive(seed, "box"))

    @classmethod
    def generate(cls) -> "CitizenKeys":
        """Return the keys of a fresh random seed."""
        return cls(secrets.token_bytes(SEED_BYTES))

    def __repr__(self) -> str:
        return "CitizenKeys(...)"

    def placed(self, places: Places) -> "CitizenKeys":
        """Return the same keys, with the places of sectors that the ledger gives now."""
        keys = copy(self)
        keys.places = places
        return keys

    def pairwise(self, sector: str) -> SigningKey:
        """Return the key that signs for relying parties of this sector, and for no other."""
        place = self.places.get(sector)
        if place is None:
            return SigningKey(derive(self.seed, "pairwise", sector))
        return self._vouched("").pairwise(place)

    def vouching(self, chain_id: str) -> VouchingSeed:
        """Return the secrets of the vouched keys on a chain: a year of them, and all places."""
        return self._vouched(chain_id)

    def _vouched(self, chain_id: str) -> VouchingSeed:
        return VouchingSeed(derive(self.seed, "vouching"), chain_id)

    def viewer(self, *sectors: str) -> Viewer:
        """Return what finds the trail in these sectors, and signs nothing."""
        keys = {sector: self.pairwise(sector).public_key for sector in sectors}
        return Viewer(view_key=self.view_key, keys=keys)


def derive(seed: bytes, *labels: str) -> bytes:
    """Return 32 bytes that only `seed` and the labels give."""
    framed = b"".join(len(text := label.encode()).to_bytes(2, "big") + text for label in labels)
    return hmac.new(seed, _PREFIX + framed, sha256).digest()
