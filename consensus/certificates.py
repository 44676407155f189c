"""Prepared certificates: q Prepares for one block in one view."""

from consensus.messages import TAGS, Claim, Kind, Signatures
from consensus.replica import Replica


def check_prepared(replica: Replica, claim: Claim, prepares: Signatures) -> str | None:
    """Return None if `prepares` prove `claim` at the open height, or what is wrong.

    Signers are already distinct and sorted (consensus.wire).
    """
    state = replica.state
    if state.proven_claims.get(claim) == prepares:
        return None
    if len(prepares) < state.validators.quorum:
        return f"{len(prepares)} prepares, needed are {state.validators.quorum}"
    strangers = [key for key, _ in prepares if key not in state.validators]
    if strangers:
        return f"a prepare by {strangers[0].hex()[:16]}, not a validator"
    signed = replica.signed_bytes(claim[0], claim[1])
    for key, signature in prepares:
        if not replica.config.verify(key, TAGS[Kind.PREPARE], signed, signature):
            return f"the prepare of {state.validators.name_of(key)} does not verify"
    state.add_claim(claim, prepares)
    return None
