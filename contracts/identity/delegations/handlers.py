"""Delegation and guardianship: who acts for whom, for a time, in named purposes, in no chains."""

from contracts.identity.core.access import by_agency
from contracts.identity.core.messages import (
    ADULT,
    BASIS_COURT,
    BASIS_MANDATE,
    BASIS_MINOR,
    MINOR,
    BadCitizenSignature,
    DuplicateId,
    ExpiryOutOfBounds,
    Id,
    NotOwner,
    NotSubject,
    Slug,
    UnknownNamespace,
    UnknownPurpose,
    UnknownSubject,
)
from contracts.identity.core.rules import (
    ALWAYS_FRESH,
    DELEGATION_S_MAX,
    ROLE,
    acting_node,
    free_subject,
    has_key,
    is_known,
    now_s,
    require_ahead,
    require_clean,
    require_linked,
    require_word,
)
from contracts.identity.core.state import Subject, contract, namespaces, purposes, subjects
from contracts.identity.delegations.messages import (
    BasisRequired,
    ChainForbidden,
    Delegated,
    DelegationOver,
    DelegationRevoked,
    GrantDelegation,
    RevokeDelegation,
    TooManyDelegations,
    UnknownDelegation,
    delegation_statement,
    end_mandate_statement,
)
from contracts.identity.delegations.state import (
    DELEGATIONS_MAX,
    Delegation,
    delegations,
    given,
    held,
)
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.crypto import verify
from contracts.sdk.roles import has_role
from contracts.sdk.words import is_distinct

VOTING = ALWAYS_FRESH[1]  # nobody votes for another


@contract.execute(GrantDelegation, allow=by_agency)
def grant_delegation(ctx: Context, msg: GrantDelegation) -> None:
    """Record a mandate of an adult, or what minority or a court's order gives."""
    require_clean(msg.purposes)
    require_word(msg.basis, (BASIS_MANDATE, BASIS_MINOR, BASIS_COURT), "basis")
    require(not delegations.has(ctx, msg.del_id), DuplicateId)
    require_ahead(ctx, msg.expires_at, DELEGATION_S_MAX)
    require(len(msg.purposes) > 0 and is_distinct(msg.purposes), UnknownPurpose)
    for purpose in msg.purposes:
        require(purposes.has(ctx, purpose) and purpose != VOTING, UnknownPurpose)
    principal = free_subject(ctx, msg.principal)
    free_subject(ctx, msg.delegate)
    if msg.basis == BASIS_MANDATE:
        _require_mandate(ctx, msg, principal)
    else:
        _require_authority(ctx, msg, principal)
    _require_no_chain(ctx, msg)
    mine = _running(ctx, given.get(ctx, msg.principal, ()))
    theirs = _running(ctx, held.get(ctx, msg.delegate, ()))
    require(len(mine) < DELEGATIONS_MAX and len(theirs) < DELEGATIONS_MAX, TooManyDelegations)

    parties = (msg.agency, msg.principal, msg.delegate, msg.purposes)
    terms = (msg.expires_at, msg.basis, msg.basis_commit)
    delegations.save(ctx, msg.del_id, Delegation(*parties, *terms, is_revoked=False))
    given.save(ctx, msg.principal, (*mine, msg.del_id))
    held.save(ctx, msg.delegate, (*theirs, msg.del_id))
    emit(ctx, Delegated(msg.del_id, msg.principal, msg.delegate, msg.basis))


@contract.precheck(GrantDelegation)
def check_mandate(ctx: Context, msg: GrantDelegation) -> None:
    """Check the principal's signature; only a mandate has one."""
    if msg.basis != BASIS_MANDATE:
        require(msg.key is None and msg.signature is None, BasisRequired)
        return
    if msg.key is None or msg.signature is None:
        raise BasisRequired
    statement = delegation_statement(ctx.chain_id, msg)
    require(verify(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(RevokeDelegation, allow=anyone)
def revoke_delegation(ctx: Context, msg: RevokeDelegation) -> None:
    """End a delegation: a mandate by the principal's key, another by who granted it."""
    found = delegations.load(ctx, msg.del_id, absent=UnknownDelegation)
    require(is_running(ctx, found), DelegationOver)
    if found.basis == BASIS_MANDATE:
        principal = subjects.load(ctx, found.principal, absent=UnknownSubject)
        require(msg.key is not None and has_key(principal, msg.key), NotSubject)
    else:
        require(has_role(ctx, ctx.sender, found.grantor, ROLE), NotOwner)

    delegations.save(ctx, msg.del_id, replace(found, is_revoked=True))
    emit(ctx, DelegationRevoked(msg.del_id))


@contract.precheck(RevokeDelegation)
def check_end_of_mandate(ctx: Context, msg: RevokeDelegation) -> None:
    """Check the principal's signature where there is one."""
    if msg.key is None and msg.signature is None:
        return
    if msg.key is None or msg.signature is None:
        raise BadCitizenSignature
    statement = end_mandate_statement(ctx.chain_id, msg)
    require(verify(msg.key, *statement, msg.signature), BadCitizenSignature)


def is_running(ctx: Context, found: Delegation) -> bool:
    """Whether a delegation counts now."""
    return not found.is_revoked and now_s(ctx) < found.expires_at


def _running(ctx: Context, del_ids: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple([del_id for del_id in del_ids if is_running(ctx, _load(ctx, del_id))])


def _load(ctx: Context, del_id: bytes) -> Delegation:
    return delegations.load(ctx, del_id, absent=UnknownDelegation)


def _require_mandate(ctx: Context, msg: GrantDelegation, principal: Subject) -> None:
    """An adult gives a mandate with one of its keys, through an IdP of its own."""
    acting_node(ctx, msg.agency, "idp")
    require_linked(principal, msg.agency)
    require(msg.key is not None and has_key(principal, msg.key), NotSubject)
    require(principal.subject_class == ADULT, BasisRequired)
    require(msg.majority_at == 0 and msg.basis_commit is None, BasisRequired)


def _require_authority(ctx: Context, msg: GrantDelegation, principal: Subject) -> None:
    """The principal's registration authority states minority, or holds a court's order."""
    acting_node(ctx, msg.agency, "as")
    namespace = namespaces.load(ctx, principal.namespace, absent=UnknownNamespace)
    require(namespace.authority == msg.agency and is_known(ctx, msg.agency), NotOwner)
    if msg.basis == BASIS_COURT:
        require(msg.basis_commit is not None and msg.majority_at == 0, BasisRequired)
        return
    require(principal.subject_class == MINOR and msg.basis_commit is None, BasisRequired)
    require(now_s(ctx) < msg.majority_at, BasisRequired)
    require(msg.expires_at <= msg.majority_at, ExpiryOutOfBounds, latest=msg.majority_at)


def _require_no_chain(ctx: Context, msg: GrantDelegation) -> None:
    """Nobody passes on what they hold, nor receives what they have passed on."""
    require(msg.principal != msg.delegate, ChainForbidden)
    for del_id in (*held.get(ctx, msg.principal, ()), *given.get(ctx, msg.delegate, ())):
        other = _load(ctx, del_id)
        shares = any([purpose in msg.purposes for purpose in other.purposes])
        require(not (shares and is_running(ctx, other)), ChainForbidden)


contract.expose("delegation", delegations, ("del_id",), "A delegation.")


@contract.query
def may_act_for(ctx: Context, delegate: Id, principal: Id, purpose: Slug) -> bool:
    """Whether a delegation lets `delegate` act for `principal` in a purpose now."""
    for del_id in held.get(ctx, delegate, ()):
        found = delegations.load(ctx, del_id, absent=UnknownDelegation)
        if found.principal == principal and purpose in found.purposes and is_running(ctx, found):
            return True
    return False
