"""Headers: made from an execution by the proposer, compared with an execution by the others."""

from contracts.sdk.ports import BlockInfo
from node.execution.executor import Executed
from node.ports import BuildRequest, CommittedHead
from primitives.block import Block, Header, last_certificate_hash_of, transactions_root_of
from primitives.ids import Height
from primitives.limits import (
    BLOCK_EVIDENCE_MAX,
    BLOCK_TRANSACTIONS_BYTES_MAX,
    BLOCK_TRANSACTIONS_MAX,
)

APP_VERSION = 1


def header_of(
    head: CommittedHead, info: BlockInfo, request: BuildRequest, executed: Executed
) -> Header:
    """Return the header of the block `info` that `executed` describes, upon `head`."""
    return Header(
        chain_id=info.chain_id,
        height=Height(info.height),
        time_ms=info.time_ms,
        parent_hash=head.block_hash,
        transactions_root=transactions_root_of(
            executed.transactions, executed.evidence, executed.restarts
        ),
        receipts_root=executed.receipts_root,
        state_root=executed.state.root,
        validators_hash=head.validators.hash,
        next_validators_hash=executed.next_validators.hash,
        last_certificate_hash=last_certificate_hash_of(request.last_certificate),
        app_version=APP_VERSION,
        proposer=request.proposer,
        restart=head.restart,
    )


def difference_before(block: Block, head: CommittedHead, transactions_max: int) -> str | None:
    """Return what is wrong with a block before it is executed upon `head`, None when nothing."""
    header, parent = block.header, head.header
    pairs = (
        ("height", header.height, parent.height + 1),
        ("chain_id", header.chain_id, parent.chain_id),
        ("parent_hash", header.parent_hash, head.block_hash),
        ("app_version", header.app_version, APP_VERSION),
        ("validators_hash", header.validators_hash, head.validators.hash),
        ("transactions_root", header.transactions_root, block.body_root),
        (
            "last_certificate_hash",
            header.last_certificate_hash,
            last_certificate_hash_of(block.last_certificate),
        ),
    )
    first = _first_difference(pairs)
    if first is not None:
        return first
    if header.time_ms <= parent.time_ms:
        return f"time_ms is {header.time_ms}, must be above the parent's {parent.time_ms}"
    if header.proposer not in head.validators:
        return f"the proposer {header.proposer.hex()} is not a validator of this height"
    return _size_difference(block, transactions_max)


def difference_after(block: Block, executed: Executed) -> str | None:
    """Return the first root of the header that is not the execution's, None when none."""
    header = block.header
    return _first_difference(
        (
            ("receipts_root", header.receipts_root, executed.receipts_root),
            ("state_root", header.state_root, executed.state.root),
            (
                "next_validators_hash",
                header.next_validators_hash,
                executed.next_validators.hash,
            ),
        )
    )


def _size_difference(block: Block, transactions_max: int) -> str | None:
    limits = (
        ("transactions", len(block.transactions), min(transactions_max, BLOCK_TRANSACTIONS_MAX)),
        ("bytes of transactions", sum(map(len, block.transactions)), BLOCK_TRANSACTIONS_BYTES_MAX),
        ("pieces of evidence", len(block.evidence), BLOCK_EVIDENCE_MAX),
    )
    for name, size, limit in limits:
        if size > limit:
            return f"{size} {name}, at most {limit}"
    return None


def _first_difference(pairs: tuple[tuple[str, object, object], ...]) -> str | None:
    for name, found, expected in pairs:
        if found != expected:
            return f"{name} is {_show(found)}, this node has {_show(expected)}"
    return None


def _show(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
