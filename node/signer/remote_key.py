"""The key of a running signer, as a command uses it: to sign a member's record, once."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from node.signer.client import ANY_SIGNER, Session, SignerPlace
from node.signer.faults import SignerMismatch
from node.signer.wire import Record
from primitives.crypto import PublicKey, Signature, verify


@dataclass(frozen=True, slots=True)
class RemoteKey:
    """A key that signs members' records, in a signer that listens at a socket."""

    place: SignerPlace
    public_key: PublicKey

    def sign(self, tag: str, data: bytes) -> Signature:
        """Return the signature over H(tag, data), a member's record under its tag.

        Raises:
            SignerFault: the signer is away, refuses, or signs something else.
        """
        signature = asyncio.run(_record_signed(self.place, data))
        if not verify(self.public_key, tag, data, signature):
            raise SignerMismatch(f"{self.place}: its signature of a record does not verify")
        return signature


def remote_key(socket: Path) -> RemoteKey:
    """Return the key of the signer at a socket. Raises SignerFault."""
    place = SignerPlace(socket=socket)
    return RemoteKey(place, asyncio.run(_public_key(place)))


async def _public_key(place: SignerPlace) -> PublicKey:
    session, welcome = await Session.open(place, ANY_SIGNER)
    session.close()
    return welcome.public_key


async def _record_signed(place: SignerPlace, record: bytes) -> Signature:
    session, _welcome = await Session.open(place, ANY_SIGNER)
    try:
        return await session.signature(Record(record))
    finally:
        session.close()
