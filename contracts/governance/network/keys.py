"""Another key for a node: by its agency's administrator, or by vote; the new key proves itself."""

from contracts.governance.network.changes import is_key_awaited, take_back_key, wait_for_key
from contracts.governance.network.errors import (
    BadNodeKey,
    KeyChangeWaits,
    NewKeyUnproven,
    NodeKeyUsed,
    ProofTooOld,
    UnknownNode,
)
from contracts.governance.network.events import KeyChangeDecided
from contracts.governance.network.messages import NodeKey, ReportStolen, RotateKey, StolenKey
from contracts.governance.network.state import key_owners, nodes
from contracts.sdk import Context, PublicKey, Signature, emit, encode, require
from contracts.sdk.crypto import is_usable_key, verify

KEY_TAG = "network/node-key"  # of the proof that somebody has the new key
PROOF_BLOCKS_MAX = 1_000  # of an own act; a proposal may be voted on for longer
ED25519 = b"\x01"

NewKey = RotateKey | ReportStolen | StolenKey


def check_stolen(ctx: Context, wanted: NewKey) -> None:
    """Reject another key of nobody, one that is or was a node's, and one without its proof."""
    require(nodes.has(ctx, wanted.node), UnknownNode)
    require_usable(wanted.public_key)
    require(not key_owners.has(ctx, wanted.public_key), NodeKeyUsed)
    key, proof = PublicKey(wanted.public_key), Signature(wanted.proof)
    facts = encode((ctx.chain_id, wanted.node, wanted.height))
    require(verify(key, KEY_TAG, facts, proof), NewKeyUnproven)
    require(wanted.height <= ctx.height, ProofTooOld)


def require_usable(key: NodeKey) -> None:
    """Reject with BadNodeKey what is no Ed25519 key that somebody could have."""
    require(key[:1] == ED25519 and is_usable_key(key), BadNodeKey)


def rotate(ctx: Context, msg: RotateKey) -> None:
    """Let a checked new key wait for its turn; the node's next one only after it."""
    check_stolen(ctx, msg)
    _require_recent(ctx, msg.height)
    require(not is_key_awaited(ctx, msg.node), KeyChangeWaits)
    _decide(ctx, msg.node, msg.public_key, is_stolen=False)


def report(ctx: Context, msg: ReportStolen) -> None:
    """Let a checked new key come next, in the place of one that waits."""
    _require_recent(ctx, msg.height)
    replace_stolen(ctx, msg)


def replace_stolen(ctx: Context, wanted: ReportStolen | StolenKey) -> None:
    """The same by vote, which takes longer than a proof is recent."""
    check_stolen(ctx, wanted)
    take_back_key(ctx, wanted.node)
    _decide(ctx, wanted.node, wanted.public_key, is_stolen=True)


def _decide(ctx: Context, node: str, key: NodeKey, *, is_stolen: bool) -> None:
    key_owners.save(ctx, key, node)
    wait_for_key(ctx, node, key, is_stolen=is_stolen)
    emit(ctx, KeyChangeDecided(node, key, is_stolen))


def _require_recent(ctx: Context, height: int) -> None:
    require(ctx.height - PROOF_BLOCKS_MAX <= height, ProofTooOld)
