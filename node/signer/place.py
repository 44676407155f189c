"""A node and its signer: where its settings say that it is, and who asks it for what."""

from collections.abc import Awaitable, Callable

from consensus import RequestSignature, SignState
from consensus.guard import NOTHING_SIGNED
from node.config import NodeConfig
from node.files import Self
from node.observe.metrics import NodeMetrics
from node.rotating import KeyInUse
from node.signer.client import SignerIdentity, SignerLink, SignerPlace, await_signer
from node.signer.wire import CODES
from primitives.blob_documents import Erasure, ErasureReceipt
from primitives.errors import InvariantBroken


def place_of(config: NodeConfig) -> SignerPlace:
    """Return where the signer of a node is; `config` has one."""
    own = config.signer
    return SignerPlace(
        socket=config.path(own.socket) if own.socket else None,
        host=own.host,
        port=own.port,
        certificate=config.path(own.certificate) if own.certificate else None,
        own_certificate=config.path(config.p2p.certificate),
        own_key=config.path(config.p2p.private_key),
        answer_s_max=own.answer_s_max,
        retry_s=own.retry_s,
    )


def identity_of_signer(own: Self) -> SignerIdentity:
    """Return whose signer serves this node."""
    return SignerIdentity(own.public_key, own.genesis.chain_id)


def link_of(
    config: NodeConfig, own: Self, before: SignState | None, metrics: NodeMetrics
) -> SignerLink | None:
    """Return what a running node asks its signer by; None where its key is here.

    `before` is the node's own sign-state.
    """
    if not config.has_signer:
        return None
    is_signed = before is not None and before.signature is not None
    last = before.mark if before is not None and is_signed else NOTHING_SIGNED
    link = SignerLink(place_of(config), identity_of_signer(own), last)
    link.on_answer = metrics.signer_seconds.observe
    link.on_refusal = lambda code: metrics.signer_refusals.labels(_known(code)).inc()
    return link


def fault_of(link: SignerLink | None) -> Callable[[], str | None]:
    """Return what says why a node's signer does not sign, None while it does."""
    return lambda: None if link is None else link.fault


def _known(code: str) -> str:
    return code if code in CODES else "OTHER"


async def signer_state_of(config: NodeConfig, own: Self) -> SignState | None:
    """Return the sign-state of a node's signer, waiting for it; None where its key is here.

    Raises:
        SignerMismatch: the signer of another key or another chain answers.
    """
    if not config.has_signer:
        return None
    return await await_signer(place_of(config), identity_of_signer(own))


def receipts_of(
    used: KeyInUse, link: SignerLink | None
) -> Callable[[Erasure], Awaitable[ErasureReceipt]]:
    """Return what signs that a content was erased: the signer, or the key that is in use then."""

    async def signed(erasure: Erasure) -> ErasureReceipt:
        if link is not None:
            return await link.receipt(erasure, used.public_key)
        if used.key is None:
            raise InvariantBroken("a node has its key or a signer")
        return erasure.sign(used.key)

    return signed


def requests_of(link: SignerLink | None) -> Callable[[RequestSignature], None]:
    """Return what has a statement signed elsewhere; nothing may ask where the key is here."""

    def refuse(effect: RequestSignature) -> None:
        raise InvariantBroken(f"no signer is asked for {effect.mark}: the key is here")

    return refuse if link is None else link.request
