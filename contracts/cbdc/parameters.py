"""The numbers that the central bank sets: bounds, first values, and changes with a height.

Limits and the travel threshold are in `Terms`, which every payment reads; the rest has entries
of its own. First values are placeholders until the central bank decides.
"""

from contracts.cbdc.access import by_central_bank
from contracts.cbdc.authority_errors import (
    ParameterOutOfBounds,
    ParameterTooSoon,
    TooManyChanges,
    UnknownParameter,
)
from contracts.cbdc.authority_events import ParamsChanged, ParamsSet
from contracts.cbdc.authority_messages import SetParams
from contracts.cbdc.declaration import contract
from contracts.cbdc.fields import SUM_SATANG_MAX, Slug, Sum
from contracts.cbdc.state import Terms, changes, changes_pending, parameters, terms
from contracts.sdk import AMOUNT_SATANG_MAX, Config, Context, emit, record, replace, require

CHANGES_MAX = 64  # that wait for their height
BAHT = 100

BORNE_BY_PAYEE = 0
BORNE_BY_FSP = 1


@record
class Parameter:
    """A number: its bounds, and what it is until the central bank sets it."""

    name: Slug
    low: Sum
    high: Sum
    default: Sum


PARAMETER_DELAY_BLOCKS = Parameter("parameter-delay-blocks", 1, 1_000_000, 1)
WALLETS_MAX = Parameter("wallets-max", 1, 100, 5)
RECOVERY_HOURS = Parameter("recovery-hours", 1, 2_160, 72)
FREEZE_HOURS_ALONE = Parameter("freeze-hours-alone", 1, 720, 72)
FREEZE_DAYS_MAX = Parameter("freeze-days-max", 1, 3_660, 366)
DELEGATE_DAYS_MAX = Parameter("delegate-days-max", 1, 3_660, 366)
ATTESTATION_POLICY_MIN = Parameter("attestation-policy-min", 0, 1_000_000, 0)
OFFLINE_AMOUNT_MAX = Parameter("offline-amount-max", 1, 100_000 * BAHT, 2_000 * BAHT)
OFFLINE_PAYMENTS_MAX = Parameter("offline-payments-max", 1, 100, 5)
OFFLINE_HOURS_MAX = Parameter("offline-hours-max", 1, 720, 72)
OFFLINE_GRACE_HOURS = Parameter("offline-grace-hours", 1, 720, 72)
OFFLINE_LOSS_BEARER = Parameter("offline-loss-bearer", BORNE_BY_PAYEE, BORNE_BY_FSP, BORNE_BY_PAYEE)
SINGLE = (
    PARAMETER_DELAY_BLOCKS,
    WALLETS_MAX,
    RECOVERY_HOURS,
    FREEZE_HOURS_ALONE,
    FREEZE_DAYS_MAX,
    DELEGATE_DAYS_MAX,
    ATTESTATION_POLICY_MIN,
    OFFLINE_AMOUNT_MAX,
    OFFLINE_PAYMENTS_MAX,
    OFFLINE_HOURS_MAX,
    OFFLINE_GRACE_HOURS,
    OFFLINE_LOSS_BEARER,
)

TRAVEL_FROM = Parameter("travel-from", 0, AMOUNT_SATANG_MAX, 50_000 * BAHT)
# In the order of Terms.limits: balance, payment, day, month of T0, T1, T2, T3, M.
LIMITS = (
    Parameter("t0-balance", 0, SUM_SATANG_MAX, 5_000 * BAHT),
    Parameter("t0-payment", 0, SUM_SATANG_MAX, 500 * BAHT),
    Parameter("t0-day", 0, SUM_SATANG_MAX, 1_000 * BAHT),
    Parameter("t0-month", 0, SUM_SATANG_MAX, 10_000 * BAHT),
    Parameter("t1-balance", 0, SUM_SATANG_MAX, 20_000 * BAHT),
    Parameter("t1-payment", 0, SUM_SATANG_MAX, 5_000 * BAHT),
    Parameter("t1-day", 0, SUM_SATANG_MAX, 10_000 * BAHT),
    Parameter("t1-month", 0, SUM_SATANG_MAX, 100_000 * BAHT),
    Parameter("t2-balance", 0, SUM_SATANG_MAX, 100_000 * BAHT),
    Parameter("t2-payment", 0, SUM_SATANG_MAX, 50_000 * BAHT),
    Parameter("t2-day", 0, SUM_SATANG_MAX, 100_000 * BAHT),
    Parameter("t2-month", 0, SUM_SATANG_MAX, 1_000_000 * BAHT),
    Parameter("t3-balance", 0, SUM_SATANG_MAX, 500_000 * BAHT),
    Parameter("t3-payment", 0, SUM_SATANG_MAX, 200_000 * BAHT),
    Parameter("t3-day", 0, SUM_SATANG_MAX, 500_000 * BAHT),
    Parameter("t3-month", 0, SUM_SATANG_MAX, 5_000_000 * BAHT),
    Parameter("m-balance", 0, SUM_SATANG_MAX, 1_000_000 * BAHT),
    Parameter("m-payment", 0, SUM_SATANG_MAX, SUM_SATANG_MAX),
    Parameter("m-day", 0, SUM_SATANG_MAX, SUM_SATANG_MAX),
    Parameter("m-month", 0, SUM_SATANG_MAX, SUM_SATANG_MAX),
)
LIMIT_NAMES = tuple([limit.name for limit in LIMITS])
PARAMETERS = (*SINGLE, TRAVEL_FROM, *LIMITS)


def parameter_of(ctx: Context, parameter: Parameter) -> int:
    """Return what a parameter that is not in `Terms` is now."""
    return parameters.get(ctx, parameter.name, parameter.default)


def found_terms(ctx: Context, config: Config, *, allows_unregistered: bool) -> None:
    """Make the first terms and parameters of genesis, field "parameters"."""
    section = config.section("parameters")
    values: dict[str, int] = {}
    for one in PARAMETERS:
        value = section.integer(one.name, low=one.low, high=one.high, default=one.default)
        values[one.name] = value
    section.finish()
    limits = tuple([values[name] for name in LIMIT_NAMES])
    travel_from = values[TRAVEL_FROM.name]
    terms.save(ctx, Terms(0, (), allows_unregistered, travel_from, limits, b""))
    for one in SINGLE:
        if values[one.name] != one.default:
            parameters.save(ctx, one.name, values[one.name])


@contract.execute(SetParams, allow=by_central_bank)
def set_params(ctx: Context, msg: SetParams) -> None:
    """Let a parameter change at a height that is far enough ahead."""
    known = [one for one in PARAMETERS if one.name == msg.key]
    require(len(known) == 1, UnknownParameter)
    low, high = known[0].low, known[0].high
    require(low <= msg.value <= high, ParameterOutOfBounds, low=low, high=high)
    earliest = ctx.height + parameter_of(ctx, PARAMETER_DELAY_BLOCKS)
    require(msg.effective_height >= earliest, ParameterTooSoon, earliest=earliest)
    key = (msg.effective_height, msg.key)
    is_new = not changes.has(ctx, key)
    require(not is_new or changes_pending.get(ctx) < CHANGES_MAX, TooManyChanges)

    changes.save(ctx, key, msg.value)
    changes_pending.add(ctx, 1 if is_new else 0)
    emit(ctx, ParamsSet(msg.key, msg.value, msg.effective_height))


def apply_changes(ctx: Context) -> None:
    """Put changes of the next height in force, at the end of a block, in order of their names."""
    if changes_pending.get(ctx) == 0:
        return
    for (height, name), value in changes.page(ctx, limit=CHANGES_MAX):
        if height > ctx.height + 1:
            return
        changes.remove(ctx, (height, name))
        changes_pending.add(ctx, -1)
        _set(ctx, name, value)
        emit(ctx, ParamsChanged(name, value))


def _set(ctx: Context, name: str, value: int) -> None:
    if name == TRAVEL_FROM.name:
        terms.save(ctx, replace(terms.load(ctx), travel_from=value))
    elif name in LIMIT_NAMES:
        found = terms.load(ctx)
        at = LIMIT_NAMES.index(name)
        limits = (*found.limits[:at], value, *found.limits[at + 1 :])
        terms.save(ctx, replace(found, limits=limits))
    else:
        parameters.save(ctx, name, value)
