"""Pay with nothing of Sapha installed: PyNaCl, msgpack and docs/protocol.md.

Usage: python raw_client.py RPC_URL SECRET_KEY RECIPIENT AMOUNT_SATANG
SECRET_KEY is a 32-byte Ed25519 seed in hex; RECIPIENT a 20-byte address in hex.
"""

import hashlib
import json
import secrets
import sys
import time
import urllib.request

import msgpack
from nacl.signing import SigningKey


def tagged_hash(tag: str, data: bytes) -> bytes:
    """SHA-256 of "sapha/" tag "/v1" zero byte data: docs/protocol.md#hashes."""
    return hashlib.sha256(f"sapha/{tag}/v1\0".encode() + data).digest()


def public_key_of(key: SigningKey) -> bytes:
    """The kind byte 01 and the key: docs/protocol.md#keys."""
    return b"\x01" + bytes(key.verify_key)


def build(key: SigningKey, fields: list) -> bytes:
    """[body, [[public key, signature]]]: docs/protocol.md#transactions."""
    body = msgpack.packb(fields)
    signature = key.sign(tagged_hash("tx", body)).signature
    return msgpack.packb([body, [[public_key_of(key), signature]]])


def call(url: str, method: str, **params: object) -> dict:
    """One JSON-RPC 2.0 request: docs/protocol.md#json-rpc."""
    request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, request, headers)) as answer:
        return json.load(answer)["result"]


if __name__ == "__main__":
    url, key = sys.argv[1], SigningKey(bytes.fromhex(sys.argv[2]))
    sender = tagged_hash("address", public_key_of(key))[:20]
    chain_id = call(url, "chain_getStatus")["chain_id"]
    nonce, expiry = secrets.randbits(64), int(time.time() * 1000) + 60_000
    args = [bytes.fromhex(sys.argv[3]), int(sys.argv[4]), ""]
    raw = build(key, [1, chain_id, sender, nonce, expiry, "cbdc", "transfer", args])
    sent = call(url, "tx_submit", transaction="0x" + raw.hex())
    print(
        json.dumps(call(url, "tx_wait", transaction_id=sent["transaction_id"], timeout_ms=30_000))
    )
