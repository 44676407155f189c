"""Why schedules are refused."""

from contracts.sdk import ContractError


class BadSchedule(ContractError):
    """The first payment must lie after now and within a year."""


class TooManySchedules(ContractError):
    """The wallet has as many schedules as it may."""


class UnknownSchedule(ContractError):
    """The sender has no such schedule."""
