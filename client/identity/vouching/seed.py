"""What a wallet derives for vouched keys from its seed: nothing is kept, all of it comes back.

    secret = HKDF-SHA512(seed of vouching, lp(use) lp(list or epoch) lp(index) lp(generation))

The pairwise key of a place is the same in every generation of one seed. Source: RFC 5869;
docs/adr/0042-vouched-keys.md.
"""

import datetime

from client.bls_blind import blind, derive_exponent, hkdf_sha512
from client.identity.vouching.tree import ENROL_DEPTH, YEAR_DEPTH, Tree, tree_of
from contracts.identity.crypto.certificates import PLACES, SLOTS, alive_hash, enrolment_hash
from contracts.sdk.transcript import lp, uint
from primitives.crypto import SEED_BYTES, SigningKey

_PAIRWISE, _SLOT = b"sapha/id/v2/pairwise", b"sapha/id/v2/slot"
_HIDES_PLACE, _HIDES_SLOT = b"sapha/id/v2/hides-place", b"sapha/id/v2/hides-slot"
_DEPOSITS = b"sapha/id/v2/deposits"
_FIRST_DAY = datetime.date(1970, 1, 1)


class VouchingSeed:
    """The secrets of one citizen's vouched keys on one chain. Never prints them."""

    __slots__ = ("_chain_id", "_secret")

    def __init__(self, secret: bytes, chain_id: str) -> None:
        self._secret = secret
        self._chain_id = chain_id

    def __repr__(self) -> str:
        return "VouchingSeed(...)"

    def pairwise(self, place: tuple[int, int]) -> SigningKey:
        """Return P of a place, which is list and number."""
        return self._key(_PAIRWISE, place, 0)

    def slot(self, epoch: int, slot: int, generation: int) -> SigningKey:
        """Return Q of a slot of an epoch."""
        return self._key(_SLOT, (epoch, slot), generation)

    def hides_place(self, place: tuple[int, int], generation: int) -> int:
        """Return r, which hides the pairwise key of a place from vouchers."""
        return derive_exponent(self._secret, _info(_HIDES_PLACE, place, generation))

    def hides_slot(self, epoch: int, slot: int, generation: int) -> int:
        """Return r, which hides the throwaway key of a slot from vouchers."""
        return derive_exponent(self._secret, _info(_HIDES_SLOT, (epoch, slot), generation))

    def hidden_places(self, list_id: int, generation: int) -> tuple[bytes, ...]:
        """Return the blinded pairwise keys of all places of a list, in order: 48 bytes each."""
        return tuple(self._hidden_place((list_id, number), generation) for number in range(PLACES))

    def hidden_slots(self, epoch: int, generation: int) -> tuple[bytes, ...]:
        """Return the blinded throwaway keys of an epoch, in order of the slots: 48 bytes each."""
        return tuple(self._hidden_slot(epoch, slot, generation) for slot in range(SLOTS))

    def list_tree(self, list_id: int, generation: int) -> Tree:
        """Return the tree whose root enrols in a list."""
        return tree_of(list_id, self.hidden_places(list_id, generation), ENROL_DEPTH)

    def year_tree(self, year: int, generation: int) -> Tree:
        """Return the tree whose root deposits a year."""
        return tree_of(year, self.year_elements(year, generation), YEAR_DEPTH)

    def year_elements(self, year: int, generation: int) -> list[bytes]:
        """Return the blinded throwaway keys of a year, in order of its leaves: 48 bytes each."""
        return [
            element
            for epoch in range(first_epoch(year), first_epoch(year + 1))
            for element in self.hidden_slots(epoch, generation)
        ]

    def drawn(self, year: int) -> int:
        """Return a number that tells nothing, for the day on which a year is deposited."""
        material = hkdf_sha512(self._secret, _info(_DEPOSITS, (year, 0), 0))
        return int.from_bytes(material, "big")

    def _hidden_place(self, place: tuple[int, int], generation: int) -> bytes:
        hashed = enrolment_hash(self._chain_id, place, self.pairwise(place).public_key)
        return blind(hashed, self.hides_place(place, generation)).encoded

    def _hidden_slot(self, epoch: int, slot: int, generation: int) -> bytes:
        hashed = alive_hash(self._chain_id, epoch, self.slot(epoch, slot, generation).public_key)
        return blind(hashed, self.hides_slot(epoch, slot, generation)).encoded

    def _key(self, use: bytes, of: tuple[int, int], generation: int) -> SigningKey:
        material = hkdf_sha512(self._secret, _info(use, of, generation))
        return SigningKey(material[:SEED_BYTES])


def first_epoch(year: int) -> int:
    """Return the epoch of a year's first day."""
    return (datetime.date(year, 1, 1) - _FIRST_DAY).days


def year_of(epoch: int) -> int:
    """Return the year that an epoch lies in."""
    return (_FIRST_DAY + datetime.timedelta(days=epoch)).year


def slot_index(epoch: int, slot: int) -> int:
    """Return the number of a slot's leaf in the tree of its year."""
    return (epoch - first_epoch(year_of(epoch))) * SLOTS + slot


def _info(use: bytes, of: tuple[int, int], generation: int) -> bytes:
    return lp(use) + lp(uint(of[0])) + lp(uint(of[1])) + lp(uint(generation))
