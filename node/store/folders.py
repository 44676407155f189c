"""Folders of a store as a whole: set aside, removed, put in the place of another."""

import shutil
from pathlib import Path

from node.store.faults import disk_faults
from node.store.files import OsFiles
from node.store.sign_state import free_name


def set_aside(store: Path, *, remove: bool) -> Path | None:
    """Move a store to a free name beside it, durably, or remove it; return where it is kept."""
    if not store.exists():
        return None
    kept = free_name(store, "aside")
    put_in_place(store, kept)
    if not remove:
        return kept
    remove_tree(kept)
    return None


def put_in_place(folder: Path, place: Path) -> None:
    """Rename a folder, durably. Raises StoreFailed."""
    files = OsFiles()
    files.rename(folder, place)
    files.fsync_dir(place.parent)


def remove_tree(folder: Path) -> None:
    """Remove a folder with all that is in it, if it is there. Raises StoreFailed."""
    if folder.exists():
        with disk_faults(folder, "remove"):
            shutil.rmtree(folder)
