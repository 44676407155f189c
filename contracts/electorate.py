"""Who may sign a restart statement: the members of governance and their accounts, at its height.

One check for nodes, the command line and light clients: it asks the contracts' own queries and
rules over whatever state it is given, a node's or one that a client has proofs of. It reads single
entries only, so that each can be proved.

A signature that does not hold, or whose key is not one of the agency's account, is foreign: people
who collect signatures drop it, so that nobody can spoil a file by adding to it. A block carries
what counts and nothing else: there the same signature makes the statement void, or a proposer could
fill blocks with bytes that nobody answers for. Source: docs/protocol.md#restart-statement.
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
from primitives.crypto import Digest, PublicKey
from primitives.errors import KeyNotInAccount, MissingSignature
from primitives.ids import Address, Height, show_address
from primitives.restart import Approval, RestartRefused, RestartStatement, SignedRestart, holds
from primitives.validators import ValidatorSet

_NO_BLOCK = BlockInfo(chain_id="", height=0, time_ms=0)
_NO_VOTE = "it has no vote"


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
    """Who has signed, in order of names; `unfit` says of an agency why it does not count.

    `signed` is the statement without foreign signatures; `foreign` says of each of those, under
    the agency that it was to be of, why it was dropped.
    """

    signed: SignedRestart
    agencies: tuple[str, ...]
    unfit: tuple[tuple[str, str], ...]
    foreign: tuple[tuple[str, str], ...]
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
    """Drop foreign signatures and count the others, by the state at the statement's height.

    A validator counts when the agency whose id is its name has signed.
    """
    contracts = _contracts()
    foreign: list[tuple[str, str]] = []
    unfit: list[tuple[str, str]] = []
    agencies, kept = [], []
    for approval in signed.approvals:
        own = _without_foreign(contracts, state, signed.statement, approval, foreign)
        reason = _unfitness(contracts, state, own)
        if reason is None:
            agencies.append(own.agency_id)
        else:
            unfit.append((own.agency_id, reason))
        if own.signatures:
            kept.append(own)
    return Count(
        signed=SignedRestart(signed.statement, tuple(kept)),
        agencies=tuple(agencies),
        unfit=tuple(unfit),
        foreign=tuple(foreign),
        members=_member_count(contracts, state),
        validators=tuple(sorted(m.name for m in validators.members if m.name in agencies)),
        quorum=validators.quorum,
    )


def check_signers(agency_id: str, keys: Sequence[PublicKey], state: StateView) -> None:
    """Check before an agency signs that it has a vote and every key is one of its account.

    Raises:
        RestartRefused: names the agency, the first other key, and those that do belong.
    """
    contracts = _contracts()
    account = _account_of(contracts, state, agency_id)
    if account is None:
        raise RestartRefused(f"agency {agency_id} does not count: {_NO_VOTE}")
    for key in keys:
        if not _belongs(contracts, state, account, key):
            raise RestartRefused(
                f"key 0x{key.hex()} does not belong to agency {agency_id}: the account of its"
                f" administrator has {_shown_keys(contracts, state, account)}"
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
        for agency_id, reason in (*counted.foreign, *counted.unfit):
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


def _contracts() -> Mapping[str, Contract]:
    return {name: CONTRACTS[name] for name in ("accounts", "governance")}


def _without_foreign(
    contracts: Mapping[str, Contract],
    state: StateView,
    statement: RestartStatement,
    approval: Approval,
    foreign: list[tuple[str, str]],
) -> Approval:
    """Return an approval with the agency's own signatures alone; say of the others in `foreign`."""
    account = _account_of(contracts, state, approval.agency_id)
    if account is None:
        return Approval(approval.agency_id, ())
    kept = []
    for key, signature in approval.signatures:
        if not holds(statement, key, signature):
            foreign.append((approval.agency_id, f"the signature by {_shown(key)} is wrong"))
        elif not _belongs(contracts, state, account, key):
            why = f"{_shown(key)} is no key of its administrator's account"
            foreign.append((approval.agency_id, why))
        else:
            kept.append((key, signature))
    return Approval(approval.agency_id, tuple(kept))


def _unfitness(
    contracts: Mapping[str, Contract], state: StateView, approval: Approval
) -> str | None:
    """Return why an approval of own signatures does not count, None when it does."""
    account = _account_of(contracts, state, approval.agency_id)
    if account is None:
        return _NO_VOTE
    keys = [key for key, _signature in approval.signatures]
    try:
        dispatch.authorise(contracts, state, account, keys)
    except MissingSignature as error:
        return f"its administrator's account: {error.message}"
    return None


def _account_of(
    contracts: Mapping[str, Contract], state: StateView, agency_id: str
) -> Address | None:
    """Return the account that votes for an agency, None when it has no vote."""
    found = _ask(contracts, state, "governance", "voting_account", agency_id)
    return Address(found) if isinstance(found, bytes) else None


def _belongs(
    contracts: Mapping[str, Contract], state: StateView, account: Address, key: PublicKey
) -> bool:
    try:
        dispatch.authorise(contracts, state, account, [key])
    except MissingSignature:
        return True  # it takes others besides
    except KeyNotInAccount:
        return False
    return True


def _shown_keys(contracts: Mapping[str, Contract], state: StateView, account: Address) -> str:
    """Return the keys of an account for people; one without a record is named by its only key."""
    found = _ask(contracts, state, "accounts", "account", account)
    if not isinstance(found, tuple):
        return f"the key of address {show_address(account)} alone"
    keys, threshold = found[0], found[1]
    listed = keys if isinstance(keys, tuple) else ()
    shown = ", ".join(f"0x{key.hex()}" for key in listed if isinstance(key, bytes))
    return f"{shown}; {threshold!r} of them sign"


def _shown(key: PublicKey) -> str:
    return f"0x{key.hex()[:16]}"


def _member_count(contracts: Mapping[str, Contract], state: StateView) -> int:
    found = _ask(contracts, state, "governance", "members_count")
    return found if isinstance(found, int) else 0


def _ask(
    contracts: Mapping[str, Contract], state: StateView, contract: str, name: str, *args: Value
) -> Value:
    return dispatch.query(contracts, state, _NO_BLOCK, contract, name, args)


def _two_thirds(members: int) -> int:
    return max(1, -(-2 * members // 3))
