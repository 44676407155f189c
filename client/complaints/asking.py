"""Signed requests for contents, to one node or to several, and what to make of their answers."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TypeVar

from client.access import RpcSettings
from client.answers import Answer
from client.complaints.errors import ContentNotFound
from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from client.rpc import Pauses, RpcClient
from primitives.blob import NONCE_BYTES, BlobRequest, payload_digest
from primitives.crypto import Digest
from primitives.errors import SaphaError
from primitives.ids import Address, address_of, show_address
from primitives.keys import Signer

EXPIRES_IN_MS = 30_000
_NOT_FOUND = "NOT_FOUND"
_ELSEWHERE = {"BLOB_QUOTA", "BLOBS_FULL", "NOT_READY", "QUOTA_EXCEEDED"}  # a node's, not ours
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class BlobAccount:
    """Who asks: an account of a chain, by one of its keys."""

    chain_id: str
    key: Signer
    address: Address

    @classmethod
    def of_key(cls, chain_id: str, key: Signer) -> "BlobAccount":
        """Return the account that `key` alone controls."""
        return cls(chain_id, key, address_of(key.public_key))


@dataclass(frozen=True, slots=True)
class Question:
    """A method about a content, its further parameters, and the bytes that go with it."""

    method: str
    content: Digest
    params: Mapping[str, object] = field(default_factory=dict)
    index: int = 0
    payload: bytes = b""


def signed_params(account: BlobAccount, question: Question, now_ms: int) -> dict[str, object]:
    """Return the parameters of a method blob_*, signed for one use within a minute."""
    request = BlobRequest(
        chain_id=account.chain_id,
        method=question.method,
        content=question.content,
        index=question.index,
        payload=payload_digest(question.payload),
        account=account.address,
        expires_at_ms=now_ms + EXPIRES_IN_MS,
        nonce=secrets.token_bytes(NONCE_BYTES),
    )
    signed = {
        "account": show_address(account.address),
        "public_key": "0x" + account.key.public_key.hex(),
        "expires_at_ms": request.expires_at_ms,
        "nonce": "0x" + request.nonce.hex(),
        "signature": "0x" + request.sign(account.key).hex(),
    }
    return {"content": "0x" + question.content.hex(), **question.params, "request": signed}


class BlobNodes:
    """The nodes that may be asked. Every request is signed afresh."""

    def __init__(
        self,
        urls: Sequence[str],
        account: BlobAccount,
        settings: RpcSettings | None,
        now_ms: Callable[[], int],
    ) -> None:
        if not urls:
            raise ValueError("at least one node url is needed")
        self._settings = settings or RpcSettings()
        self._nodes = {url: RpcClient([url], self._settings) for url in urls}
        self._account = account
        self._now_ms = now_ms
        self._open = AsyncExitStack()
        self._last: str | None = None  # the node that answered last is asked first

    async def open(self) -> None:
        """Make ready to ask."""
        for node in self._nodes.values():
            await self._open.enter_async_context(node)

    async def close(self) -> None:
        """Close all connections."""
        await self._open.aclose()

    async def ask(self, url: str, question: Question) -> Answer:
        """Return one node's answer. Raises RpcRefused, NodeUnreachable, BadAnswer."""
        params = signed_params(self._account, question, self._now_ms())
        return await self._nodes[url].call(question.method, params, raised_at_once=_ELSEWHERE)

    async def first_to(self, act: Callable[[str], Awaitable[_Found]]) -> _Found:
        """Return what `act` returns for the first node that is up and has room.

        Where all are full for now they are asked again after the pause that they ask for.

        Raises:
            RpcRefused: a refusal that would be the same elsewhere, or the last of all.
            NodeUnreachable: no node answers.
        """
        pauses = Pauses(self._settings.answer_timeout_s)
        while True:
            try:
                return await self._first_now(act)
            except RpcRefused as refused:
                if not self._settings.asks_again or not await pauses.wait_for(refused):
                    raise

    async def _first_now(self, act: Callable[[str], Awaitable[_Found]]) -> _Found:
        failures: list[str] = []
        refusal: RpcRefused | None = None
        for url in self._order():
            try:
                found = await act(url)
            except RpcRefused as refused:
                if refused.code not in _ELSEWHERE:
                    raise
                refusal = refused
            except (NodeUnreachable, BadAnswer) as failure:
                failures.append(f"{url}: {failure}")
            else:
                self._last = url
                return found
        raise refusal or NodeUnreachable("; ".join(failures))

    async def any_of(self, question: Question, read: Callable[[Answer], _Found]) -> _Found:
        """Return the first answer that `read` accepts; it raises BadAnswer for others.

        Raises:
            RpcRefused, ContentNotFound: no node gave it; see `_no_answer`.
        """
        failures: list[tuple[str, SaphaError]] = []
        for url in self._order():
            try:
                found = read(await self.ask(url, question))
            except (RpcRefused, NodeUnreachable, BadAnswer) as failure:
                failures.append((url, failure))
            else:
                self._last = url
                return found
        raise _no_answer(failures)

    async def each_of(self, question: Question, read: Callable[[Answer], _Found]) -> list[_Found]:
        """Return every answer that `read` accepts, of all nodes; at least one.

        Raises:
            RpcRefused, ContentNotFound: no node gave one; see `_no_answer`.
        """
        found: list[_Found] = []
        failures: list[tuple[str, SaphaError]] = []
        for url in self._order():
            try:
                found.append(read(await self.ask(url, question)))
            except (RpcRefused, NodeUnreachable, BadAnswer) as failure:
                failures.append((url, failure))
        if not found:
            raise _no_answer(failures)
        return found

    def _order(self) -> list[str]:
        return sorted(self._nodes, key=lambda url: url != self._last)


def _no_answer(failures: Sequence[tuple[str, SaphaError]]) -> SaphaError:
    """Return a node's reason why the account may not have it, or else what each node said."""
    for _url, failure in failures:
        if isinstance(failure, RpcRefused) and failure.code != _NOT_FOUND:
            return failure
    return ContentNotFound("; ".join(f"{url}: {failure}" for url, failure in failures))
