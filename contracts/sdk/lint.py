"""Placeholder until next edit."""

from pathlib import Path


def check_folder(folder: Path, *, package: str) -> None:
    """Check."""
