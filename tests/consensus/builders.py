"""Engines, blocks and signed messages for tests, with a cheap keyed hash for signatures."""

import hashlib
from collections.abc import Sequence
from typing import Any

from consensus import (
    Effect,
    Engine,
    EngineConfig,
    Found,
    Head,
    Received,
    SignMark,
    SignState,
    Stamp,
    Standing,
    Start,
    StoreNote,
    begin,
    born,
    recover,
)
from consensus.messages import (
    TAGS,
    Content,
    Justification,
    Kind,
    Position,
    PrePrepare,
    Signatures,
    Statement,
    ViewChange,
    signed_bytes,
)
from consensus.turns import Turns, order_of, passed_over
from primitives.block import Block, Header, last_certificate_hash_of, transactions_root_of
from primitives.certificate import Certificate, UncheckedCertificate, assemble, seal_bytes
from primitives.crypto import ZERO_DIGEST, Digest, PublicKey, Signature, digest
from primitives.ids import Height, View
from primitives.validators import Validator, ValidatorSet, validator_set

CHAIN = "test-0123456789abcdef"
NO_KEY = PublicKey(bytes(33))
RANDOM = bytes(range(16))
RESTART = digest("genesis", b"test")
NAMES = ("amber", "basil", "coral", "dahlia", "ebony", "fern", "ginger", "hazel", "iris", "jade")


def fake_sign(key: PublicKey, tag: str, data: bytes) -> Signature:
    """A stand-in for Ed25519 that costs a hash: anyone can compute it, only tests use it."""
    once = hashlib.sha256(b"fake" + key + tag.encode() + b"\0" + data).digest()
    return Signature(once + once)


def fake_verify(key: PublicKey, tag: str, data: bytes, signature: Signature) -> bool:
    return fake_sign(key, tag, data) == signature


def key_of(index: int) -> PublicKey:
    """Keys ascend with the index, so that validator number i of a set is key_of(i)."""
    return PublicKey(b"\x01" + bytes([index + 1]) * 32)


def validators_of(count: int) -> ValidatorSet:
    return validator_set(
        Validator(key_of(i), NAMES[i] if i < len(NAMES) else f"v{i}") for i in range(count)
    )


def turns_of(height: int, count: int, turns: Turns | None = None) -> dict[str, Any]:
    """Who proposes at `height`, as fields of a head; by default nobody has missed a turn."""
    validators, known = validators_of(count), turns or {}
    return {
        "order": order_of(validators, known, Height(height)),
        "passed_over": passed_over(validators, known, Height(height)),
    }


def genesis_head(count: int) -> Head:
    return Head(
        height=Height(0),
        block_hash=digest("test-genesis", b""),
        certificate=None,
        validators=validators_of(count),
        **turns_of(1, count),
        decided_by=None,
        restart=RESTART,
    )


def config_of(index: int | None, **settings) -> EngineConfig:
    key = None if index is None else key_of(index)
    return EngineConfig(
        chain_id=CHAIN,
        own_key=key,
        sign=None if key is None else (lambda tag, data: fake_sign(key, tag, data)),
        verify=fake_verify,
        **settings,
    )


def found_at_birth(index: int | None) -> Found:
    """What the first start of a new key finds."""
    state = born(NO_KEY if index is None else key_of(index))
    return Found(sign_state=state, unreadable=None, lock=None, wal=None, store=None)


def found_after(head: Head, index: int) -> Found:
    """What a validator finds that has committed `head` and sealed it."""
    if head.certificate is None:
        return found_at_birth(index)
    mark = SignMark(head.height, head.certificate.view, int(Kind.COMMIT))
    stamp = Stamp(start=1, random=RANDOM)
    state = SignState(key=key_of(index), standing=Standing.EXPLAINED, stamp=stamp, mark=mark)
    note = StoreNote(stamp=stamp, mark=mark, statements=())
    return Found(sign_state=state, unreadable=None, lock=None, wal=None, store=note)


def start_of(index: int | None, found: Found | None = None) -> Start:
    """What `begin` says of the files; those of a new key unless others are given."""
    key = NO_KEY if index is None else key_of(index)
    return begin(found or found_at_birth(index), key, RANDOM)


def engine_of(
    index: int | None,
    *,
    count: int = 4,
    head: Head | None = None,
    config: EngineConfig | None = None,
) -> Engine:
    """An engine to which all other validators have told their open height."""
    head = head or genesis_head(count)
    found = found_at_birth(None) if index is None else found_after(head, index)
    engine, _first = recover(config or config_of(index), head, start_of(index, found))
    answer_all(engine, head, besides=index)
    return engine


def answer_all(engine: Engine, head: Head, *, besides: int | None) -> tuple[Effect, ...]:
    """Every other validator tells that it has the height after `head` open."""
    peers = [m.public_key for m in head.validators.members]
    effects = [
        answer(engine, peer, height=head.height + 1)
        for peer in peers
        if besides is None or peer != key_of(besides)
    ]
    return tuple(effect for step in effects for effect in step)


def answer(
    engine: Engine,
    peer: PublicKey,
    *,
    height: int,
    is_listening: bool = False,
    statement: Statement | None = None,
) -> tuple[Effect, ...]:
    """One validator answers the present question."""
    nonce = engine._replica.right.nonce
    position = Position(nonce, Height(height), is_listening, statement)
    return engine.step(Received(peer, position.encode()))


def block_on(
    head: Head,
    *,
    proposer: int,
    time_ms: int | None = None,
    evidence: tuple[bytes, ...] = (),
    transactions: tuple[bytes, ...] = (),
    **changes,
) -> Block:
    """A block after `head`; give another `time_ms` to get another block."""
    last = None if head.certificate is None else head.certificate.unchecked
    fields = {
        "chain_id": CHAIN,
        "height": Height(head.height + 1),
        "time_ms": 1000 * (head.height + 1) if time_ms is None else time_ms,
        "parent_hash": head.block_hash,
        "transactions_root": transactions_root_of(transactions, evidence),
        "receipts_root": ZERO_DIGEST,
        "state_root": ZERO_DIGEST,
        "validators_hash": head.validators.hash,
        "next_validators_hash": head.validators.hash,
        "last_certificate_hash": last_certificate_hash_of(last),
        "app_version": 1,
        "proposer": key_of(proposer),
        "restart": head.restart,
    }
    return Block(Header(**{**fields, **changes}), transactions, evidence, last)


def statement(
    kind: Kind,
    height: int,
    view: int,
    content: Content,
    sender: int,
    chain: str = CHAIN,
    restart: Digest = RESTART,
) -> Statement:
    signed = signed_bytes(chain, restart, Height(height), View(view), content)
    key = key_of(sender)
    signature = fake_sign(key, TAGS[kind], signed)
    return Statement(kind, Height(height), View(view), content, key, signature)


def prepare(block: Block, sender: int, view: int = 0) -> Statement:
    """Signed under the restart of the block's header, as commits are."""
    restart = block.header.restart
    return statement(Kind.PREPARE, block.height, view, block.hash, sender, restart=restart)


def commit(block: Block, sender: int, view: int = 0) -> Statement:
    restart = block.header.restart
    return statement(Kind.COMMIT, block.height, view, block.hash, sender, restart=restart)


def prepares_of(block: Block, view: int, senders: Sequence[int]) -> Signatures:
    votes = [prepare(block, sender, view) for sender in sorted(senders)]
    return tuple((vote.sender, vote.signature) for vote in votes)


def view_change(
    height: int, view: int, sender: int, *, prepared: tuple[int, Block, Sequence[int]] | None = None
) -> ViewChange:
    """A ViewChange; `prepared` is (view, block, who prepared)."""
    if prepared is None:
        return ViewChange(statement(Kind.VIEW_CHANGE, height, view, None, sender), (), None)
    at, block, senders = prepared
    claim = (View(at), block.hash)
    return ViewChange(
        statement(Kind.VIEW_CHANGE, height, view, claim, sender),
        prepares_of(block, at, senders),
        block.encode(),
    )


def justification_of(changes: Sequence[ViewChange]) -> Justification:
    ordered = sorted(changes, key=lambda change: change.statement.sender)
    claims = [c for c in ordered if c.statement.claim is not None]
    highest = max(claims, key=lambda c: c.statement.claim, default=None)
    heads = tuple(change.statement for change in ordered)
    return Justification(heads, () if highest is None else highest.prepares)


def pre_prepare(
    block: Block,
    *,
    sender: int,
    view: int = 0,
    changes: Sequence[ViewChange] = (),
    restart: Digest | None = None,
) -> PrePrepare:
    signed = restart or block.header.restart
    return PrePrepare(
        statement(Kind.PRE_PREPARE, block.height, view, block.hash, sender, restart=signed),
        block.encode(),
        justification_of(changes),
    )


def certificate_of(
    block: Block,
    *,
    senders: Sequence[int],
    count: int = 4,
    view: int = 0,
    validators: ValidatorSet | None = None,
) -> Certificate:
    restart = block.header.restart
    signed = seal_bytes(CHAIN, restart, block.height, View(view), block.hash)
    return assemble(
        sealed=(block.height, View(view), block.hash),
        restart=restart,
        seals={key_of(i): fake_sign(key_of(i), "seal", signed) for i in senders},
        validators=validators or validators_of(count),
    )


def signed_certificate(
    block: Block,
    *,
    chain: str = CHAIN,
    restart: Digest = RESTART,
    view: int = 0,
    signers: Sequence[int] = (0, 1, 2),
) -> UncheckedCertificate:
    """The bits of the first three validators over seals by `signers`, whatever they sign."""
    signed = seal_bytes(chain, restart, block.height, View(view), block.hash)
    seals = tuple(fake_sign(key_of(i), "seal", signed) for i in signers)
    return UncheckedCertificate(block.height, View(view), block.hash, b"\x07", seals)


def head_after(block: Block, certificate: Certificate, count: int = 4) -> Head:
    return Head(
        height=block.height,
        block_hash=block.hash,
        certificate=certificate,
        validators=validators_of(count),
        **turns_of(block.height + 1, count),
        decided_by=validators_of(count),
        restart=block.header.restart,
    )


NO_BLOCK = Digest(b"\x77" * 32)
