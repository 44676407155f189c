"""After the identity scene on real validators, nothing of the citizen is on any disk of theirs."""

import asyncio
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.devnet_files import load_devnet
from node.store.kv import open_kv
from primitives.crypto import tag_prefix
from scenes.identity.scene import CITIZEN_ID, FAMILY_NAME, GIVEN_NAME, Identity
from scenes.programme import numbered_checks
from tests.e2e.network import running_network

pytestmark = pytest.mark.e2e

WORDS = (CITIZEN_ID, GIVEN_NAME, FAMILY_NAME, f"{GIVEN_NAME} {FAMILY_NAME}")


def needles() -> list[bytes]:
    """The citizen's words, and every plain hash of one that somebody could look up."""
    found = [word.encode() for word in WORDS]
    for word in found[:]:
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s"):
            digest = hashlib.new(name, word).digest()
            found += [digest, digest.hex().encode()]
        found.append(hashlib.sha256(tag_prefix("identity") + word).digest())
    return found


def stored_bytes(node: Path, copies: Path) -> Iterator[tuple[str, bytes]]:
    """Every file as it is, and every entry of the database, whose files may be compressed."""
    for path in node.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()
    copy = copies / node.name
    shutil.copytree(node / "data" / "store" / "db", copy)
    database = open_kv(copy)
    for key, value in database.scan(b""):
        yield f"{node.name} key {key[:20]!r}", key + value
    database.close()


def test_no_byte_of_any_validator_holds_the_citizen_or_a_plain_hash(tmp_path):
    with running_network(tmp_path / "net") as network:
        story = asyncio.run(Identity().run(load_devnet(network.directory)))

    nodes = [network.directory / f"validator-{number}" for number in range(4)]
    pieces = [piece for node in nodes for piece in stored_bytes(node, tmp_path)]
    found = [(name, word) for name, piece in pieces for word in needles() if word in piece]

    checks = [check for _, check in numbered_checks("identity", story.checks)]
    assert [check for check in checks if not check.is_kept] == []
    assert sum(len(piece) for _name, piece in pieces) > 100_000
    assert found == []
