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
    withdrawal_statement,
)
from contracts.identity.core.access import by_agency
from contracts.identity.core.messages import (
    YEAR_S,
    BadCitizenSignature,
    DuplicateId,
    OtherPairwiseKey,
    UnknownConsent,
    UnknownService,
)
from contracts.identity.core.rules import (
    acting_node,
    now_s,
    require_ahead,
    require_clean,
    signs_for,
)
from contracts.identity.core.state import Release, Standing, contract, repeated, services, standings
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.crypto import verify


@contract.execute(GrantStanding, allow=by_agency)
def grant_standing(ctx: Context, msg: GrantStanding) -> None:
    """Record that a citizen allows data of a service repeatedly, by the key of the sector."""
    require_clean((msg.service, msg.rp))
    acting_node(ctx, msg.agency, "idp")
    acting_node(ctx, msg.rp, "rp")
    require(services.has(ctx, msg.service), UnknownService)
    require(not standings.has(ctx, msg.con_id), DuplicateId)
    require_ahead(ctx, msg.until, YEAR_S)

    standing = Standing(
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
    standings.save(ctx, msg.con_id, standing)
    emit(ctx, StandingGranted(msg.con_id, msg.rp, msg.service, msg.times))


@contract.precheck(GrantStanding)
def check_standing(ctx: Context, msg: GrantStanding) -> None:
    """Check the signature of the citizen's pairwise key."""
    statement = standing_statement(ctx.chain_id, msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(WithdrawStanding, allow=anyone)
def withdraw_standing(ctx: Context, msg: WithdrawStanding) -> None:
    """Take a standing consent back; later transactions of the same block release nothing."""
    standing = standings.load(ctx, msg.con_id, absent=UnknownConsent)
    require(standing.citizen_key == msg.citizen_key, OtherPairwiseKey)
    require(is_running(ctx, standing), ConsentOver)

    standings.save(ctx, msg.con_id, replace(standing, is_withdrawn=True))
    emit(ctx, StandingWithdrawn(msg.con_id))


@contract.precheck(WithdrawStanding)
def check_standing_withdrawal(ctx: Context, msg: WithdrawStanding) -> None:
    """Check the signature of the citizen's pairwise key."""
    statement = withdrawal_statement(ctx.chain_id, msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(ReleaseAgain, allow=by_agency)
def release_again(ctx: Context, msg: ReleaseAgain) -> None:
    """Record the next release under a standing consent, by a source of its service."""
    acting_node(ctx, msg.agency, "as")
    standing = standings.load(ctx, msg.con_id, absent=UnknownConsent)
    service = services.load(ctx, standing.service, absent=UnknownService)
    require(msg.agency in service.sources, SourceNotApproved)
    require(signs_for(ctx, msg.agency, msg.key), BadCitizenSignature)
    require(is_running(ctx, standing), ConsentOver)
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
    """Whether a standing consent is neither withdrawn nor over."""
    return not standing.is_withdrawn and now_s(ctx) < standing.until


contract.expose("standing_consent", standings, ("con_id",), "A standing consent, and its use.")


contract.expose(
    "repeated_release", repeated, ("con_id", "number"), "A release under a standing consent."
)
