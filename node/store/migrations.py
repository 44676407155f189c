"""Whether this software may open a store: format version and network.

Version 2 keeps headers apart; a later version that can convert an older one does it here, in order,
before anything else reads.
"""

from pathlib import Path

from node.store import schema
from node.store.faults import StoreMissing, StoreOfOtherNetwork, StoreSchema
from node.store.ports import KeyValue, Put
from primitives.crypto import Digest


def identity_puts(genesis_hash: Digest) -> list[Put]:
    """Return the writes that mark a new store."""
    return [
        (schema.META_SCHEMA, schema.number_value(schema.SCHEMA_VERSION)),
        (schema.META_GENESIS, genesis_hash),
    ]


def check_identity(kv: KeyValue, path: Path, genesis_hash: Digest) -> None:
    """Check that the store has the known format and this genesis.

    Raises:
        StoreMissing: it was never initialised to the end.
        StoreSchema: another format version.
        StoreOfOtherNetwork: another genesis.
    """
    version = kv.get(schema.META_SCHEMA)
    if version is None:
        raise StoreMissing(
            f"{path} was not initialised to the end: remove the folder and initialise again"
        )
    if version != schema.number_value(schema.SCHEMA_VERSION):
        raise StoreSchema(
            f"{path} has format {schema.read_number(version)}, this version of sapha reads "
            f"format {schema.SCHEMA_VERSION}: use the version that wrote it, or catch up anew"
        )
    stored = kv.get(schema.META_GENESIS)
    if stored != genesis_hash:
        raise StoreOfOtherNetwork(
            f"{path} belongs to genesis {(stored or b'').hex()}, not {genesis_hash.hex()}: "
            "check genesis.json and the data folder"
        )
