"""Runs contracts for the state machine: the only way in.

Owns finding, parsing, permission, budget and what an error means; not the overlay, which the
caller discards when anything here raises.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import field
from typing import Any, TypeAlias

from contracts.sdk.config import Config
from contracts.sdk.context import (
    CALL_DEPTH_MAX,
    PURE,
    READING,
    WRITING,
    Budget,
    Context,
    Run,
    anyone,
)
from contracts.sdk.contract import Contract, Method, Shared, promise_of
from contracts.sdk.errors import (
    BadConfig,
    BudgetExceeded,
    CallTooDeep,
    ContractFailed,
    EndOfBlockFailed,
)
from contracts.sdk.fields import written
from contracts.sdk.ports import BlockInfo, StateView
from primitives.codec import Value
from primitives.crypto import PublicKey
from primitives.errors import NotAllowed, Rejected, UnknownContract
from primitives.frozen import frozen
from primitives.ids import Address, TransactionId
from primitives.keys import Sites
from primitives.receipt import Event

__all__ = [
    "Budget",
    "BudgetExceeded",
    "Call",
    "Contracts",
    "authorise",
    "begin_genesis",
    "check",
    "end_block",
    "execute",
    "is_shared",
    "knows",
    "precheck",
    "precheck_each",
    "query",
    "vouches",
]

Contracts: TypeAlias = Mapping[str, Contract]

ACCOUNTS = "accounts"
_GENESIS_OPERATIONS_MAX = 1_000_000
_NO_BLOCK = BlockInfo(chain_id="", height=0, time_ms=0)

# A contract's own bug on some input must not stop every validator: the same call fails in the
# same way everywhere, so it is refused. RecursionError and MemoryError depend on the machine.
BUGS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@frozen(kw_only=True)
class Call:
    """A transaction's call: who calls which method with what.

    What its arguments mean to the active contracts is found out once, and kept with it.
    """

    sender: Address
    contract: str
    method: str
    args: tuple[Value, ...]
    transaction_id: TransactionId
    _parsed: "_Parsed | None" = field(default=None, init=False, compare=False, repr=False)


_Parsed: TypeAlias = tuple[Contracts, Contract, Method, Any]


def execute(  # noqa: PLR0913 - one more for trials
    contracts: Contracts,
    state: StateView,
    block: BlockInfo,
    call: Call,
    *,
    is_prechecked: bool = False,
    budget: Budget | None = None,
) -> tuple[Event, ...]:
    """Do what `call` asks and return its events. On an error the caller discards its overlay.

    `is_prechecked` says that this node ran the call's precheck before, with success; a `budget`
    other than the rules' is for trials only.

    Raises:
        Rejected: what `check` raises, or the contract's own error.
    """
    contract, method, message = _parse(contracts, call)
    run = _run(contracts, state, block, call)
    run.budget = budget or run.budget
    ctx = Context(run, contract.scope, READING)
    if method.allow is not anyone:
        _admit(method, ctx, message, contract)
    if method.is_costly and not is_prechecked:
        # A budget of its own: what is left for the handler must not depend on who ran it.
        _run_precheck(contract, method, _run(contracts, state, block, call), message)
    ctx._mode = WRITING
    _guarded(method.handler, (ctx, message), contract, method.name)
    return tuple(run.events)


def check(
    contracts: Contracts,
    state: StateView,
    block: BlockInfo,
    call: Call,
    *,
    is_prechecked: bool = False,
) -> None:
    """Check `call` as far as admission does, in this order; state is only read.

    Raises:
        UnknownContract, UnknownMethod: nobody to call.
        WrongArgumentCount: another number of arguments than the message has fields.
        WrongArgumentType, ArgumentOutOfBounds, BadText: of the first wrong field in order.
        NotAllowed: the method's rule refuses the sender.
        Rejected: what the method's precheck refuses.
    """
    contract, method, message = _parse(contracts, call)
    if method.allow is not anyone:
        ctx = Context(_run(contracts, state, block, call), contract.scope, READING)
        _admit(method, ctx, message, contract)
    if method.is_costly and not is_prechecked:
        _run_precheck(contract, method, _run(contracts, state, block, call), message)


def has_precheck(contracts: Contracts, contract: str, method: str) -> bool:
    """Return whether there is such a method and it has a precheck."""
    found = contracts.get(contract)
    declared = None if found is None else found.methods.get(method)
    return declared is not None and declared.is_costly


def costly_methods(contracts: Contracts) -> tuple[str, ...]:
    """Return the names of the methods that have a precheck."""
    return tuple(
        name
        for contract in contracts.values()
        for name, method in contract.methods.items()
        if method.is_costly
    )


def precheck(contracts: Contracts, state: StateView, block: BlockInfo, call: Call) -> bool:
    """Run only the call's precheck; return whether there is one. May run in a thread.

    A success holds for ever, so callers may keep it by transaction id. A refusal may not be kept.
    """
    contract, method, message = _parse(contracts, call)
    if not method.is_costly:
        return False
    _run_precheck(contract, method, _run(contracts, state, block, call), message)
    return True


def is_shared(contracts: Contracts, contract: str, method: str) -> bool:
    """Return whether there is such a method, and a check that its calls share with others."""
    found = contracts.get(contract)
    declared = None if found is None else found.methods.get(method)
    return declared is not None and declared.shared is not None


def precheck_each(
    contracts: Contracts, state: StateView, block: BlockInfo, calls: Sequence[Call]
) -> list[Rejected | None]:
    """Run the prechecks of calls; return for each why it is refused, or None.

    What they share is checked together, and the verdicts are those of `precheck` one by one.
    """
    faults: list[Rejected | None] = [None] * len(calls)
    items: dict[Shared, dict[int, Any]] = {}
    for place, call in enumerate(calls):
        try:
            contract, method, message = _parse(contracts, call)
            if method.shared is not None:
                ctx = Context(_run(contracts, state, block, call), contract.scope, PURE)
                item = _guarded(method.shared.item, (ctx, message), contract, method.name)
                items.setdefault(method.shared, {})[place] = item
        except Rejected as refusal:
            faults[place] = refusal
    for shared, of_calls in items.items():
        for place in _wrong_places(shared, of_calls):
            faults[place] = shared.refused("")
    for place in [place for place, fault in enumerate(faults) if fault is None]:
        try:
            contract, method, message = _parse(contracts, calls[place])
            _run_own(contract, method, _run(contracts, state, block, calls[place]), message)
        except Rejected as refusal:
            faults[place] = refusal
    return faults


def _wrong_places(shared: Shared, items: dict[int, Any]) -> list[int]:
    """Return the places of items that are wrong: by halves, for most are right."""
    wrong, parts = [], [list(items)]
    while parts:
        places = parts.pop()
        if shared.are_right(tuple(items[place] for place in places)):
            continue
        if len(places) == 1:
            wrong += places
        else:
            middle = len(places) // 2
            parts += [places[:middle], places[middle:]]
    return wrong


def authorise(
    contracts: Contracts,
    state: StateView,
    sender: Address,
    signers: Sequence[PublicKey],
    sites: Sites = (),
) -> None:
    """Check that `signers` may act for the account `sender`, passkeys where they signed.

    Raises:
        KeyNotInAccount, ForeignSignature, MissingSignature, ForeignSite: from `accounts`.
    """
    contract = _find(contracts, ACCOUNTS)
    hook = contract.hooks["authorise"]
    ctx = Context(Run(state, _NO_BLOCK, ask, contracts), contract.scope, READING)
    hook(ctx, sender, tuple(signers), sites)


def vouches(contracts: Contracts, contract: str, method: str) -> bool:
    """Return whether the method's precheck proves that its sender was let in."""
    found = contracts.get(contract)
    declared = None if found is None else found.methods.get(method)
    return declared is not None and declared.vouches


def knows(contracts: Contracts, state: StateView, block: BlockInfo, address: Address) -> bool:
    """Return whether any contract has an entry of the account; state is only read."""
    for name in sorted(contracts):
        contract = contracts[name]
        hook = contract.hooks.get("knows")
        if hook is not None:
            ctx = Context(Run(state, block, ask, contracts), contract.scope, READING)
            if _guarded(hook, (ctx, address), contract, "knows"):
                return True
    return False


def query(  # noqa: PLR0913, PLR0917 - the port's shape
    contracts: Contracts,
    state: StateView,
    block: BlockInfo,
    contract: str,
    name: str,
    args: tuple[Value, ...],
) -> Value:
    """Return the answer of the query `name`.

    Raises:
        UnknownContract, UnknownQuery, WrongArgumentCount, WrongArgumentType, ...
        ReadOnly: the query tried to write.
    """
    run = Run(state, block, ask, contracts)
    return _answer(Context(run, _find(contracts, contract).scope, READING), contracts, name, args)


def begin_genesis(
    contracts: Contracts,
    state: StateView,
    block: BlockInfo,
    configs: Mapping[str, Mapping[str, object]],
) -> None:
    """Make every contract's first state, in name order.

    Raises:
        BadConfig: a missing, wrong or unknown field; names its place.
    """
    for name in sorted(contracts):
        contract = contracts[name]
        config = Config(configs.get(name, {}), name)
        hook = contract.hooks.get("genesis")
        if hook is not None:
            run = Run(state, block, ask, contracts)
            run.budget = Budget(*[_GENESIS_OPERATIONS_MAX] * 5)
            try:
                hook(Context(run, contract.scope, WRITING), config)
            except Rejected as error:
                raise BadConfig(f"{name}: {error.message}") from error
        config.finish()


def end_block(
    contracts: Contracts, state: StateView, block: BlockInfo, suspended: Container[str] = ()
) -> tuple[Event, ...]:
    """Run the end-of-block hooks in name order and return their events.

    Those of `suspended` contracts do not run: a restart statement has named them.

    Raises:
        EndOfBlockFailed: a hook failed; hooks report by state and events, never by errors.
    """
    events: list[Event] = []
    for name in sorted(contracts):
        hook = contracts[name].hooks.get("end_block")
        if hook is None or name in suspended:
            continue
        run = Run(state, block, ask, contracts)
        try:
            hook(Context(run, contracts[name].scope, WRITING))
        except (Rejected, *BUGS) as error:
            raise EndOfBlockFailed(name, block.height, error) from error
        events += run.events
    return tuple(events)


def _find(contracts: Contracts, name: str) -> Contract:
    contract = contracts.get(name)
    if contract is None:
        raise UnknownContract(f"no contract {name!r:.70} is active", contract=name[:64])
    return contract


def _parse(contracts: Contracts, call: Call) -> tuple[Contract, Method, Any]:
    known = call._parsed
    if known is not None and known[0] is contracts:
        return known[1:]
    contract = _find(contracts, call.contract)
    method = contract.method(call.method)
    message = method.schema.parse_arguments(call.args)
    object.__setattr__(call, "_parsed", (contracts, contract, method, message))
    return contract, method, message


def _run(contracts: Contracts, state: StateView, block: BlockInfo, call: Call) -> Run:
    return Run(state, block, ask, contracts, call.sender, call.transaction_id)


def _admit(method: Method, ctx: Context, message: Any, contract: Contract) -> None:  # noqa: ANN401
    if not _guarded(method.allow, (ctx, message), contract, method.name):
        rule = promise_of(method.allow)
        raise NotAllowed(f"{contract.name}.{method.name}: {rule}", method=method.name)


def _run_precheck(contract: Contract, method: Method, run: Run, message: Any) -> None:  # noqa: ANN401
    shared = method.shared
    if shared is not None:
        ctx = Context(run, contract.scope, PURE)
        item = _guarded(shared.item, (ctx, message), contract, method.name)
        if not _guarded(shared.are_right, ((item,),), contract, method.name):
            raise shared.refused("")
    _run_own(contract, method, run, message)


def _run_own(contract: Contract, method: Method, run: Run, message: Any) -> None:  # noqa: ANN401
    """Run what is checked of a call by itself."""
    if method.precheck is not None:
        arguments = (Context(run, contract.scope, PURE), message)
        _guarded(method.precheck, arguments, contract, method.name)


def _guarded(
    function: Callable[..., Any], arguments: tuple[Any, ...], contract: Contract, name: str
) -> Any:  # noqa: ANN401
    try:
        return function(*arguments)
    except BUGS as error:
        # Nothing of the error itself: it may differ between versions of Python, and the message
        # goes into the receipt.
        raise ContractFailed(f"{contract.name}.{name} failed", method=name) from error


def ask(caller: Context, contract: str, name: str, args: tuple[Any, ...]) -> Value:
    """Return what another contract answers the caller."""
    contracts: Contracts = caller._run.contracts
    depth = caller._depth + 1
    if depth > CALL_DEPTH_MAX:
        raise CallTooDeep(f"{contract}.{name} is call {depth}, at most {CALL_DEPTH_MAX} deep")
    mode = min(caller._mode, READING)
    ctx = Context(caller._run, _find(contracts, contract).scope, mode, depth)
    return _answer(ctx, contracts, name, args)


def _answer(ctx: Context, contracts: Contracts, name: str, args: tuple[Any, ...]) -> Value:
    contract = contracts[ctx._scope.contract]
    question = contract.question(name)
    arguments = question.parse(args)
    answer = _guarded(question.function, (ctx, *arguments), contract, name)
    return written(question.returns, answer, name, "answer")
