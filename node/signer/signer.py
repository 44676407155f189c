"""The signer itself: what it signs, and what it refuses whatever a node asks. Does no network.

The guard is the node's own, `node.store.sign_state`, on a sign-state of the signer's: a mark never
goes down, and at one mark there is one content. It is on disk before a signature leaves.
"""

import os
from dataclasses import replace
from typing import Protocol

from consensus.guard import STAMP_RANDOM_BYTES, SignState, Stamp, Standing, encode_sign_state
from consensus.guard import signed_state as state_after
from consensus.messages import TAGS, Statement
from genesis.schema import Genesis
from node.signer.faults import SignerFault
from node.signer.wire import (
    ALREADY_SIGNED,
    DISK_FULL,
    FRAME_BYTES_MAX,
    KEY_FAILED,
    NO_CHAIN,
    NO_SIGN_STATE,
    NONCE_BYTES,
    NOT_OWN_RECORD,
    OTHER_RESTART,
    PROOF_TAG,
    Answer,
    Hello,
    Receipt,
    Record,
    Refusal,
    Request,
    Signed,
    Vote,
    Welcome,
    proof_bytes,
)
from node.store.faults import SignStateFault, StoreFull
from node.store.sign_state import SignStateFiles
from primitives.blob_documents import ERASED_TAG
from primitives.codec import decode
from primitives.crypto import Digest, PublicKey, Signature, digest
from primitives.errors import Rejected
from primitives.shape import fields_of


class KeyDevice(Protocol):
    """What holds the key: a file, or a token that never gives it out."""

    @property
    def public_key(self) -> PublicKey:
        """The byte 01 and the Ed25519 key."""

    def sign(self, tag: str, data: bytes) -> Signature:
        """Return the signature over H(tag, data). Raises SignerFault."""


class _Refused(Exception):
    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


class Signer:
    """One key, one sign-state, one chain. Calls block: on the disk, and on the key's device."""

    def __init__(self, device: KeyDevice, files: SignStateFiles, genesis: Genesis | None) -> None:
        self.public_key = device.public_key
        self.chain_id = None if genesis is None else genesis.chain_id
        self._device = device
        self._files = files

    def start(self) -> None:
        """Write the stamp of this start. Raises StoreFull, StoreFailed."""
        state = self._files.state
        if state is not None and self.why_silent() is None:
            stamp = Stamp(start=state.stamp.start + 1, random=os.urandom(STAMP_RANDOM_BYTES))
            self._files.write(replace(state, stamp=stamp))

    def why_silent(self) -> str | None:
        """Return why no statement is signed whatever is asked, None when there is no reason."""
        state = self._files.state
        if state is None:
            return self._files.unreadable or f"{self._files.folder} holds no sign-state"
        if state.key != self.public_key:
            return f"{self._files.folder} is the sign-state of another key, {state.key.hex()[:16]}"
        if state.standing is Standing.LISTENER:
            return f"{self._files.folder} is a listener's"
        return None

    def answer(self, request: Request) -> Answer:
        """Return what was asked for, or why not.

        Raises:
            StoreFailed, StoreGone: the disk refused; the process must stop.
        """
        try:
            match request:
                case Hello(nonce):
                    return self._welcome(nonce)
                case Vote():
                    return Signed(self._vote(request))
                case Receipt():
                    document = request.erasure(self._chain()).encode()
                    return Signed(self._device.sign(ERASED_TAG, document))
                case Record(record):
                    return Signed(self._record(record))
        except _Refused as refused:
            return Refusal(refused.code, refused.text)
        except SignStateFault as fault:
            return Refusal(ALREADY_SIGNED, str(fault))
        except StoreFull as fault:
            return Refusal(DISK_FULL, str(fault))
        except SignerFault as fault:
            return Refusal(KEY_FAILED, str(fault))

    def prove(self) -> None:
        """Sign once under a tag that means nothing. Raises TokenFault: the key does not sign."""
        self._welcome(os.urandom(NONCE_BYTES))

    def _welcome(self, nonce: bytes) -> Welcome:
        state = self._files.state if self.why_silent() is None else None
        return Welcome(
            public_key=self.public_key,
            chain_id=self.chain_id,
            sign_state=None if state is None else encode_sign_state(state),
            proof=self._device.sign(PROOF_TAG, proof_bytes(self.chain_id, nonce)),
        )

    def _vote(self, vote: Vote) -> Signature:
        chain_id, state = self._chain(), self._state(vote.restart)
        tag, data = TAGS[vote.kind], vote.signed_bytes(chain_id)
        signed = digest(tag, data)
        if state.mark == vote.mark and state.digest == signed and state.signature is not None:
            return state.signature  # the answer was lost on its way
        self._files.check(vote.mark, signed)
        signature = self._device.sign(tag, data)
        statement = Statement(
            vote.kind, vote.height, vote.view, vote.content, self.public_key, signature
        )
        self._files.write(state_after(state, statement, signed=signed, restart=vote.restart))
        return signature

    def _record(self, record: bytes) -> Signature:
        try:
            fields = fields_of(decode(record, bytes_max=FRAME_BYTES_MAX), name="record", count=6)
        except Rejected as error:
            raise _Refused(NOT_OWN_RECORD, error.message) from error
        if fields[1] != self.public_key:
            raise _Refused(NOT_OWN_RECORD, "the record is of another key")
        return self._device.sign(Record.tag, record)

    def _chain(self) -> str:
        if self.chain_id is None:
            raise _Refused(NO_CHAIN, "no genesis is installed: sapha signer join")
        return self.chain_id

    def _state(self, restart: Digest) -> SignState:
        why, state = self.why_silent(), self._files.state
        if why is not None or state is None:
            raise _Refused(NO_SIGN_STATE, f"{why}: sapha signer recover")
        if state.restart not in {None, restart}:
            raise _Refused(
                OTHER_RESTART,
                f"asked to sign under restart {restart.hex()[:16]}, this key signs under"
                f" {(state.restart or b'').hex()[:16]}: sapha signer recover --restart",
            )
        return state
