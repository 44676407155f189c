"""A signer's directory, its votes, and the signer that is opened on it."""

import json
from contextlib import contextmanager
from dataclasses import replace

from consensus.messages import Kind
from genesis.schema import Genesis, show_genesis
from genesis.verify import read_genesis
from node.signer.server import opened
from node.signer.settings import load_signer_config
from node.signer.setup import SignerPlan, make_signer
from node.signer.wire import Vote
from primitives.crypto import Digest, PublicKey
from tests.genesis.builders import document

BLOCK, OTHER = Digest(bytes([1]) * 32), Digest(bytes([2]) * 32)
START, RESTART = Digest(bytes([8]) * 32), Digest(bytes([9]) * 32)


def vote(height=1, view=0, kind=Kind.PREPARE, content=BLOCK, restart=START):
    return Vote(kind=kind, height=height, view=view, content=content, restart=restart)


def new_signer(directory, **plan) -> PublicKey:
    """Make the directory of a signer whose key is a member's; return the key."""
    key = make_signer(directory, SignerPlan(**plan))
    (directory / "genesis.json").write_text(show_genesis(genesis_with(key)))
    return key


def genesis_with(key: PublicKey) -> Genesis:
    """Return a genesis whose first member has `key`."""
    known = genesis_known()
    first, *others = known.members
    return replace(known, members=(replace(first, public_key=key), *others))


def genesis_known() -> Genesis:
    return read_genesis(json.dumps(document()))


@contextmanager
def signer_of(directory):
    """Open the signer of a directory as its process does."""
    with opened(load_signer_config(directory)) as found:
        found.signer.start()
        yield found.signer
