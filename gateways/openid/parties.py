"""For whom a gateway acts: agencies whose officer it is, each with the key that it reads with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from client.identity.nodes import levels_now
from client.identity.office import Office
from client.identity.relying_party import RelyingParty
from client.identity.sealed import RP, BoxKey, BoxPurpose
from client.rpc import RpcClient
from client.wallet import Wallet
from contracts.identity.core.state import LevelTable


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyKeys:
    """An officer's wallet of an agency, and the box key that the agency's node states."""

    wallet: Wallet
    box: BoxKey


class Parties:
    """The agencies of a gateway, as relying parties."""

    def __init__(
        self,
        rpc: RpcClient,
        chain_id: str,
        keys: Mapping[str, PartyKeys],
        now_ms: Callable[[], int],
    ) -> None:
        self.rpc = rpc
        self.chain_id = chain_id
        self._keys = dict(keys)
        self._now_ms = now_ms

    @property
    def agencies(self) -> frozenset[str]:
        """Their ids."""
        return frozenset(self._keys)

    def of(self, agency: str) -> RelyingParty:
        """Return an agency that this gateway acts for."""
        keys = self._keys[agency]
        office = Office(
            rpc=self.rpc,
            wallet=keys.wallet,
            chain_id=self.chain_id,
            now_ms=self._now_ms,
            agency=agency,
        )
        return RelyingParty(office, keys.box)

    def opened(self, agency: str, sealed: bytes, req_id: bytes) -> bytes:
        """Return what an IdP sealed to an agency for one request. Raises NotForUs, BadPayload."""
        purpose = BoxPurpose(chain_id=self.chain_id, about=req_id, role=RP)
        return self._keys[agency].box.open_bytes(sealed, purpose)

    async def levels(self) -> LevelTable:
        """Return the level table in force."""
        return await levels_now(self.rpc)
