"""What may be asked of the versions of contracts."""

from typing import Annotated

from contracts.governance.network.messages import NodeName
from contracts.sdk import Chars, Digest, Range, message, record

CONTRACT_CHARS_MAX = 64
VERSION_MAX = 2**32 - 1

ContractName = Annotated[str, Chars(1, CONTRACT_CHARS_MAX)]
ContractVersion = Annotated[int, Range(1, VERSION_MAX)]
Release = Annotated[str, Chars(1, 32)]
UpgradeTimeMs = Annotated[int, Range(1, 2**53)]


@record
class ContractUpgrade:
    """Let a contract go on in another version, of just this code, from a time on.

    It is void at its end if fewer than two thirds of the validators carry that code by then.
    `release` is the first release that does, for people.
    """

    contract: ContractName
    version: ContractVersion
    code_hash: Digest
    release: Release
    activate_at_ms: UpgradeTimeMs
    void_at_ms: UpgradeTimeMs


@message
class Carries:
    """Say that a node has the code of a version that waits for its time."""

    node: NodeName
    contract: ContractName
    version: ContractVersion
    code_hash: Digest
