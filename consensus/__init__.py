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
from consensus.guard import Found, Lock, SignState, Stamp, Standing, StoreNote, WalFound, born
from consensus.messages import Misdeed, SignMark
from consensus.recovery import BadWalEntry, Start, begin, recover, restarted
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
    "Found",
    "Halt",
    "Head",
    "Lock",
    "Misdeed",
    "PeerConnected",
    "Persist",
    "Received",
    "RecordEvidence",
    "ReportFault",
    "Send",
    "SignMark",
    "SignState",
    "Stamp",
    "Standing",
    "Start",
    "StartTimer",
    "Status",
    "StoreNote",
    "TimerFired",
    "ValidateBlock",
    "WalFound",
    "WorkWaiting",
    "begin",
    "born",
    "check_evidence",
    "misdeed_of",
    "recover",
    "restarted",
]
