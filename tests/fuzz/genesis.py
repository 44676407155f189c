"""Genesis documents and member files: JSON that people pass on."""

import json

from genesis.build import show_member
from genesis.errors import GenesisFault
from genesis.schema import show_genesis
from genesis.verify import read_genesis, read_member
from tests.genesis.builders import document, member, member_key


def check(data: bytes) -> None:
    """What is read is shown as a document that is read as the same."""
    text = data.decode(errors="replace")
    for read in (read_genesis, read_member):
        try:
            value = read(text)
        except GenesisFault:
            continue
        if read is read_genesis:
            assert read_genesis(show_genesis(value)).hash == value.hash


def seeds() -> list[bytes]:
    """A document and a member file that are right."""
    return [json.dumps(document()).encode(), show_member(member(0), member_key(0)).encode()]
