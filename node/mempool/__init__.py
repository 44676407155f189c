"""Transactions on their way into a block: admission, the pool, its journal and gossip."""

from node.mempool.admission import Admission, AdmissionParts, Origin, Outcome, Submitted
from node.mempool.gossip import Gossip, GossipSettings
from node.mempool.journal import Journal, JournalFault, Replay, open_journal
from node.mempool.pool import Pool, PoolLimits, Source, Waiting
from node.mempool.ports import AdmissionLedger, VerifiedSignatures
from node.mempool.signatures import SignatureChecker
from node.mempool.strangers import StrangerLimits, Strangers

__all__ = [
    "Admission",
    "AdmissionLedger",
    "AdmissionParts",
    "Gossip",
    "GossipSettings",
    "Journal",
    "JournalFault",
    "Origin",
    "Outcome",
    "Pool",
    "PoolLimits",
    "Replay",
    "SignatureChecker",
    "Source",
    "StrangerLimits",
    "Strangers",
    "Submitted",
    "VerifiedSignatures",
    "Waiting",
    "open_journal",
]
