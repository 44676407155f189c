"""The secret side of a voucher: its keys of each round, from one sealed seed, and its answers.

Owns no network and no files. What is answered was decoded, and so checked to be in the group,
before it meets a secret.
"""

from collections.abc import Sequence

from client.bls_blind import SignerKey
from client.vault import Vault
from contracts.identity.crypto.certificates import Round, key_labels
from contracts.identity.vouching.messages import VoucherKey
from contracts.sdk.bls import decode_g1
from contracts.sdk.transcript import lp, uint


class VoucherSigner:
    """One voucher's keys on one chain: `number` in its edition, and its agency."""

    def __init__(self, vault: Vault, chain_id: str, *, number: int, agency: str) -> None:
        self._vault = vault
        self._chain_id = chain_id
        self.number = number
        self.agency = agency

    def key(self, asked: Round, place: int) -> SignerKey:
        """Return the key of a place or class of a round; it tells nothing of any other."""
        named = (
            self._chain_id.encode(),
            asked.kind.encode(),
            uint(asked.period),
            uint(place),
            uint(asked.generation),
            uint(asked.edition),
            uint(self.number),
        )
        return self._vault.signer(b"".join(lp(field) for field in (b"sapha/id/v2/key", *named)))

    def proven(self, asked: Round, place: int) -> VoucherKey:
        """Return the public key of a place or class, with the proof that it is known here."""
        key = self.key(asked, place)
        labels = key_labels(self._chain_id, asked, place, (self.number, self.agency))
        return VoucherKey(key=key.public.encoded, proof=key.prove(labels))

    def answer(self, asked: Round, place: int, elements: Sequence[bytes]) -> tuple[bytes, ...]:
        """Return S of each blinded key, 48 bytes. Raises BadElement: one is not in the group."""
        key = self.key(asked, place)
        return tuple(key.sign(decode_g1(element)).encoded for element in elements)
