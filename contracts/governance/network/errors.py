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
    """More changes of seats and keys wait than may."""


class NotOfNodesAgency(ContractError):
    """The sender is not the administrator of the node's agency."""


class NotAwaited(ContractError):
    """No change that gives this node a seat waits."""


class NotThatBlock(ContractError):
    """The height is not among the last 100, or its block has another hash."""


class BadNodeName(ContractError):
    """A node's name is 1 to 64 lower-case letters, digits, hyphens and underscores."""


class BadHost(ContractError):
    """A host is letters, digits, dots, colons, hyphens and underscores."""


class NodeExists(ContractError):
    """There is a node of this name in the network record."""


class TooManyNodes(ContractError):
    """More nodes than one network may have."""


class NodeKeyUsed(ContractError):
    """The key is, or was, that of a node, or waits to be one's."""


class BadNodeKey(ContractError):
    """The key is no Ed25519 key that somebody could have."""


class NewKeyUnproven(ContractError):
    """The proof is not the new key's signature over chain id, node and height."""


class ProofTooOld(ContractError):
    """The height of the proof is not among the last 1,000."""


class KeyChangeWaits(ContractError):
    """The node gets another key already, when its turn has come."""


class NotSignedByNode(ContractError):
    """The signature is not that of the node's key over what the admission says."""


class CertificateUnchanged(ContractError):
    """The node has this certificate."""


class TwoCertificates(ContractError):
    """The node has two certificates; one is withdrawn before another is added."""


class OnlyCertificate(ContractError):
    """The node has no other certificate."""


class UnknownCertificate(ContractError):
    """The node does not have this certificate."""


class SameAddress(ContractError):
    """The node is at this address."""
