"""Snapshots of the state: made aside, proved from the genesis, and a store made of one."""

from node.snapshots.folder import SNAPSHOTS, SnapshotFolder, SnapshotUnusable, Stored, read_snapshot
from node.snapshots.making import Moment, making, moment_of
from node.snapshots.proving import ProvenSnapshot, WholeSnapshot, prove, prove_stored
from node.snapshots.restoring import Place, make_store, restore, verify

__all__ = [
    "SNAPSHOTS",
    "Moment",
    "Place",
    "ProvenSnapshot",
    "SnapshotFolder",
    "SnapshotUnusable",
    "Stored",
    "WholeSnapshot",
    "make_store",
    "making",
    "moment_of",
    "prove",
    "prove_stored",
    "read_snapshot",
    "restore",
    "verify",
]
