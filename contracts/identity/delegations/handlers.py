"""Guardians and mandates: who acts for whom, for a time, in named purposes, in no chains.

A guardian is named by the registry, a subject for a subject. A mandate is given and accepted by
the pairwise keys of a sector and names no subject: whose they are, and that who gives it is an
adult in order, is the word of the IdP that carries it, as of every act of a pairwise key.
"""

from contracts.identity.core.access import (
    MANDATE,
    by_agency,
    class_of,
    does_bear,
    free_subject,
    is_closed,
    pairwise_epoch,
    require_authority,
    require_not_taken_back,
    take_back,
    vouched_ial,
)
from contracts.identity.core.messages import (
    BASIS_COURT,
    BASIS_MINOR,
    MINOR,
    BadCitizenSignature,
    DuplicateId,
    ExpiryOutOfBounds,
    Id,
    NotOwner,
    OtherPairwiseKey,
    PairwiseEnded,
    Slug,
    Slugs,
    UnknownPurpose,
)
from contracts.identity.core.rules import (
    ALWAYS_FRESH,
    DELEGATION_S_MAX,
    ROLE,
    acting_node,
    now_s,
    require_ahead,
    require_clean,
    require_slugs,
)
from contracts.identity.core.state import (
    FIRST_PAIRWISE_EPOCH,
    Subject,
    contract,
    pairwise_ends,
    pairwise_epochs,
    purposes,
)
from contracts.identity.delegations.messages import (
    BasisRequired,
    ChainForbidden,
    Delegated,
    DelegationOver,
    DelegationRevoked,
    EndMandate,
    GrantDelegation,
    GrantMandate,
    MandateEnded,
    MandateExists,
    MandateGranted,
    RevokeDelegation,
    TooManyDelegations,
    UnknownBasis,
    UnknownDelegation,
    end_mandate_statement,
    mandate_statement,
)
from contracts.identity.delegations.state import (
    DELEGATIONS_MAX,
    Delegation,
    Mandate,
    delegations,
    given,
    held,
    mandates,
    mandates_given,
    mandates_held,
)
from contracts.sdk import (
    Context,
    PublicKey,
    anyone,
    emit,
    replace,
    require,
)
from contracts.sdk.crypto import (
    verify,
)
from contracts.sdk.roles import (
    has_role,
)
from contracts.sdk.words import (
    is_distinct,
)

VOTING = ALWAYS_FRESH[1]  # nobody votes for another


@contract.execute(GrantDelegation, allow=by_agency)
def grant_delegation(ctx: Context, msg: GrantDelegation) -> None:
    """Record the guardian that minority or a court's order gives."""
    require(msg.basis in (BASIS_MINOR, BASIS_COURT), UnknownBasis)
    require(not delegations.has(ctx, msg.del_id), DuplicateId)
    require_ahead(ctx, msg.expires_at, DELEGATION_S_MAX)
    require_purposes(ctx, msg.purposes)
    principal = free_subject(ctx, msg.principal)
    free_subject(ctx, msg.delegate)
    _require_basis(ctx, msg, principal)
    _require_no_chain(ctx, msg)
    mine = _running(ctx, given.get(ctx, msg.principal, ()))
    theirs = _running(ctx, held.get(ctx, msg.delegate, ()))
    require(len(mine) < DELEGATIONS_MAX and len(theirs) < DELEGATIONS_MAX, TooManyDelegations)

    delegation = Delegation(
        grantor=msg.agency,
        principal=msg.principal,
        delegate=msg.delegate,
        purposes=msg.purposes,
        expires_at=msg.expires_at,
        basis=msg.basis,
        basis_commit=msg.basis_commit,
        is_revoked=False,
    )
    delegations.save(ctx, msg.del_id, delegation)
    given.save(ctx, msg.principal, (*mine, msg.del_id))
    held.save(ctx, msg.delegate, (*theirs, msg.del_id))
    emit(ctx, Delegated(msg.del_id, msg.principal, msg.delegate, msg.basis))


@contract.execute(RevokeDelegation, allow=anyone)
def revoke_delegation(ctx: Context, msg: RevokeDelegation) -> None:
    """End a delegation, by who granted it."""
    found = delegations.load(ctx, msg.del_id, absent=UnknownDelegation)
    require(is_running(ctx, found), DelegationOver)
    require(has_role(ctx, ctx.sender, found.grantor, ROLE), NotOwner)

    delegations.save(ctx, msg.del_id, replace(found, is_revoked=True))
    emit(ctx, DelegationRevoked(msg.del_id))


def is_running(ctx: Context, found: Delegation) -> bool:
    """Whether a delegation counts now, and neither of the two is closed."""
    if found.is_revoked or now_s(ctx) >= found.expires_at:
        return False
    return not is_closed(ctx, found.principal) and not is_closed(ctx, found.delegate)


def _running(ctx: Context, del_ids: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple([del_id for del_id in del_ids if is_running(ctx, _load(ctx, del_id))])


def _load(ctx: Context, del_id: bytes) -> Delegation:
    return delegations.load(ctx, del_id, absent=UnknownDelegation)


def _require_basis(ctx: Context, msg: GrantDelegation, principal: Subject) -> None:
    """The principal's registration authority states minority, or holds a court's order."""
    acting_node(ctx, msg.agency, "as")
    require_authority(ctx, msg.agency, principal.namespace)
    if msg.basis == BASIS_COURT:
        require(msg.basis_commit is not None, BasisRequired)
        return
    require(msg.basis_commit is None, BasisRequired)
    require(class_of(ctx, principal) == MINOR, BasisRequired)
    majority = principal.majority_at
    require(msg.expires_at <= majority, ExpiryOutOfBounds, latest=majority)


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


@contract.execute(GrantMandate, allow=by_agency)
def grant_mandate(ctx: Context, msg: GrantMandate) -> None:
    """Record a mandate that was given and accepted."""
    require_slugs((msg.sector,))
    acting_node(ctx, msg.agency, "idp")
    require(not mandates.has(ctx, msg.man_id), DuplicateId)
    for key in (msg.principal_key, msg.delegate_key):
        require_not_taken_back(ctx, MANDATE, msg.man_id, key)
        require(not pairwise_ends.has(ctx, key), PairwiseEnded)
    require_ahead(ctx, msg.expires_at, DELEGATION_S_MAX)
    require_purposes(ctx, msg.purposes)
    vouched_ial(ctx, msg.agency, msg.principal_key, 0, sector=msg.sector)
    mine = _lasting(ctx, mandates_given.get(ctx, msg.principal_key, ()))
    theirs = _lasting(ctx, mandates_held.get(ctx, msg.delegate_key, ()))
    between = [each for each in mine if each in theirs]
    require(len(between) == 0, MandateExists)
    _require_no_passing_on(ctx, msg)
    require(len(mine) < DELEGATIONS_MAX and len(theirs) < DELEGATIONS_MAX, TooManyDelegations)

    mandate = Mandate(
        sector=msg.sector,
        purposes=msg.purposes,
        expires_at=msg.expires_at,
        principal_key=msg.principal_key,
        delegate_key=msg.delegate_key,
        idp=msg.agency,
        epoch=pairwise_epoch(ctx, msg.agency, msg.principal_key),
        is_ended=False,
    )
    mandates.save(ctx, msg.man_id, mandate)
    mandates_given.save(ctx, msg.principal_key, (*mine, msg.man_id))
    mandates_held.save(ctx, msg.delegate_key, (*theirs, msg.man_id))
    emit(ctx, MandateGranted(msg.man_id, msg.sector, msg.agency))


@contract.precheck(GrantMandate)
def check_mandate(ctx: Context, msg: GrantMandate) -> None:
    """Check the signatures of both parties' pairwise keys."""
    statement = mandate_statement(ctx.chain_id, msg)
    is_given = verify(msg.principal_key, *statement, msg.principal_signature)
    is_accepted = verify(msg.delegate_key, *statement, msg.delegate_signature)
    require(is_given and is_accepted, BadCitizenSignature)


@contract.execute(EndMandate, allow=anyone)
def end_mandate(ctx: Context, msg: EndMandate) -> None:
    """End a mandate, by the word of either party; one that is not granted yet is never granted."""
    found = mandates.get(ctx, msg.man_id, None)
    if found is None:
        take_back(ctx, MANDATE, msg.man_id, msg.key)
        return
    require(msg.key in (found.principal_key, found.delegate_key), OtherPairwiseKey)
    require(not found.is_ended and now_s(ctx) < found.expires_at, DelegationOver)

    mandates.save(ctx, msg.man_id, replace(found, is_ended=True))
    emit(ctx, MandateEnded(msg.man_id))


@contract.precheck(EndMandate)
def check_end_of_mandate(ctx: Context, msg: EndMandate) -> None:
    """Check the signature of the party's pairwise key."""
    statement = end_mandate_statement(ctx.chain_id, msg)
    require(verify(msg.key, *statement, msg.signature), BadCitizenSignature)


def require_purposes(ctx: Context, named: Slugs) -> None:
    """Check what one may do for another: known purposes, once each, and never voting.

    Rejects: PersonalData, UnknownPurpose.
    """
    require_clean(named)
    require(len(named) > 0 and is_distinct(named), UnknownPurpose)
    for purpose in named:
        require(purposes.has(ctx, purpose) and purpose != VOTING, UnknownPurpose)


def is_in_force(ctx: Context, found: Mandate) -> bool:
    """Whether a mandate counts now: neither it nor one of its keys has ended, its IdP acts."""
    is_borne = does_bear(ctx, found.idp, found.principal_key, found.epoch)
    return is_borne and _does_last(ctx, found)


def _does_last(ctx: Context, found: Mandate) -> bool:
    """Whether a mandate counts now, or will when its IdP acts again: it has not ended for good."""
    if found.is_ended or now_s(ctx) >= found.expires_at:
        return False
    keys = (found.principal_key, found.delegate_key)
    if any([pairwise_ends.has(ctx, key) for key in keys]):
        return False
    present = pairwise_epochs.get(ctx, (found.idp, found.principal_key), FIRST_PAIRWISE_EPOCH)
    return present.epoch == found.epoch


def _lasting(ctx: Context, man_ids: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple([man_id for man_id in man_ids if _does_last(ctx, _mandate(ctx, man_id))])


def _mandate(ctx: Context, man_id: bytes) -> Mandate:
    return mandates.load(ctx, man_id, absent=UnknownDelegation)


def _require_no_passing_on(ctx: Context, msg: GrantMandate) -> None:
    """Nobody passes on what they hold, nor receives what they have passed on."""
    require(msg.principal_key != msg.delegate_key, ChainForbidden)
    passed_on = mandates_held.get(ctx, msg.principal_key, ())
    for man_id in (*passed_on, *mandates_given.get(ctx, msg.delegate_key, ())):
        other = _mandate(ctx, man_id)
        shares = any([purpose in msg.purposes for purpose in other.purposes])
        require(not (shares and _does_last(ctx, other)), ChainForbidden)


@contract.query
def may_sign_for(
    ctx: Context, delegate: PublicKey, principal: PublicKey, sector: Slug, purpose: Slug
) -> bool:
    """Whether a mandate lets one pairwise key act for another in a sector and purpose now."""
    for man_id in mandates_held.get(ctx, delegate, ()):
        found = _mandate(ctx, man_id)
        is_theirs = found.principal_key == principal and found.sector == sector
        if is_theirs and purpose in found.purposes and is_in_force(ctx, found):
            return True
    return False


mandate_of = contract.expose("mandate", mandates, ("man_id",), "A mandate, in force or not.")
