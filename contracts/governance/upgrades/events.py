"""What the network tells of the versions of its contracts."""

from contracts.governance.network.messages import (
    BlockHeight,
    ContractName,
    ContractVersion,
    NodeName,
    Release,
    UpgradeTimeMs,
)
from contracts.sdk import Digest, event


@event
class UpgradeAccepted:
    """A contract goes on in another version from a time on, if enough validators carry it."""

    contract: ContractName
    version: ContractVersion
    code_hash: Digest
    release: Release
    activate_at_ms: UpgradeTimeMs
    void_at_ms: UpgradeTimeMs


@event
class CodeCarried:
    """A node has the code of a version that waits."""

    node: NodeName
    contract: ContractName
    version: ContractVersion


@event
class UpgradeActivated:
    """A contract runs in another version from this height on."""

    contract: ContractName
    version: ContractVersion
    code_hash: Digest
    first_height: BlockHeight


@event
class UpgradeVoid:
    """An upgrade is void: too few validators carried it at its end."""

    contract: ContractName
    version: ContractVersion
