"""Who may sign a restart statement: the members of governance and their accounts, at its height.

One check for nodes, the command line and light clients: it asks the contracts' own queries and
rules over whatever state it is given, a node's or one that a client has proofs of. It reads single
entries only, so that each can be proved. Source: docs/protocol.md#restart-statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.governance.rules import is_carried
from contracts.governance.state import Tally
from contracts.registry import CONTRACTS
from contracts.sdk import dispatch
from contracts.sdk.contract import Contract
from contracts.sdk.ports import BlockInfo, StateView
from primitives.codec import Value
from primitives.crypto import Digest
from primitives.errors import ForeignSignature, KeyNotInAccount, MissingSignature
from primitives.ids import Address, Height
from primitives.restart import Approval, RestartRefused, SignedRestart, check_signatures
from primitives.validators import ValidatorSet

_NO_BLOCK = BlockInfo(chain_id="", height=0, time_ms=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The block that a statement goes on above; `restart` is the digest in force at it."""

    chain_id: str
    restart: Digest
    height: Height
    block_hash: Digest
    validators: ValidatorSet  # the set that decides height + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Who has signed, in order of names; `unfit` says of an agency why it does not count."""

    agencies: tuple[str, ...]
    unfit: tuple[tuple[str, str], ...]
    members: int
    validators: tuple[str, ...]
    quorum: int

    @property
    def problem(self) -> str | None:
        """What is missing, None when the statement is carried."""
        have, members = len(self.agencies), self.members
        if not is_carried(Tally(have, 0, members)):
            return f"{have} of {members} agencies have signed, needed are {_two_thirds(members)}"
        seats = len(self.validators)
        if seats < self.quorum:
            return f"agencies of {seats} validators have signed, needed are {self.quorum}"
        return None


def count(signed: SignedRestart, state: StateView, validators: ValidatorSet) -> Count:
    """Verify the signatures and count them by the state at the statement's height.

    A validator counts when the agency whose id is its name has signed.

    Raises:
        RestartRefused: a signature is wrong; names the agency.
    """
    check_signatures(signed)
    contracts = {name: CONTRACTS[name] for name in ("accounts", "governance")}
    reasons = [(one.agency_id, _unfitness(contracts, state, one)) for one in signed.approvals]
    agencies = tuple(name for name, reason in reasons if reason is None)
    return Count(
        agencies=agencies,
        unfit=tuple((name, reason) for name, reason in reasons if reason is not None),
        members=_member_count(contracts, state),
        validators=tuple(sorted(m.name for m in validators.members if m.name in agencies)),
        quorum=validators.quorum,
    )


def check_restarts(restarts: Sequence[SignedRestart], state: StateView, base: Base) -> None:
    """Check statements that follow one another above `base`, whose state is `state`.

    Raises:
        RestartRefused: one names another chain, block, set or predecessor, or is not carried, or
            an approval in it does not count.
    """
    previous = base.restart
    for signed in restarts:
        check_place(signed, base, previous)
        counted = count(signed, state, base.validators)
        for agency_id, reason in counted.unfit:
            raise RestartRefused(f"agency {agency_id} does not count: {reason}")
        if counted.problem is not None:
            raise RestartRefused(counted.problem)
        previous = signed.digest


def check_place(signed: SignedRestart, base: Base, previous: Digest) -> None:
    """Check what a statement names. Raises RestartRefused naming the first difference."""
    statement = signed.statement
    pairs: tuple[tuple[str, object, object], ...] = (
        ("chain_id", statement.chain_id, base.chain_id),
        ("height", statement.height, base.height),
        ("block_hash", statement.block_hash.hex(), base.block_hash.hex()),
        ("validators", statement.validators.hex(), base.validators.hash.hex()),
        ("previous", statement.previous.hex(), previous.hex()),
    )
    for name, found, expected in pairs:
        if found != expected:
            raise RestartRefused(
                f"the restart statement's {name} is {found}, this chain's is {expected}"
            )


def _unfitness(
    contracts: Mapping[str, Contract], state: StateView, approval: Approval
) -> str | None:
    """Return why an approval does not count, None when it does."""
    account = _ask(contracts, state, "voting_account", approval.agency_id)
    if not isinstance(account, bytes):
        return "it has no vote"
    keys = [key for key, _signature in approval.signatures]
    try:
        dispatch.authorise(contracts, state, Address(account), keys)
    except (ForeignSignature, KeyNotInAccount, MissingSignature) as error:
        return f"its administrator's account: {error.message}"
    return None


def _member_count(contracts: Mapping[str, Contract], state: StateView) -> int:
    found = _ask(contracts, state, "members_count")
    return found if isinstance(found, int) else 0


def _ask(contracts: Mapping[str, Contract], state: StateView, name: str, *args: Value) -> Value:
    return dispatch.query(contracts, state, _NO_BLOCK, "governance", name, args)


def _two_thirds(members: int) -> int:
    return max(1, -(-2 * members // 3))
