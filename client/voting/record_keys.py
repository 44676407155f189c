"""What a record proves of the keys that signed requests for tokens: whose they are in identity.

Identity keeps every key that a subject ever had, so a proof under any later header serves. With it
a stranger's key cannot have asked in a voter's name, not even if validators let it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from client.answers import bytes_from_hex, hex_field, list_field
from client.light import LightClient
from client.state_keys import state_key
from client.steps import read_step, take_step
from genesis.following import Step
from primitives.codec import encode
from primitives.transaction import Transaction

PAGE_KEYS = 100
_MAP = ("identity", "subject_keys")
_REQUEST, _KEY, _ARGUMENTS = "request_token", 4, 6  # the place of the key among the arguments


@dataclass(frozen=True, slots=True)
class KeyProof:
    """A public key, the subject whose it is or was (None: nobody's), and the proof."""

    key: bytes
    sid: bytes | None
    proof: bytes


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Proofs of some keys under one certified header.

    `steps` lead to it, where those to the headers before it do not.
    """

    header_bytes: bytes
    certificate: bytes
    proofs: tuple[KeyProof, ...]
    steps: tuple[Step, ...] = ()

    def line(self) -> str:
        """Return the line that the page is in a record."""
        document = {
            "header": "0x" + self.header_bytes.hex(),
            "certificate": "0x" + self.certificate.hex(),
            "steps": [[each.kind, _hex(each.proof)] for each in self.steps],
            "keys": [[_hex(each.key), _hex(each.sid), _hex(each.proof)] for each in self.proofs],
        }
        return json.dumps(document, separators=(",", ":")) + "\n"

    def check(self, light: LightClient) -> None:
        """Check the proofs; whose the keys should be, the verifier says.

        Raises:
            BadCertificate, BadProof, WrongChain: what is there does not prove what it should.
        """
        for step in self.steps:
            take_step(light, step)
        at = light.check_header(self.header_bytes, self.certificate)
        for each in self.proofs:
            value = None if each.sid is None else encode(each.sid)
            place = state_of(each.key)
            light.check_state(at, key=place, value=value, proof_bytes=each.proof)


def read_page(row: dict[str, Any]) -> KeyPage:
    """Return the page of a line, unverified. Raises BadAnswer, ValueError."""
    proofs = []
    for key, sid, proof in list_field(row, "keys"):
        name = None if sid is None else bytes_from_hex(sid, "sid")
        proofs.append(KeyProof(bytes_from_hex(key, "key"), name, bytes_from_hex(proof, "proof")))
    steps = [read_step(kind, proof) for kind, proof in list_field(row, "steps")]
    certified = hex_field(row, "header"), hex_field(row, "certificate")
    return KeyPage(*certified, tuple(proofs), tuple(steps))


def state_of(key: bytes) -> bytes:
    """Return the state's key of what identity says of a public key."""
    return state_key(*_MAP, key)


def request_key(transaction: Transaction) -> bytes | None:
    """Return the key that signed a request for a token; None for any other entry."""
    body = transaction.body
    if body.method != _REQUEST or len(body.args) != _ARGUMENTS:
        return None
    key = body.args[_KEY]
    return key if isinstance(key, bytes) else None


def pages_of(keys: Iterable[bytes]) -> list[list[bytes]]:
    """Return keys in pages, each key once."""
    listed = list(dict.fromkeys(keys))
    return [listed[start : start + PAGE_KEYS] for start in range(0, len(listed), PAGE_KEYS)]


def _hex(data: bytes | None) -> str | None:
    return None if data is None else "0x" + data.hex()
