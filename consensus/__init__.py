"""The pure consensus engine: events in, effects out. The rules are in consensus/README.md."""

from consensus.config import EngineConfig
from consensus.effects import (
    Broadcast,
    BuildBlock,
    CancelTimer,
    Decide,
    Effect,
    FetchBlocks,
    Halt,
    Persist,
    RecordEvidence,
    ReportFault,
    Send,
    SignMark,
    SignRecord,
    StartTimer,
    ValidateBlock,
)
from consensus.engine import Engine
from consensus.events import (
    BlockBuilt,
    BlockCommitted,
    BlockValidated,
    Event,
    Head,
    PeerConnected,
    Received,
    TimerFired,
    WorkWaiting,
)
from consensus.faults import BadEvidence, check_evidence, misdeed_of
from consensus.messages import Misdeed
from consensus.recovery import BadWalEntry, Recovery, recover
from consensus.status import Status

__all__ = [
    "BadEvidence",
    "BadWalEntry",
    "BlockBuilt",
    "BlockCommitted",
    "BlockValidated",
    "Broadcast",
    "BuildBlock",
    "CancelTimer",
    "Decide",
    "Effect",
    "Engine",
    "EngineConfig",
    "Event",
    "FetchBlocks",
    "Halt",
    "Head",
    "Misdeed",
    "PeerConnected",
    "Persist",
    "Received",
    "RecordEvidence",
    "Recovery",
    "ReportFault",
    "Send",
    "SignMark",
    "SignRecord",
    "StartTimer",
    "Status",
    "TimerFired",
    "ValidateBlock",
    "WorkWaiting",
    "check_evidence",
    "misdeed_of",
    "recover",
]
