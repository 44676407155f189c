"""What the SDK itself refuses, beside the errors of `primitives.errors` and of each contract."""

from typing import TypeAlias

from primitives.errors import ContractError, InvariantBroken, LocalFault, Rejected

_CAUSE_CHARS_MAX = 200

Refusal: TypeAlias = type[ContractError]  # what a rule returns that says why not, or None


class BudgetExceeded(Rejected):
    """The call reads, writes or emits more than one call may."""


class ReadOnly(Rejected):
    """A query, a rule of who may call or a precheck tried what only a method may do."""


class BadValue(Rejected):
    """The contract tried to store, emit or return a value outside its declared type."""


class ContractFailed(Rejected):
    """The contract's code failed on this call (its own bug); nothing was changed."""


class CallTooDeep(Rejected):
    """Contracts call each other deeper than the limit."""


class ContractMigrating(Rejected):
    """The contract's state is being moved to another version; ask again a few blocks later."""


class NotConfigured(Rejected):
    """The network's genesis gave the contract no such setting."""


class EndOfBlockFailed(InvariantBroken):
    """An end-of-block hook or a migration failed, so that nobody can make or vote for a block.

    It fails alike on every node. The message names contract, height and the failure; it holds one
    printable line of the cause, which comes from public state.
    """

    def __init__(
        self, contract: str, height: int, cause: Exception, hook: str = "end_block hook"
    ) -> None:
        """Name the hook of `contract` that failed with `cause` in block `height`."""
        self.contract = contract
        self.height = height
        shown = "".join(letter if letter.isprintable() else " " for letter in str(cause))
        super().__init__(
            f"the {hook} of contract {contract!r} failed at height {height}: "
            f"{type(cause).__name__}: {shown[:_CAUSE_CHARS_MAX]}"
        )


class ContractRefused(LocalFault):
    """The contract's source breaks a rule of determinism; it is not loaded."""


class BadContract(LocalFault):
    """The contract declares something that the SDK cannot run, such as an unbounded field."""


class BadConfig(LocalFault):
    """The contract's part of genesis is missing a field or holds a wrong one; names the place."""
