"""What is left of a request after the legal period: a copy, and the receipt that proves it.

Who needs a record longer asks the contract for all of it before it is pruned. The receipt of the
pruning transaction states its digest, and stands under a header.
"""

from contracts.identity.requests.messages import RequestPruned, StandingPruned
from contracts.identity.requests.state import RequestRecord, StandingRecord, record_digest
from primitives.receipt import Receipt


def does_prove(
    receipt: Receipt, chain_id: str, name: bytes, kept: RequestRecord | StandingRecord
) -> bool:
    """Return whether a receipt says that this record of the request or consent `name` went.

    Take the receipt proven, from a light client: nobody else has to be believed.
    """
    pruned = RequestPruned if isinstance(kept, RequestRecord) else StandingPruned
    stated = (name, record_digest(chain_id, name, kept))
    return any(
        (event.contract, event.name, event.fields) == ("identity", pruned.__name__, stated)
        for event in receipt.events
    )
