"""Prints the code hash of every contract, one a line: python -m tests.versions.hashes."""

import sys

from contracts.registry import NAMES, code_hash

if __name__ == "__main__":
    sys.stdout.write("\n".join(f"{name} {code_hash(name).hex()}" for name in NAMES))
