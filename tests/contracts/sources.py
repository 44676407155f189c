"""A copy of what contracts are made of, that a test may change."""

import shutil

from contracts.tools.code_hash import ROOT


def copy_to(folder):
    """Copy all that contracts are made of."""
    for name in ("contracts", "primitives"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def change(sources, file, before, after):
    """Replace what stands once, or first, in a file of the copy."""
    path = sources / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
