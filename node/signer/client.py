"""The node's side: it asks its signer, waits without stopping, and asks again after a break.

What is asked for a view that has passed is dropped. The signer is believed only after it has
proved itself: the key of this node's member record, the chain of its genesis, a fresh signature.
"""

import asyncio
import logging
import os
import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consensus import RequestSignature, SignatureReceived, SignMark, SignState
from consensus.guard import NOTHING_SIGNED, read_sign_state
from consensus.messages import TAGS
from node.secret_files import check_private
from node.signer.faults import (
    BadSignerFrame,
    SignerAway,
    SignerFault,
    SignerMismatch,
    SignerRefused,
)
from node.signer.wire import (
    NONCE_BYTES,
    PROOF_TAG,
    Answer,
    Hello,
    Receipt,
    Refusal,
    Request,
    Signed,
    Vote,
    Welcome,
    encode_request,
    proof_bytes,
    read_answer,
    read_frame,
    write_frame,
)
from node.store.sign_state import show_mark
from p2p.gated_log import GatedLog
from p2p.tls import certificate_der, pinned_context, words_for
from primitives.blob_documents import ERASED_TAG, Erasure, ErasureReceipt
from primitives.crypto import PublicKey, Signature, verify
from primitives.errors import Rejected

log = logging.getLogger("sapha.consensus")

WAITING_MAX = 16
_RECEIPTS_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerPlace:
    """Where a signer is, and how long to wait for it.

    Without `socket`, an address with mutual TLS: `own_certificate` and `own_key` are shown, and
    `certificate` is the only one that is taken.
    """

    socket: Path | None
    host: str = ""
    port: int = 0
    certificate: Path | None = None
    own_certificate: Path | None = None
    own_key: Path | None = None
    answer_s_max: float = 5.0
    retry_s: float = 0.5

    def __str__(self) -> str:
        return f"signer {self.socket or f'{self.host}:{self.port}'}"


@dataclass(frozen=True, slots=True)
class SignerIdentity:
    """Whose signer is expected; None: of any key, of any chain or of none yet."""

    public_key: PublicKey | None
    chain_id: str | None


ANY_SIGNER = SignerIdentity(None, None)


class Session:
    """One connection to a signer that has proved itself."""

    def __init__(
        self, place: SignerPlace, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    ) -> None:
        self._place = place
        self._reader, self._writer = streams

    @classmethod
    async def open(cls, place: SignerPlace, identity: SignerIdentity) -> tuple["Session", Welcome]:
        """Connect, and have the signer prove itself.

        Raises:
            SignerAway: nobody answers there.
            SignerMismatch: it is the signer of another key or another chain.
            BadSignerFrame: it speaks another protocol.
        """
        session = cls(place, await _connected(place))
        try:
            nonce = os.urandom(NONCE_BYTES)
            answer = _checked(place, identity, await session.ask(Hello(nonce)), nonce)
        except BaseException:
            session.close()
            raise
        return session, answer

    async def ask(self, request: Request) -> Answer:
        """Return the answer. Raises SignerAway, BadSignerFrame; the session is over then."""
        place = self._place
        try:
            async with asyncio.timeout(place.answer_s_max):
                await write_frame(self._writer, encode_request(request), place.answer_s_max)
                frame = await read_frame(self._reader, place.answer_s_max)
        except TimeoutError as error:
            raise SignerAway(f"{place} gives no answer in {place.answer_s_max} s") from error
        except OSError as error:
            raise SignerAway(f"{place}: {words_for(error)}") from error
        if frame is None:
            raise SignerAway(f"{place} has closed the connection")
        return read_answer(frame)

    async def signature(self, request: Request) -> Signature:
        """Return the signature that is asked for. Raises SignerRefused, and as `ask`."""
        answer = await self.ask(request)
        if isinstance(answer, Refusal):
            raise SignerRefused(answer.code, answer.text)
        if not isinstance(answer, Signed):
            raise BadSignerFrame(f"{self._place} answers {answer}")
        return answer.signature

    def close(self) -> None:
        """End the connection."""
        self._writer.close()


class SignerLink:
    """What a running node asks its signer by; `fault` says why it signs nothing now."""

    def __init__(
        self, place: SignerPlace, identity: SignerIdentity, last: SignMark = NOTHING_SIGNED
    ) -> None:
        """Ask the signer at `place`; `last` is what it signed for this node as the last."""
        self._place = place
        self._identity = identity
        self._last = last
        self._votes: deque[RequestSignature] = deque()
        self._receipts: deque[tuple[Receipt, asyncio.Future[Signature]]] = deque()
        self._wake = asyncio.Event()
        self._log = GatedLog(log)
        self.fault: str | None = None
        self.on_signature: Callable[[SignatureReceived], None] = lambda _event: None
        self.on_answer: Callable[[float], None] = lambda _seconds: None
        self.on_refusal: Callable[[str], None] = lambda _code: None

    def request(self, effect: RequestSignature) -> None:
        """Have a statement signed; those of views that have passed are dropped."""
        place = (effect.height, effect.view)
        while self._votes and (self._votes[0].height, self._votes[0].view) < place:
            self._votes.popleft()
        if len(self._votes) < WAITING_MAX:
            self._votes.append(effect)
            self._wake.set()

    async def receipt(self, erasure: Erasure, key: PublicKey) -> ErasureReceipt:
        """Return the signed receipt of an erasure. Raises SignerFault."""
        if len(self._receipts) >= _RECEIPTS_MAX:
            raise SignerAway(f"{self._place}: {_RECEIPTS_MAX} receipts wait for it already")
        request = Receipt(
            content=erasure.content, node=erasure.node, erased_at_ms=erasure.erased_at_ms
        )
        future: asyncio.Future[Signature] = asyncio.get_running_loop().create_future()
        self._receipts.append((request, future))
        self._wake.set()
        try:
            async with asyncio.timeout(self._place.answer_s_max):
                signature = await future
        except TimeoutError as error:
            raise SignerAway(f"{self._place}: {self.fault or 'no answer in time'}") from error
        if not verify(key, ERASED_TAG, erasure.encode(), signature):
            raise SignerMismatch(f"{self._place}: its signature of a receipt does not verify")
        return ErasureReceipt(erasure, key, signature)

    async def run(self) -> None:
        """Serve what is asked, for ever; a signer that is away is dialled again."""
        while True:
            try:
                session, welcome = await Session.open(self._place, self._identity)
            except SignerFault as fault:
                self._note(fault)
                await asyncio.sleep(self._place.retry_s)
                continue
            try:
                self._check_memory(welcome)
                self._note_back()
                await self._serve(session)
            except SignerFault as fault:
                self._note(fault)
            finally:
                session.close()
            await asyncio.sleep(self._place.retry_s)

    def _check_memory(self, welcome: Welcome) -> None:
        """Refuse a signer that remembers less than it has signed here, or nothing at all.

        Raises:
            SignerMismatch: its sign-state was lost or put back.
        """
        state = sign_state_of(self._place, welcome)
        if state is None:
            raise SignerMismatch(f"{self._place} has no sign-state; sapha signer recover")
        if state.mark < self._last:
            raise SignerMismatch(
                f"{self._place} knows of {show_mark(state.mark)} as its last, and has signed"
                f" {show_mark(self._last)}: its sign-state was put back; sapha signer recover"
            )

    async def _serve(self, session: Session) -> None:
        """Ask one thing after the other; what is not answered stays first in its line."""
        while True:
            self._wake.clear()
            if self._votes:
                effect = self._votes[0]
                await self._vote(session, effect)
                if self._votes and self._votes[0] is effect:
                    self._votes.popleft()
            elif self._receipts:
                await self._sign_receipt(session, *self._receipts[0])
                self._receipts.popleft()
            else:
                await self._wake.wait()

    async def _vote(self, session: Session, effect: RequestSignature) -> None:
        vote = Vote(
            kind=effect.kind,
            height=effect.height,
            view=effect.view,
            content=effect.content,
            restart=effect.restart,
        )
        began = time.monotonic()
        try:
            signature = await session.signature(vote)
        except SignerRefused as refused:
            self.fault = f"{self._place} refuses: {refused}"
            self.on_refusal(refused.code)
            code = {"code": refused.code}
            self._log.write(logging.ERROR, "signer_refused", code, reason=refused.text)
            return
        key, chain_id = self._identity.public_key, self._identity.chain_id
        if key is None or chain_id is None:
            return
        if not verify(key, TAGS[vote.kind], vote.signed_bytes(chain_id), signature):
            raise SignerMismatch(f"{self._place}: its signature does not verify")
        self._last = max(self._last, effect.mark)
        self._note_back()
        self.on_answer(time.monotonic() - began)
        self.on_signature(SignatureReceived(effect.mark, signature))

    async def _sign_receipt(
        self, session: Session, request: Receipt, future: "asyncio.Future[Signature]"
    ) -> None:
        if future.done():
            return
        try:
            signature = await session.signature(request)
        except SignerRefused as refused:
            if not future.done():
                future.set_exception(refused)
            return
        if not future.done():
            future.set_result(signature)

    def _note_back(self) -> None:
        if self.fault is not None:
            self.fault = None
            self._log.write(logging.INFO, "signer_back", {}, signer=self._place)

    def _note(self, fault: SignerFault) -> None:
        self.fault = str(fault)
        if isinstance(fault, SignerAway):
            self._log.write(logging.ERROR, "signer_away", {}, reason=fault)
        else:
            self._log.write(logging.ERROR, "signer_unusable", {}, reason=fault)


async def await_signer(place: SignerPlace, identity: SignerIdentity) -> SignState | None:
    """Return the signer's sign-state, once a signer of this key and chain answers.

    Waits for one that is away, and says so.

    Raises:
        SignerMismatch: the signer of another key or another chain answers.
    """
    gated = GatedLog(log)
    while True:
        try:
            session, welcome = await Session.open(place, identity)
        except SignerMismatch:
            raise
        except SignerFault as fault:
            gated.write(logging.WARNING, "signer_awaited", {}, reason=fault)
            await asyncio.sleep(place.retry_s)
            continue
        session.close()
        return sign_state_of(place, welcome)


def sign_state_of(place: SignerPlace, welcome: Welcome) -> SignState | None:
    """Return the sign-state that a signer shows. Raises BadSignerFrame."""
    if welcome.sign_state is None:
        return None
    try:
        return read_sign_state(welcome.sign_state)
    except Rejected as error:
        raise BadSignerFrame(f"{place}: its sign-state: {error.message}") from error


async def _connected(
    place: SignerPlace,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        async with asyncio.timeout(place.answer_s_max):
            if place.socket is not None:
                return await asyncio.open_unix_connection(place.socket)
            return await asyncio.open_connection(place.host, place.port, ssl=_context(place))
    except TimeoutError as error:
        raise SignerAway(f"{place}: nobody answers in {place.answer_s_max} s") from error
    except (OSError, ssl.SSLError) as error:
        raise SignerAway(f"{place}: {words_for(error)}") from error


def _context(place: SignerPlace) -> ssl.SSLContext:
    pinned, certificate, key = place.certificate, place.own_certificate, place.own_key
    if pinned is None or certificate is None or key is None:
        raise SignerMismatch(f"{place}: [signer] host needs certificate, the signer's tls/cert.pem")
    check_private(key)
    try:
        der = certificate_der(pinned.read_bytes())
    except OSError as error:
        raise SignerMismatch(f"{pinned}: {error.strerror}; set [signer] certificate") from error
    return pinned_context(ssl.PROTOCOL_TLS_CLIENT, certificate, key, {str(pinned): der})


def _checked(place: SignerPlace, identity: SignerIdentity, found: Answer, nonce: bytes) -> Welcome:
    """Return the answer of the signer that is expected. Raises SignerMismatch, BadSignerFrame."""
    if not isinstance(found, Welcome):
        raise BadSignerFrame(f"{place} answers {found}")
    key, chain_id = identity.public_key, identity.chain_id
    if key is not None and found.public_key != key:
        raise SignerMismatch(
            f"{place} holds key {found.public_key.hex()[:16]}, this node's is {key.hex()[:16]}"
        )
    if chain_id is not None and found.chain_id != chain_id:
        raise SignerMismatch(
            f"{place} signs for chain {found.chain_id or 'none yet'}, this node's is {chain_id};"
            " sapha signer join"
        )
    if not verify(found.public_key, PROOF_TAG, proof_bytes(found.chain_id, nonce), found.proof):
        raise SignerMismatch(
            f"{place} does not prove that it holds key {found.public_key.hex()[:16]}"
        )
    return found
