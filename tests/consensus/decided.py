"""A height that is decided, and an engine that has committed it."""

from dataclasses import replace

from consensus.messages import Decided, StatusMessage
from tests.consensus.builders import block_on, certificate_of, engine_of, genesis_head
from tests.consensus.drive import committed, hear, validate

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1)
OTHER = block_on(HEAD, proposer=1, time_ms=7777)
CERTIFICATE = certificate_of(BLOCK, senders=(1, 2, 3))
DECIDED = Decided(1, BLOCK.encode(), CERTIFICATE.encode())
IDLE = StatusMessage(1, 0, None, None, b"", (), b"")


def status(height=1, **changes):
    return replace(IDLE, height=height, **changes)


def decided_engine():
    """An engine that has decided BLOCK and committed it."""
    engine = engine_of(0)
    hear(engine, DECIDED, peer=1)
    validate(engine, BLOCK)
    committed(engine, BLOCK)
    return engine
