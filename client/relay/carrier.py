"""Carries letters to other relays, unopened: neither sees who sends and what is sent at once."""

from collections.abc import Iterable

from client.access import RpcSettings
from client.relay.address import RelayAddress
from client.relay.letter import KEY_ID_BYTES, key_id
from client.transport import Transport

CARRIED = "Sapha-Carried"  # a header: a letter is carried once, never in a circle


class Carrier:
    """Knows relays by the ids of their keys. Use it as `async with`."""

    def __init__(self, addresses: Iterable[RelayAddress], settings: RpcSettings) -> None:
        self._urls = {key_id(address.key): address.url for address in addresses}
        self._settings = settings
        self._transport: Transport | None = None

    async def __aenter__(self) -> "Carrier":
        self._transport = Transport(set(self._urls.values()), self._settings)
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._transport is not None:
            await self._transport.close()

    def knows(self, letter: bytes) -> bool:
        """Return whether a letter is to a relay that this one carries for."""
        return letter[:KEY_ID_BYTES] in self._urls

    async def carry(self, letter: bytes) -> tuple[bytes, int]:
        """Return what the relay answers, and the HTTP status. Raises NodeUnreachable, BadAnswer."""
        if self._transport is None:
            raise RuntimeError("use the carrier inside `async with`")
        url = self._urls[letter[:KEY_ID_BYTES]]
        return await self._transport.exchange(url, letter, headers={CARRIED: "1"})
