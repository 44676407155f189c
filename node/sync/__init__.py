"""Block sync: serving decided blocks, and catching up with those of others."""

from node.sync.catch_up import SyncCallbacks
from node.sync.service import Sync
from node.sync.settings import SyncSettings

__all__ = ["Sync", "SyncCallbacks", "SyncSettings"]
