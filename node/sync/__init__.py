"""Block sync: serving decided blocks, and catching up with those of others."""

from node.sync.catch_up import SyncCallbacks
from node.sync.joining import JoinParts
from node.sync.service import Sync, SyncSnapshots
from node.sync.settings import SyncSettings
from node.sync.shelf import Shelf

__all__ = ["JoinParts", "Shelf", "Sync", "SyncCallbacks", "SyncSettings", "SyncSnapshots"]
