"""A passkey in software, as a browser and an authenticator make its assertions together."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from nacl.signing import SigningKey as NaclKey

from primitives import p256
from primitives.codec import encode
from primitives.crypto import PublicKey, Signature, digest
from primitives.keys import WEBAUTHN_ED25519, WEBAUTHN_P256

RP_ID = "sapha.go.th"
ORIGIN = "https://portal.sapha.go.th"
RP_ID_HASH = sha256(RP_ID.encode()).digest()
PRESENT, VERIFIED, ATTESTED, EXTENSIONS = 0x01, 0x04, 0x40, 0x80


class SoftPasskey:
    """A passkey of a seed. `facts` of an assertion may be other than what is right."""

    def __init__(self, seed: bytes, kind: bytes = WEBAUTHN_P256) -> None:
        self._seed = seed
        self._kind = kind
        point = p256.point_of(seed) if kind == WEBAUTHN_P256 else bytes(NaclKey(seed).verify_key)
        self.public_key = PublicKey(kind + point)
        self.facts: dict[str, object] = {}

    def sign(self, tag: str, data: bytes) -> Signature:
        """Return the assertion whose challenge is H(tag, data)."""
        facts = self.facts
        device = device_data(**{k: v for k, v in facts.items() if k in DEVICE_FACTS})
        challenge = digest(tag, data)
        client = client_data(challenge, **{k: v for k, v in facts.items() if k in CLIENT_FACTS})
        signed = self.sign_raw(device + sha256(client).digest())
        if facts.get("is_high"):
            scalar = p256.ORDER - int.from_bytes(signed[32:], "big")
            signed = signed[:32] + scalar.to_bytes(32, "big")
        return Signature(encode((device, client, signed)))

    def sign_raw(self, message: bytes) -> bytes:
        """Return the bare signature over a message: 64 bytes."""
        if self._kind == WEBAUTHN_ED25519:
            return NaclKey(self._seed).sign(message).signature
        return p256.es256(self._seed, message)


DEVICE_FACTS = ("rp_id", "flags", "counter", "more")
CLIENT_FACTS = ("kind", "shown", "origin", "is_cross", "rest", "start")


def device_data(*, rp_id=RP_ID, flags=PRESENT | VERIFIED, counter=0, more=b""):
    return sha256(rp_id.encode()).digest() + bytes([flags]) + counter.to_bytes(4, "big") + more


def client_data(
    challenge,
    *,
    kind="webauthn.get",
    shown=None,
    origin=ORIGIN,
    is_cross="false",
    rest="}",
    start="",
):
    text = urlsafe_b64encode(challenge if shown is None else shown).rstrip(b"=").decode()
    return (
        f'{start}{{"type":"{kind}","challenge":"{text}","origin":"{origin}",'
        f'"crossOrigin":{is_cross}{rest}'
    ).encode()
