"""Standing consents: data of one service, so many times, until a time; an object of its own."""

from contracts.identity.consents.messages import (
    ConsentOver,
    DuplicateRelease,
    GrantStanding,
    ReleaseAgain,
    ReleasedAgain,
    ReleasesUsed,
    SourceNotApproved,
    StandingGranted,
    StandingWithdrawn,
    WithdrawStanding,
    repeated_statement,
    standing_statement,
    standing_withdrawal_statement,
)
from contracts.identity.core.access import (
    STANDING,
    by_agency,
    does_bear,
    limited_ial,
    pairwise_epoch,
    require_not_taken_back,
    take_back,
    vouched_ial,
)
from contracts.identity.core.messages import (
    YEAR_S,
    BadCitizenSignature,
    DuplicateId,
    LevelTooHigh,
    LevelTooLow,
    NotWhitelisted,
    OtherPairwiseKey,
    UnknownConsent,
    UnknownService,
)
from contracts.identity.core.rules import (
    acting_node,
    do_work_together,
    now_s,
    require_ahead,
    require_clean,
    require_levels,
    signs_for,
)
from contracts.identity.core.state import (
    Release,
    Service,
    Standing,
    contract,
    repeated,
    services,
    standings,
)
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.crypto import verify
from contracts.sdk.words import is_distinct


@contract.execute(GrantStanding, allow=by_agency)
def grant_standing(ctx: Context, msg: GrantStanding) -> None:
    """Record that a citizen allows data of a service repeatedly, by the key of the sector."""
    require_clean((msg.service, msg.rp, msg.namespace, *msg.sources))
    node = acting_node(ctx, msg.agency, "idp")
    require_levels(ctx, msg.ial, msg.aal)
    sector = acting_node(ctx, msg.rp, "rp").sector
    most = vouched_ial(ctx, msg.agency, msg.citizen_key, msg.ial, sector=sector)
    require(msg.ial <= most and msg.aal <= node.max_aal, LevelTooHigh)
    service = services.load(ctx, msg.service, absent=UnknownService)
    require(len(msg.sources) > 0 and is_distinct(msg.sources), SourceNotApproved)
    require(all([source in service.sources for source in msg.sources]), SourceNotApproved)
    require(not standings.has(ctx, msg.con_id), DuplicateId)
    require_not_taken_back(ctx, STANDING, msg.con_id, msg.citizen_key)
    require_ahead(ctx, msg.until, YEAR_S)

    standing = Standing(
        idp=msg.agency,
        epoch=pairwise_epoch(ctx, msg.agency, msg.citizen_key),
        namespace=msg.namespace,
        ial=msg.ial,
        aal=msg.aal,
        sources=msg.sources,
        rp=msg.rp,
        service=msg.service,
        scope_commit=msg.scope_commit,
        times=msg.times,
        used=0,
        until=msg.until,
        retention_days=msg.retention_days,
        citizen_key=msg.citizen_key,
        is_withdrawn=False,
    )
    _require_way(ctx, standing, service)
    standings.save(ctx, msg.con_id, standing)
    emit(ctx, StandingGranted(msg.con_id, msg.rp, msg.service, msg.times))


@contract.precheck(GrantStanding)
def check_standing(ctx: Context, msg: GrantStanding) -> None:
    """Check the signature of the citizen's pairwise key."""
    statement = standing_statement(ctx.chain_id, msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(WithdrawStanding, allow=anyone)
def withdraw_standing(ctx: Context, msg: WithdrawStanding) -> None:
    """Take a standing consent back; later transactions of the same block release nothing.

    One that is not granted yet is never granted.
    """
    standing = standings.get(ctx, msg.con_id, None)
    if standing is None:
        take_back(ctx, STANDING, msg.con_id, msg.citizen_key)
        return
    require(standing.citizen_key == msg.citizen_key, OtherPairwiseKey)
    require(not standing.is_withdrawn and now_s(ctx) < standing.until, ConsentOver)

    standings.save(ctx, msg.con_id, replace(standing, is_withdrawn=True))
    emit(ctx, StandingWithdrawn(msg.con_id))


@contract.precheck(WithdrawStanding)
def check_standing_withdrawal(ctx: Context, msg: WithdrawStanding) -> None:
    """Check the signature of the citizen's pairwise key."""
    statement = standing_withdrawal_statement(ctx.chain_id, msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(ReleaseAgain, allow=by_agency)
def release_again(ctx: Context, msg: ReleaseAgain) -> None:
    """Record the next release under a standing consent, by a source of its service."""
    acting_node(ctx, msg.agency, "as")
    standing = standings.load(ctx, msg.con_id, absent=UnknownConsent)
    service = services.load(ctx, standing.service, absent=UnknownService)
    is_source = msg.agency in standing.sources and msg.agency in service.sources
    require(is_source, SourceNotApproved)
    require(signs_for(ctx, msg.agency, msg.key), BadCitizenSignature)
    require(is_running(ctx, standing), ConsentOver)
    _require_way(ctx, standing, service)
    require(not repeated.has(ctx, (msg.con_id, msg.number)), DuplicateRelease)
    is_next = msg.number == standing.used + 1 and standing.used < standing.times
    require(is_next, ReleasesUsed, used=standing.used)

    standings.save(ctx, msg.con_id, replace(standing, used=msg.number))
    release = Release(msg.agency, msg.con_id, msg.data_commit, now_s(ctx))
    repeated.save(ctx, (msg.con_id, msg.number), release)
    emit(ctx, ReleasedAgain(msg.con_id, msg.number, msg.agency))


@contract.precheck(ReleaseAgain)
def check_repeated(ctx: Context, msg: ReleaseAgain) -> None:
    """Check the signature of the source's key."""
    statement = repeated_statement(ctx.chain_id, msg)
    require(verify(msg.key, *statement, msg.signature), BadCitizenSignature)


def is_running(ctx: Context, standing: Standing) -> bool:
    """Whether a standing consent is neither withdrawn nor over, and what bears it stands."""
    is_over = standing.is_withdrawn or now_s(ctx) >= standing.until
    return not is_over and does_bear(ctx, standing.idp, standing.citizen_key, standing.epoch)


def _require_way(ctx: Context, standing: Standing, service: Service) -> None:
    """Ask what a request for the service would be asked, as it is now.

    Rejects: UnknownNode, NodeInactive, WrongRole, NotWhitelisted, LevelTooLow.
    """
    acting_node(ctx, standing.rp, "rp")
    do_pass = do_work_together(ctx, standing.rp, standing.idp, standing.namespace)
    require(do_pass, NotWhitelisted)
    node = acting_node(ctx, standing.idp, "idp")
    ial = limited_ial(ctx, standing.idp, standing.ial)  # nobody signs on for it
    aal = min(standing.aal, node.max_aal)
    require(ial >= service.min_ial and aal >= service.min_aal, LevelTooLow)


contract.expose("standing_consent", standings, ("con_id",), "A standing consent, and its use.")


contract.expose(
    "repeated_release", repeated, ("con_id", "number"), "A release under a standing consent."
)
