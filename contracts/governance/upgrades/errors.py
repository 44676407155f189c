"""Why an upgrade is refused."""

from contracts.sdk import ContractError


class ContractNotRunning(ContractError):
    """The network runs no contract of this name."""


class VersionNotAbove(ContractError):
    """The contract runs in this version, or in a later one."""


class NoticeTooShort(ContractError):
    """The time of activation is nearer than the parameter upgrade-notice-seconds allows."""


class EndsBeforeItBegins(ContractError):
    """An upgrade is void at a time after that of its activation, at most 90 days later."""


class NoSuchUpgrade(ContractError):
    """No upgrade of this contract to this version and code waits."""


class CarriedAlready(ContractError):
    """The node has said that it carries this code."""
