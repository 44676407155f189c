"""python -m verifier RECORD GENESIS: check one election's record and say why it is believed."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from verifier.ledger import Network, read_network
from verifier.record import Verified, lines_of, read_record, verify
from verifier.refusal import Refused, Unreadable
from verifier.report import document, text

ACCEPTED, REFUSED, UNREADABLE = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Check what the arguments name, print the finding, and return the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        network = _network(asked.genesis, asked.genesis_hash)
        verified = _verified(asked.record, network)
    except Refused as refused:
        return _say(asked.json, ("REFUSED", {"accepted": False}, f"{refused}"), REFUSED)
    except Unreadable as fault:
        return _say(asked.json, ("UNREADABLE", {"accepted": None}, f"{fault}"), UNREADABLE)
    sys.stdout.write((_json(document(verified)) if asked.json else text(verified)) + "\n")
    return ACCEPTED


def _say(as_json: bool, found: tuple[str, dict[str, Any], str], code: int) -> int:  # noqa: FBT001
    word, said, reason = found
    sys.stdout.write(_json(said | {"reason": reason}) if as_json else f"{word}: {reason}")
    sys.stdout.write("\n")
    return code


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
