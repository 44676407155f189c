"""The way to vouchers in sealed letters, over whoever carries them: see `client.relay.letter`.

The carrier sees who asks and not what; the voucher what is asked and not who. All letters are of
one length, and a bucket is fetched whole.
"""

from collections.abc import Mapping

from client.access import RpcSettings
from client.answers import field_of, hex_field
from client.identity.vouching.errors import NoVoucher
from client.relay.address import RelayAddress
from client.rpc import RpcClient

HAND_IN, FETCH = "voucher_handIn", "voucher_fetch"


class LetterCarrier:
    """A carrier by letters; use it as `async with`.

    `addresses` are of the vouchers by their numbers: the host is whoever carries, the key after
    the `#` the voucher's own.
    """

    def __init__(
        self, addresses: Mapping[int, RelayAddress], settings: RpcSettings | None = None
    ) -> None:
        self._ways = {
            number: RpcClient([str(address)], settings) for number, address in addresses.items()
        }

    async def __aenter__(self) -> "LetterCarrier":
        for way in self._ways.values():
            await way.__aenter__()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for way in self._ways.values():
            await way.close()

    async def hand_in(self, voucher: int, upload: bytes) -> None:
        """Hand an upload to a voucher; again changes nothing.

        Raises:
            NoVoucher: this way leads to no such voucher.
            RpcRefused: the voucher does not take it, such as BAD_UPLOAD, or the carrier.
            NodeUnreachable, BadAnswer: nobody answers, or not the voucher.
        """
        await self._way(voucher).call(HAND_IN, {"upload": "0x" + upload.hex()})

    async def fetch(self, voucher: int, name: str) -> bytes | None:
        """Return a file that a voucher publishes, whole; None while it is not there.

        Raises as `hand_in`.
        """
        answer = await self._way(voucher).call(FETCH, {"name": name})
        return None if field_of(answer, "content") is None else hex_field(answer, "content")

    def _way(self, voucher: int) -> RpcClient:
        found = self._ways.get(voucher)
        if found is None:
            raise NoVoucher(f"no way leads to voucher {voucher}")
        return found
