"""Makes the index of what is on disk at start, and finishes what a crash cut off."""

from node.blobs.disk import BlobDisk, FoundFile
from node.blobs.index import ERASED, BlobIndex, Held, wraps_name
from primitives.crypto import PublicKey
from primitives.ids import Address


def fill_index(index: BlobIndex, disk: BlobDisk) -> None:
    """Take every file into `index`. Raises StoreFailed."""
    for found in disk.scan():
        if found.kind == ERASED:
            index.erased.add(found.content)
        else:
            _note(index.at(found.content), found, disk)
    index.recount()
    for content in index:
        held = index.get(content)
        # A crash may have come between the mark of an erasure and the removal, or between the
        # mark of an upload and its head.
        is_headless = held is not None and held.uploader is not None and held.parts is None
        if held is not None and (content in index.erased or is_headless):
            index.drop(content)
            disk.remove(content, held.names)


def _note(held: Held, found: FoundFile, disk: BlobDisk) -> None:
    held.since_ms = max(held.since_ms, found.written_ms)
    if found.kind == "head":
        held.parts = int(found.first)
        held.sizes[0] = found.size
    elif found.kind == "part":
        held.sizes[int(found.first)] = found.size
    elif found.kind == "by":
        held.uploader = Address(bytes.fromhex(found.first))
    elif found.kind == "wraps":
        _note_wraps(held, found, disk)


def _note_wraps(held: Held, found: FoundFile, disk: BlobDisk) -> None:
    """Keep the latest version; a crash may have left the one before."""
    key, version = PublicKey(bytes.fromhex(found.first)), int(found.second)
    other = held.wraps.get(key, version)
    held.wraps[key] = max(version, other)
    if other != version:
        disk.remove(found.content, [wraps_name(key, min(version, other))])
