"""What the program needs beside Python; written so that Python 3.7 reads it and says so."""

from __future__ import annotations

import importlib
import sys

PYTHON = (3, 11)
WHEELS = {  # module: wheel
    "nacl": "pynacl>=1.6.2",
    "msgpack": "msgpack>=1.2",
    "py_arkworks_bls12381": "py-arkworks-bls12381>=0.5",
    "cryptography": "cryptography>=50",
}
LACKING = 3


def lacking() -> list[str]:
    """Return the wheels that this Python does not have."""
    names = []
    for module, wheel in WHEELS.items():
        try:
            importlib.import_module(module)
        except ImportError:
            names.append(wheel)
    return names


def require_needs() -> None:
    """Name what is missing, and leave with the exit code for that; return if nothing is."""
    if sys.version_info < PYTHON:
        sys.stderr.write(f"the verifier needs Python {PYTHON[0]}.{PYTHON[1]} or later\n")
        sys.exit(LACKING)
    names = lacking()
    if names:
        wheels = " ".join(f"'{name}'" for name in names)
        sys.stderr.write(f"the verifier needs: {', '.join(names)}\n")
        sys.stderr.write(f"  {sys.executable or 'python3'} -m pip install {wheels}\n")
        sys.exit(LACKING)
