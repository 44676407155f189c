"""R5.1: the certificate of the head goes into the block after it, and is checked before a vote.

Owns which seals of the head are known, whether they came as votes or in a certificate: these are
not verified again. Commits that come after the decision are added, so that a certificate in a
block holds every seal that its proposer knew.
"""

from collections.abc import Mapping

from consensus.events import Head
from consensus.messages import TAGS, Kind, Statement, signed_bytes
from consensus.replica import Replica
from consensus.signing import heed_certificate
from primitives.block import Block
from primitives.certificate import (
    Certificate,
    SealedBlock,
    Verify,
    assemble,
    check_last_certificate,
)
from primitives.crypto import PublicKey, Signature
from primitives.errors import Rejected


def take_seals(replica: Replica, head: Head) -> None:
    """Keep what is known of the seals of `head` when its height closes: all of one view."""
    certificate, state = head.certificate, replica.state
    replica.head_seals = {} if certificate is None else dict(certificate.seals)
    if certificate is not None and state.height == head.height:
        replica.head_seals |= state.commits.signatures(certificate.view, head.block_hash)


def on_late_commit(replica: Replica, peer: PublicKey, vote: Statement) -> None:
    """Add a Commit of the head that came after the decision, if it is of its certificate's view."""
    certificate, decided_by = replica.head.certificate, replica.head.decided_by
    if vote.kind is not Kind.COMMIT or certificate is None or decided_by is None:
        return
    sealed = (certificate.height, certificate.view, certificate.block_hash)
    if (vote.height, vote.view, vote.content) != sealed or vote.sender not in decided_by:
        return
    if vote.sender in replica.head_seals:
        return
    signed = signed_bytes(replica.config.chain_id, certificate.restart, *sealed)
    if replica.config.verify(vote.sender, TAGS[vote.kind], signed, vote.signature):
        replica.head_seals[vote.sender] = vote.signature
    else:
        name = decided_by.name_of(vote.sender)
        replica.fault(peer, f"the COMMIT of {name} does not verify")


def last_certificate(replica: Replica) -> Certificate | None:
    """Return what proves the head, with every seal known; None when nobody votes for it."""
    certificate, decided_by = replica.head.certificate, replica.head.decided_by
    if certificate is None or decided_by is None:
        return None
    return assemble(
        sealed=(certificate.height, certificate.view, certificate.block_hash),
        restart=certificate.restart,
        seals=dict(certificate.seals) | replica.head_seals,
        validators=decided_by,
    )


def last_certificate_fault(replica: Replica, block: Block) -> str | None:
    """Return what is wrong with the certificate in a block upon the head, None when nothing.

    A good one is looked through for an own seal that this node cannot explain (R2.3).
    """
    last, certificate = block.last_certificate, replica.head.certificate
    known: dict[PublicKey, Signature] = {}
    if last is not None and certificate is not None and last.view == certificate.view:
        known = dict(certificate.seals) | replica.head_seals
    verify = _verify_new(known, replica.config.verify)
    try:
        checked = check_last_certificate(last, _sealed_head(replica), verify)
    except Rejected as error:
        return f"last certificate: {error.message}"
    heed_certificate(replica, checked)
    return None


def _sealed_head(replica: Replica) -> SealedBlock | None:
    head = replica.head
    if head.certificate is None or head.decided_by is None:
        return None
    return SealedBlock(
        chain_id=replica.config.chain_id,
        restart=head.certificate.restart,
        height=head.height,
        block_hash=head.block_hash,
        validators=head.decided_by,
    )


def _verify_new(known: Mapping[PublicKey, Signature], verify: Verify) -> Verify:
    """Return `verify` that takes seals of `known` without verifying them again."""

    def verify_new(key: PublicKey, tag: str, data: bytes, seal: Signature) -> bool:
        return known.get(key) == seal or verify(key, tag, data, seal)

    return verify_new
