"""Engines that have just started, answers to them, and a chain that grows under them."""

from dataclasses import replace

from consensus import (
    recover,
)
from tests.consensus.builders import (
    answer,
    block_on,
    certificate_of,
    config_of,
    found_at_birth,
    genesis_head,
    head_after,
    key_of,
    start_of,
)
from tests.consensus.drive import (
    committed,
)

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1)
OTHER = block_on(HEAD, proposer=1, time_ms=7777)
NONCE = bytes(range(16))


def silent(index=0, *, head=HEAD, **lost):
    """An engine that has just started, whom nobody has answered; and its first effects."""
    found = replace(found_at_birth(index), **lost)
    return recover(config_of(index), head, start_of(index, found))


def listener(head=HEAD):
    return silent(sign_state=None, head=head)


def chain(engine, count, head=HEAD):
    """Let `engine` commit the next `count` blocks; return the effects."""
    effects = ()
    for _ in range(count):
        block = block_on(head, proposer=1)
        effects += committed(engine, block)
        head = head_after(block, certificate_of(block, senders=(1, 2, 3)))
    return effects


def told(engine, *heights, **how):
    """The other validators answer in their order, each its open height."""
    peers = [key_of(i) for i in range(1, 1 + len(heights))]
    steps = [
        answer(engine, peer, height=height, **how)
        for peer, height in zip(peers, heights, strict=True)
    ]
    return tuple(effect for step in steps for effect in step)
