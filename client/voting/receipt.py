"""What a voter keeps: the ballot's tracker, as words and QR, and the proof that it is in the box.

A receipt says that a ballot is on the chain, not what is in it. Whoever has it learns under which
pseudonym its owner voted; it is not for showing around.
"""

import io
import json
from dataclasses import dataclass
from typing import Any

from client.answers import (
    Answer,
    bytes_from_hex,
    field_of,
    hex_field,
    list_field,
    text_field,
    uint_field,
)
from client.errors import BadAnswer
from client.light import LightClient, ProvenReceipt, ReceiptProof
from client.rpc import RpcClient
from client.voting.errors import BadReceipt
from client.words import words_of
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.ids import TransactionId
from primitives.receipt import OK

FORMAT = 1
KIND = "sapha/ballot-receipt"
_WORD_BYTES = 16
_CAST = "BallotCast"  # its fields: election_id, voter_key, seq, ballot_hash
_QR_PREFIX = "SAPHA:VOTE:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """Where a transaction is, and what proves it."""

    header_bytes: bytes
    certificate: bytes
    proof: ReceiptProof

    @classmethod
    def read(cls, answer: Answer) -> "Inclusion":
        """Return the proof that tx_get gave, or that a file holds. Raises BadAnswer."""
        path = [Digest(bytes_from_hex(item, "path")) for item in list_field(answer, "path")]
        return cls(
            header_bytes=hex_field(answer, "header_bytes"),
            certificate=hex_field(answer, "certificate"),
            proof=ReceiptProof(
                receipt_bytes=hex_field(answer, "receipt_bytes"),
                index=uint_field(answer, "index"),
                count=uint_field(answer, "count"),
                path=tuple(path),
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `read` takes."""
        return {
            "header_bytes": "0x" + self.header_bytes.hex(),
            "certificate": "0x" + self.certificate.hex(),
            "receipt_bytes": "0x" + self.proof.receipt_bytes.hex(),
            "index": self.proof.index,
            "count": self.proof.count,
            "path": ["0x" + node.hex() for node in self.proof.path],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotReceipt:
    """A cast ballot: its tracker, its transaction, and the proof that a block holds it."""

    chain_id: str
    election_id: str
    tracker: bytes
    transaction_id: TransactionId
    inclusion: Inclusion

    @property
    def words(self) -> str:
        """The tracker as 12 words, to be compared by eye."""
        return tracker_words(self.tracker)

    def check(self, light: LightClient) -> ProvenReceipt:
        """Return the block's receipt after verifying it from the genesis alone.

        Raises:
            BadReceipt: the ballot did not take effect, or the proof is of another ballot.
            BadCertificate, BadProof, WrongChain: the proof does not hold.
        """
        at = light.check_header(self.inclusion.header_bytes, self.inclusion.certificate)
        proven = light.check_receipt(
            at, transaction_id=self.transaction_id, proof=self.inclusion.proof
        )
        if proven.receipt.code != OK:
            raise BadReceipt(f"the ballot was refused: {proven.receipt.code}")
        said = [event.fields for event in proven.receipt.events if event.name == _CAST]
        if not any((fields[0], fields[3]) == (self.election_id, self.tracker) for fields in said):
            raise BadReceipt("the block's receipt names another ballot or election")
        return proven

    def to_json(self) -> dict[str, Any]:
        """Return the receipt as a document."""
        return {
            "format": FORMAT,
            "kind": KIND,
            "chain_id": self.chain_id,
            "election_id": self.election_id,
            "tracker": "0x" + self.tracker.hex(),
            "tracker_words": self.words,
            "transaction_id": "0x" + self.transaction_id.hex(),
            "inclusion": self.inclusion.to_json(),
        }


def read_receipt(text: str) -> BallotReceipt:
    """Return the receipt of a document. It is believed only after `check`. Raises BadReceipt."""
    try:
        document = json.loads(text)
        if (document["format"], document["kind"]) != (FORMAT, KIND):
            raise BadReceipt(f"no receipt of format {FORMAT}")
        receipt = BallotReceipt(
            chain_id=text_field(document, "chain_id"),
            election_id=text_field(document, "election_id"),
            tracker=hex_field(document, "tracker"),
            transaction_id=TransactionId(hex_field(document, "transaction_id")),
            inclusion=Inclusion.read(field_of(document, "inclusion")),
        )
        words = text_field(document, "tracker_words")
    except (ValueError, KeyError, TypeError, RecursionError, BadAnswer) as error:
        raise BadReceipt("the file is no ballot receipt") from error
    if words != receipt.words or len(receipt.transaction_id) != DIGEST_BYTES:
        raise BadReceipt("the words are not those of the tracker")
    return receipt


async def inclusion_of(rpc: RpcClient, transaction_id: TransactionId) -> Inclusion | None:
    """Return a transaction's proof as the node gives it, unverified; None until committed."""
    params = {"transaction_id": "0x" + transaction_id.hex(), "prove": True}
    answer = await rpc.call("tx_get", params)
    proof = answer.get("proof") if isinstance(answer, dict) else None
    return None if proof is None else Inclusion.read(proof)


def tracker_words(tracker: bytes) -> str:
    """Return the first 128 bits of a tracker as 12 words of BIP 39's English list."""
    return words_of(tracker[:_WORD_BYTES])


def tracker_qr(election_id: str, tracker: bytes) -> str:
    """Return the QR code of a tracker as SVG text."""
    image = io.BytesIO()
    text = f"{_QR_PREFIX}{election_id}:{tracker.hex()}"
    import segno  # noqa: PLC0415 - most commands draw nothing

    segno.make_qr(text, error="m").save(image, kind="svg", scale=4)
    return image.getvalue().decode()


def tracker_qr_text(election_id: str, tracker: bytes) -> str:
    """Return the QR code of a tracker as text for a terminal."""
    image = io.StringIO()
    text = f"{_QR_PREFIX}{election_id}:{tracker.hex()}"
    import segno  # noqa: PLC0415 - as above

    segno.make_qr(text, error="m").terminal(image, compact=True)
    return image.getvalue()
