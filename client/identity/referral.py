"""Whether the ledger bears out what an IdP tells a source: asked by both, before anything is told.

The IdP tells whose data is meant only to a source of the request's services, under a consent that
is granted now; the source believes it, and releases, under the same.
"""

from client.contract import ask
from client.identity import ledger
from client.identity.errors import BadCredential
from client.identity.nodes import CLOCK_SKEW_S, check_acting
from client.identity.reference import SubjectReference
from client.identity.scope import Scope, check_asked, scope_in
from client.rpc import RpcClient
from contracts.identity.nodes.handlers import service_of
from contracts.identity.requests.messages import OpenRequest

_DATA_PENDING = "data_pending"  # the state of a request under which data moves


async def borne_out(rpc: RpcClient, reference: SubjectReference) -> Scope:
    """Return the scope that request, answer and consent say together now.

    Raises:
        BadCredential: the IdP carried no accept of the request, no data moves under it, its
            identifiers are of another namespace, the source may release none of its services, the
            relying party does not act, or the consent is not granted now, or is younger.
        BadPayload, CommitMismatch, NotWhatWasAsked: the scope is not the request's.
    """
    answer = await ledger.answered(rpc, reference.req_id, reference.idp)
    request = await ledger.request(rpc, reference.req_id)
    if answer is None or request is None or answer.decision != "accept":
        raise BadCredential(f"{reference.idp} carried no accept of this request")
    consent = await ledger.consent_for(rpc, reference.con_id, answer)
    if reference.issued_at + CLOCK_SKEW_S < consent.granted_at:
        raise BadCredential("the reference is older than the consent that it names")
    if request.state != _DATA_PENDING:
        raise BadCredential(f"the request is {request.state}: no data moves under it")
    if reference.namespace != request.asked.namespace:
        raise BadCredential(f"the request is of {request.asked.namespace}, not this namespace")
    if not await services_of(rpc, request.asked, reference.source):
        raise BadCredential(f"{reference.source} is a source of no service of the request")
    reference.scope.check(request.asked.scope_commit)
    reference.scope.check(consent.scope_commit)
    scope = scope_in(reference.scope)
    check_asked(scope, request.asked)
    await check_acting(rpc, scope.rp)
    return scope


async def services_of(rpc: RpcClient, asked: OpenRequest, source: str) -> tuple[str, ...]:
    """Return the services of a request that a source may release now."""
    found = []
    for each in asked.services:
        service = await ask(rpc, service_of, each.service)
        is_named = source in each.sources or not each.sources
        if service is not None and source in service.sources and is_named:
            found.append(each.service)
    return tuple(found)
