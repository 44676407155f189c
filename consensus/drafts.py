"""The only place that signs: a statement of the current view, here and at once or elsewhere.

The order of effects is kept here: a signed message is persisted before it is sent.
"""

from consensus.effects import RequestSignature
from consensus.events import SignatureReceived
from consensus.guard import Lock
from consensus.messages import TAGS, Statement
from consensus.replica import Draft, Replica
from primitives.crypto import Signature, digest


def say(replica: Replica, draft: Draft) -> None:
    """Sign, persist, then broadcast a statement in the current view.

    Does nothing when this node may not sign, or has already signed at this mark or a higher one.
    Where it is signed elsewhere, the rest waits for the answer.
    """
    state, config = replica.state, replica.config
    if not replica.may_say(draft.kind):
        return
    if config.sign is not None:
        signed = replica.signed_bytes(state.view, draft.content)
        _conclude(replica, draft, config.sign(TAGS[draft.kind], signed), draft.lock)
        return
    request = RequestSignature(
        kind=draft.kind,
        height=state.height,
        view=state.view,
        content=draft.content,
        restart=state.restart,
        lock=draft.lock,
    )
    replica.right.floor = max(replica.right.floor, request.mark)
    replica.drafts[request.mark] = draft
    replica.emit(request)


def conclude(replica: Replica, event: SignatureReceived) -> None:
    """Say what was signed elsewhere, unless its view has passed: then nobody hears of it."""
    draft, state = replica.drafts.pop(event.mark, None), replica.state
    is_present = (event.mark.height, event.mark.view) == (state.height, state.view)
    is_next = event.mark > replica.right.state.mark
    if draft is not None and is_present and is_next and replica.may_sign:
        _conclude(replica, draft, event.signature, lock=None)


def _conclude(replica: Replica, draft: Draft, signature: Signature, lock: Lock | None) -> None:
    own_key, state, kind = replica.own_key, replica.state, draft.kind
    if own_key is None:
        return
    statement = Statement(kind, state.height, state.view, draft.content, own_key, signature)
    payload, entry = draft.form(statement)
    signed = digest(TAGS[kind], replica.signed_bytes(state.view, draft.content))
    replica.record(statement, signed, entry=entry, lock=lock)
    replica.broadcast(payload)
    state.sent[kind] = payload
    draft.then(statement)
