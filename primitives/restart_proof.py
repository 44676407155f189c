"""What lets a client with the genesis alone go across restart statements.

    proof = [[signed statement, ...], header bytes, certificate bytes, [[key, value, proof], ...]]

The header is that of the block above which the network goes on; the entries are those of its
state that say who had to sign. Owns the form; `genesis.restarts` checks. Source:
docs/protocol.md#restart-statement.
"""

from dataclasses import dataclass

from primitives.codec import Value, decode, encode
from primitives.limits import (
    BLOCK_RESTARTS_MAX,
    FRAME_BYTES_MAX,
    RESTART_BYTES_MAX,
    VALIDATORS_MAX,
)
from primitives.shape import array_of, blob_of, fields_of
from primitives.state_proof import PROOF_ITEMS_MAX, StateProof, read_proof

RESTART_PROOF_BYTES_MAX = FRAME_BYTES_MAX
_ENTRIES_MAX = 1 + 2 * VALIDATORS_MAX
_ITEMS_MAX = 1_000 + _ENTRIES_MAX * (4 + PROOF_ITEMS_MAX)
_VALUE_BYTES_MAX = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenEntry:
    """What a key holds (None: absent) and the proof under a header's state root."""

    key: bytes
    value: bytes | None
    proof: StateProof


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartProof:
    """Statements that one block carries, the certified header below it, and its electorate."""

    restarts: tuple[bytes, ...]
    header: bytes
    certificate: bytes
    entries: tuple[ProvenEntry, ...]

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        entries = tuple((one.key, one.value, one.proof.to_value()) for one in self.entries)
        return encode((self.restarts, self.header, self.certificate, entries))


def read_restart_proof(data: bytes) -> RestartProof:
    """Return the proof that `data` encodes; nothing is verified. Raises NotCanonical, BadShape."""
    value = decode(data, bytes_max=RESTART_PROOF_BYTES_MAX, items_max=_ITEMS_MAX)
    restarts, header, certificate, entries = fields_of(value, name="restart proof", count=4)
    listed = array_of(restarts, name="restarts", count_max=BLOCK_RESTARTS_MAX)
    return RestartProof(
        restarts=tuple(
            blob_of(item, name="restart", length_max=RESTART_BYTES_MAX) for item in listed
        ),
        header=blob_of(header, name="header", length_max=RESTART_BYTES_MAX),
        certificate=blob_of(certificate, name="certificate", length_max=RESTART_BYTES_MAX),
        entries=tuple(
            _entry(fields_of(item, name="entry", count=3))
            for item in array_of(entries, name="entries", count_max=_ENTRIES_MAX)
        ),
    )


def _entry(fields: tuple[Value, ...]) -> ProvenEntry:
    key, value, proof = fields
    return ProvenEntry(
        key=blob_of(key, name="key", length_max=_VALUE_BYTES_MAX),
        value=None if value is None else blob_of(value, name="value", length_max=_VALUE_BYTES_MAX),
        proof=read_proof(proof),
    )
