"""Lives of a light client as data: what a node tells it in order, and how the last step ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from client.head_memory import CertifiedHeader, HeadMemory
from client.light import LightClient, Proven, ReceiptProof
from genesis.schema import Genesis
from primitives.block import Header
from primitives.crypto import Digest
from primitives.errors import Rejected
from primitives.ids import TransactionId

Step = dict[str, object]


@dataclass(frozen=True)
class Life:
    """Steps that all hold but the last, which a client refuses if `refused`."""

    genesis: str
    why: str
    steps: tuple[Step, ...]
    refused: bool

    def to_json(self, known: list[Step]) -> dict[str, object]:
        """Return the row of the table; its steps by their numbers among those that are `known`."""
        known += [step for step in self.steps if step not in known]
        numbers = [known.index(step) for step in self.steps]
        return {"genesis": self.genesis, "why": self.why, "steps": numbers}


def life(genesis: str, why: str, steps: Sequence[Step], refused: bool = False) -> Life:
    return Life(genesis, why, tuple(steps), refused)


def header(made: Header, certificate: bytes) -> Step:
    return {"do": "header", "header": made.encode().hex(), "certificate": certificate.hex()}


def set_change(proof: bytes) -> Step:
    return {"do": "set", "proof": proof.hex()}


def restarts(proof: bytes) -> Step:
    return {"do": "restarts", "proof": proof.hex()}


def state(key: bytes, value: bytes | None, proof: bytes) -> Step:
    shown = None if value is None else value.hex()
    return {"do": "state", "key": key.hex(), "value": shown, "proof": proof.hex()}


def receipt(transaction_id: bytes, proof: ReceiptProof) -> Step:
    return {
        "do": "receipt",
        "transaction_id": transaction_id.hex(),
        "receipt": proof.receipt_bytes.hex(),
        "index": proof.index,
        "count": proof.count,
        "path": [sibling.hex() for sibling in proof.path],
    }


class Told:
    """Python's light client, told steps one after the other."""

    def __init__(self, genesis: Genesis, memory: Path) -> None:
        self._light = LightClient(genesis, HeadMemory(memory, genesis.chain_id))
        self._at: Proven | None = None

    def refusal(self, step: Step) -> str | None:
        """Tell a step, and return the code with which it is refused, None if it holds."""
        try:
            self._take(step)
        except Rejected as error:
            return error.code
        return None

    def _take(self, step: Step) -> None:
        match step["do"]:
            case "header":
                self._at = self._light.check_header(_bytes(step, "header"), _certificate(step))
                if step.get("latest"):
                    self._note_latest(self._at)
            case "set":
                self._light.take_set_change(_bytes(step, "proof"))
            case "restarts":
                self._light.take_restarts(_bytes(step, "proof"))
            case "state":
                self._check_state(step)
            case "receipt":
                self._check_receipt(step)

    def _note_latest(self, at: Proven) -> None:
        """Take the header as `head` takes the one that a node shows as its last."""
        seen = CertifiedHeader(at.header, at.certificate.encode())
        self._light.memory.note(seen, is_latest=True)

    def _check_state(self, step: Step) -> None:
        value = None if step["value"] is None else _bytes(step, "value")
        proof = _bytes(step, "proof")
        key = _bytes(step, "key")
        self._light.check_state(self._at, key=key, value=value, proof_bytes=proof)

    def _check_receipt(self, step: Step) -> None:
        proof = ReceiptProof(
            receipt_bytes=_bytes(step, "receipt"),
            index=step["index"],
            count=step["count"],
            path=tuple(Digest(bytes.fromhex(one)) for one in step["path"]),
        )
        wanted = TransactionId(_bytes(step, "transaction_id"))
        self._light.check_receipt(self._at, transaction_id=wanted, proof=proof)


def _bytes(step: Step, name: str) -> bytes:
    return bytes.fromhex(str(step[name]))


def _certificate(step: Step) -> bytes:
    return _bytes(step, "certificate")
