"""Why the network record refuses."""

from contracts.sdk import ContractError


class UnknownNode(ContractError):
    """There is no node of this name in the network record."""


class SeatUnchanged(ContractError):
    """The node has, or will have, just what is asked for."""


class TooFewValidators(ContractError):
    """Fewer than four validators would be left, who tolerate no fault."""


class TooManyValidators(ContractError):
    """More validators than one network may have."""


class TooManyChanges(ContractError):
    """More changes of seats wait than may."""


class NotOfNodesAgency(ContractError):
    """The sender is not the administrator of the node's agency."""


class NotAwaited(ContractError):
    """No change that gives this node a seat waits."""


class NotThatBlock(ContractError):
    """The height is not among the last 100, or its block has another hash."""
