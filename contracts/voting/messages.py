"""All that may be asked of voting. Clients import from here only.

The first field of every message is the election's id: whoever looks for the transactions of an
election needs to know nothing else of them.
"""

from contracts.voting.box_messages import (
    CastBallot,
    CommitBallot,
    CountBox,
    DeliverShares,
    SpoilBallot,
    Tally,
)
from contracts.voting.ceremony_messages import (
    AnswerComplaint,
    CommitDealing,
    Complain,
    DealShares,
    RevealDealing,
)
from contracts.voting.fields import (
    Eligibility,
    English,
    Manifest,
    Registrars,
    Trustees,
    VoterClass,
    Windows,
)
from contracts.voting.setup_messages import (
    AddVoters,
    AdmitVoter,
    CancelElection,
    CreateElection,
    FreezeRoll,
    OpenElection,
    RegisterKey,
    StrikeVoter,
    VoterEntry,
)
from contracts.voting.token_messages import (
    UNSIGNED,
    IssueToken,
    RefuseToken,
    RequestToken,
    request_statement,
)

__all__ = (
    "UNSIGNED",
    "AddVoters",
    "AdmitVoter",
    "AnswerComplaint",
    "CancelElection",
    "CastBallot",
    "CommitBallot",
    "CommitDealing",
    "Complain",
    "CountBox",
    "CreateElection",
    "DealShares",
    "DeliverShares",
    "Eligibility",
    "English",
    "FreezeRoll",
    "IssueToken",
    "Manifest",
    "OpenElection",
    "RefuseToken",
    "RegisterKey",
    "Registrars",
    "RequestToken",
    "RevealDealing",
    "SpoilBallot",
    "StrikeVoter",
    "Tally",
    "Trustees",
    "VoterClass",
    "VoterEntry",
    "Windows",
    "request_statement",
)
