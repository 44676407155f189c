"""How queries list attestations; they themselves are in `core`."""

from typing import Annotated

from contracts.identity.core.messages import Id
from contracts.sdk import CountMax

AttestationIds = Annotated[tuple[Id, ...], CountMax(64)]

ATTESTATIONS_MAX = 32
