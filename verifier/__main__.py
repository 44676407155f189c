"""python -m verifier RECORD GENESIS: check one election's record and say why it is believed."""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verifier.ledger import Network, read_network
from verifier.record import Verified, lines_of, read_record, verify
from verifier.refusal import UNFORESEEN, Refused, Unreadable
from verifier.report import document, text

ACCEPTED, REFUSED, UNREADABLE = 0, 1, 2
REASON_CHARS_MAX = 600


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said of a record: the exit code, and the same for programs and for people."""

    code: int
    document: dict[str, Any]
    text: str


def main(arguments: list[str] | None = None) -> int:
    """Check what the arguments name, print the finding, and return the exit code."""
    asked = _parser().parse_args(arguments)
    finding = find(asked.record, asked.genesis, asked.genesis_hash)
    sys.stdout.write((_json(finding.document) if asked.json else finding.text) + "\n")
    return finding.code


def find(record: Path, genesis: Path, genesis_hash: str | None = None) -> Finding:
    """Check a record against a network's genesis, and that against a hash if one is given."""
    try:
        verified = _verified(record, _network(genesis, genesis_hash))
    except Refused as refused:
        reason = _shown(f"{refused}")
        return Finding(REFUSED, {"accepted": False, "reason": reason}, f"REFUSED: {reason}")
    except Unreadable as fault:
        return _unreadable(f"{fault}")
    except UNFORESEEN as fault:  # not a traceback, whose exit code is that of a refusal
        kind = type(fault).__name__
        return _unreadable(f"a file is no record, or no genesis, to its end: {kind}: {fault}")
    return Finding(ACCEPTED, document(verified), text(verified))


def _unreadable(fault: str) -> Finding:
    reason = _shown(fault)
    return Finding(UNREADABLE, {"accepted": None, "reason": reason}, f"UNREADABLE: {reason}")


def _shown(reason: str) -> str:
    """Return a reason as a terminal shows it: what a file holds writes nothing of its own there."""
    safe = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in reason)
    return safe if len(safe) <= REASON_CHARS_MAX else f"{safe[:REASON_CHARS_MAX]}..."


def _network(path: Path, expected: str | None) -> Network:
    try:
        network = read_network(_text(path))
    except Refused as refused:
        raise Unreadable(f"{refused}") from refused
    found = "0x" + network.genesis_hash.hex()
    if expected is not None and expected.lower() != found:
        raise Refused(f"the genesis has the hash {found}, not {expected}")
    return network


def _verified(path: Path, network: Network) -> Verified:
    """Verify a record as it is read, line by line. Raises Refused or Unreadable."""
    try:
        with path.open("rb") as file:
            return verify(read_record(lines_of(file)), network)
    except OSError as error:
        raise Unreadable(f"{path}: cannot be read: {error}") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: cannot be read: {error}") from error


def _json(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, indent=1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verifier",
        description="Check the record of an election against the network's genesis.",
        epilog="Exit code: 0 accepted, 1 refused, 2 a file is no record or no genesis.",
    )
    parser.add_argument("record", type=Path, help="file made by `sapha vote export`")
    parser.add_argument("genesis", type=Path, help="genesis.json of the network")
    parser.add_argument("--genesis-hash", help="what the agencies publish, 0x...; else compare it")
    parser.add_argument("--json", action="store_true", help="print the finding as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
