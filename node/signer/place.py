"""A node and its signer: where its settings say that it is, and who asks it for what."""

from collections.abc import Awaitable, Callable

from consensus import RequestSignature, SignState
from node.config import NodeConfig
from node.files import Self
from node.signer.client import SignerIdentity, SignerLink, SignerPlace, await_signer
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


def link_of(config: NodeConfig, own: Self) -> SignerLink | None:
    """Return what a running node asks its signer by; None where its key is here."""
    return SignerLink(place_of(config), identity_of_signer(own)) if config.has_signer else None


async def signer_state_of(config: NodeConfig, own: Self) -> SignState | None:
    """Return the sign-state of a node's signer, waiting for it; None where its key is here.

    Raises:
        SignerMismatch: the signer of another key or another chain answers.
    """
    if not config.has_signer:
        return None
    return await await_signer(place_of(config), identity_of_signer(own))


def receipts_of(
    own: Self, link: SignerLink | None
) -> Callable[[Erasure], Awaitable[ErasureReceipt]]:
    """Return what signs that a content was erased: the signer, or the key that is here."""

    async def signed(erasure: Erasure) -> ErasureReceipt:
        if link is not None:
            return await link.receipt(erasure, own.public_key)
        if own.key is None:
            raise InvariantBroken("a node has its key or a signer")
        return erasure.sign(own.key)

    return signed


def requests_of(link: SignerLink | None) -> Callable[[RequestSignature], None]:
    """Return what has a statement signed elsewhere; nothing may ask where the key is here."""

    def refuse(effect: RequestSignature) -> None:
        raise InvariantBroken(f"no signer is asked for {effect.mark}: the key is here")

    return refuse if link is None else link.request
