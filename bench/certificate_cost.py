"""What the certificate inside a block costs a validator before it prepares the block (R5.1).

    python -m bench.certificate_cost [VALIDATORS ...]        (default 4 16 31)

Prints, for each number of validators: the certificate's bytes with a quorum of seals; processor
time to read it, to check it when every seal came as a vote before, and when none did; and the
ratios to verifying the Commits of one height, which a validator does anyway.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from consensus.config import EngineConfig
from consensus.events import Head
from consensus.guard import born
from consensus.head_seals import last_certificate_fault
from consensus.heights import next_height
from consensus.replica import Replica
from consensus.right import SigningRight
from primitives.block import Block, Header, last_certificate_hash_of, transactions_root_of
from primitives.certificate import (
    SEAL_TAG,
    Certificate,
    assemble,
    check_certificate,
    read_certificate,
    seal_bytes,
)
from primitives.crypto import ZERO_DIGEST, PublicKey, SigningKey, digest
from primitives.errors import InvariantBroken
from primitives.ids import Height, View
from primitives.validators import Validator, ValidatorSet, validator_set

CHAIN = "bench-00"
RESTART = digest("genesis", b"bench")
PARENT, HEIGHT = Height(1_000_000), Height(1_000_001)
ROUNDS = 300


def main() -> None:
    """Print the table."""
    counts = [int(text) for text in sys.argv[1:]] or [4, 16, 31]
    print("validators  bytes  read us  known us  unknown us  votes us  known/votes  unknown/votes")
    for count in counts:
        head, block = _example(count)
        certificate = _certified(head)
        encoded = certificate.encode()
        read = _cost_us(partial(read_certificate, encoded))
        known = _cost_us(_check(head, block, is_known=True))
        unknown = _cost_us(_check(head, block, is_known=False))
        votes = _cost_us(partial(_verify_all, certificate, head.validators))
        print(
            f"{count:<10}  {len(encoded):5}  {read:7.1f}  {known:8.1f}  {unknown:10.0f}"
            f"  {votes:8.0f}  {known / votes:11.3f}  {unknown / votes:13.2f}"
        )


def _example(count: int) -> tuple[Head, Block]:
    """Return a head that a quorum of `count` validators certified, and a block upon it."""
    keys = [SigningKey(digest("bench-key", bytes([number]))) for number in range(count)]
    validators = validator_set(Validator(key.public_key, f"v{i}") for i, key in enumerate(keys))
    parent_hash = digest("bench", b"parent")
    signed = seal_bytes(CHAIN, RESTART, PARENT, View(0), parent_hash)
    certificate = assemble(
        sealed=(PARENT, View(0), parent_hash),
        restart=RESTART,
        seals={key.public_key: key.sign(SEAL_TAG, signed) for key in keys[: validators.quorum]},
        validators=validators,
    )
    head = Head(
        height=PARENT,
        block_hash=parent_hash,
        certificate=certificate,
        validators=validators,
        order=tuple(member.public_key for member in validators.members),
        passed_over=(),
        decided_by=validators,
        restart=RESTART,
    )
    return head, Block(_header(head), (), last_certificate=certificate.unchecked)


def _header(head: Head) -> Header:
    return Header(
        chain_id=CHAIN,
        height=HEIGHT,
        time_ms=1,
        parent_hash=head.block_hash,
        transactions_root=transactions_root_of((), ()),
        receipts_root=ZERO_DIGEST,
        state_root=ZERO_DIGEST,
        validators_hash=head.validators.hash,
        next_validators_hash=head.validators.hash,
        last_certificate_hash=last_certificate_hash_of(_certified(head).unchecked),
        app_version=1,
        proposer=PublicKey(bytes(32)),
        restart=RESTART,
    )


def _certified(head: Head) -> Certificate:
    if head.certificate is None:
        raise InvariantBroken("the example has a certificate")
    return head.certificate


def _check(head: Head, block: Block, *, is_known: bool) -> Callable[[], None]:
    """Return the engine's check, with the seals known as votes or not one of them."""
    replica = Replica(
        config=EngineConfig(chain_id=CHAIN),
        head=head,
        state=next_height(head),
        right=SigningRight.of(born(PublicKey(bytes(32))), None),
    )
    if not is_known:
        # The node's own certificate is of another view, so that it helps with no seal.
        other = assemble(
            sealed=(PARENT, View(1), head.block_hash),
            restart=RESTART,
            seals=dict(_certified(head).seals),
            validators=head.validators,
        )
        replica.head = replace(head, certificate=other)

    def check() -> None:
        fault = last_certificate_fault(replica, block)
        if fault is not None:
            raise InvariantBroken(fault)

    return check


def _verify_all(certificate: Certificate, validators: ValidatorSet) -> None:
    """Verify q Commits, as they are when they come as votes."""
    check_certificate(certificate.unchecked, chain_id=CHAIN, restart=RESTART, validators=validators)


def _cost_us(run: Callable[[], object]) -> float:
    """Return the processor microseconds of one run."""
    run()
    started = time.process_time()
    for _ in range(ROUNDS):
        run()
    return (time.process_time() - started) / ROUNDS * 1e6


if __name__ == "__main__":
    main()
