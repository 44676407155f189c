"""Builds tests/vectors/complaint_contents.json: contents as a citizen seals them, and receipts.

`python -m tests.client.complaints.make_content_vectors` writes the file. Keys, salts and nonces are
random, so that they differ each time; whoever reads the file opens what it holds.
"""

import json

from client.complaints.content import seal_content
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.wraps import ReadingKey, wrap_key
from client.complaints.writing import Attachment, Form, Note, Writing, write
from client.words import THAI, words_of
from primitives.blob import BlobRequest, payload_digest
from primitives.blob_documents import Wraps
from primitives.crypto import digest
from primitives.ids import address_of
from tests.builders import CHAIN_ID, TIME_MS
from tests.primitives.make_vectors import FOLDER

NAME = "complaint_contents.json"
CASE_ID = bytes(range(16))
SECRETS = (bytes(16), bytes(range(100, 116)), b"\xff" * 16)
AGENCY_SEED = b"\x21" * 32


def receipts() -> list[dict[str, str]]:
    made = [(secret, ComplaintReceipt(secret)) for secret in SECRETS]
    return [
        {
            "secret": secret.hex(),
            "en": receipt.words,
            "th": words_of(secret, THAI),
            "public_key": receipt.signing_key.public_key.hex(),
            "address": receipt.address.hex(),
            "reading_key": receipt.reading_key.public.hex(),
        }
        for secret, receipt in made
    ]


def writings(reader: bytes) -> dict[str, Writing]:
    return {
        "a form": Form.of(reader, {"what": "ไฟถนนดับ 3 ดวง", "where": "ซอย 5"}),
        "a note": Note("ขอบคุณ"),
        "an empty note": Note(""),
        "a file": Attachment("รูป.jpg", "image/jpeg", bytes(range(256)) * 8),
    }


def contents() -> list[dict[str, object]]:
    receipt = ComplaintReceipt(SECRETS[1])
    agency = ReadingKey(AGENCY_SEED)
    rows = []
    for why, writing in writings(receipt.reading_key.public).items():
        content = write(writing)
        sealed = seal_content(content, CASE_ID)
        wraps = Wraps(
            chain_id=CHAIN_ID,
            content=sealed.digest,
            author=receipt.address,
            version=TIME_MS,
            wraps=wrap_key(sealed.key, sealed.digest, [receipt.reading_key.public, agency.public]),
        )
        rows.append(
            {
                "why": why,
                "content_sha": digest("blob", content).hex(),
                "content_bytes": len(content),
                "digest": sealed.digest.hex(),
                "commitment": sealed.commitment.hex(),
                "blobs": [blob.hex() for blob in sealed.blobs],
                "key": sealed.key.hex(),
                "wraps": wraps.sign(receipt.signing_key).encode().hex(),
                "commits": [
                    [one.code, one.commit.commitment.hex()]
                    for one in (writing.fields if isinstance(writing, Form) else ())
                ],
            }
        )
    return rows


def requests() -> list[dict[str, object]]:
    key = ComplaintReceipt(SECRETS[1]).signing_key
    rows = []
    for method, index, payload in (("blob_put", 1, b"blob"), ("blob_get_wraps", 0, b"")):
        request = BlobRequest(
            chain_id=CHAIN_ID,
            method=method,
            content=digest("blob", b"head"),
            index=index,
            payload=payload_digest(payload),
            account=address_of(key.public_key),
            expires_at_ms=TIME_MS,
            nonce=bytes(16),
        )
        rows.append(
            {
                "method": method,
                "content": request.content.hex(),
                "index": index,
                "payload": payload.hex(),
                "expires_at_ms": TIME_MS,
                "nonce": request.nonce.hex(),
                "signed": request.encode().hex(),
                "signature": request.sign(key).hex(),
            }
        )
    return rows


def table() -> dict[str, object]:
    return {
        "chain_id": CHAIN_ID,
        "case_id": CASE_ID.hex(),
        "agency_seed": AGENCY_SEED.hex(),
        "receipts": receipts(),
        "contents": contents(),
        "requests": requests(),
    }


if __name__ == "__main__":
    text = json.dumps(table(), indent=1, ensure_ascii=False) + "\n"
    (FOLDER / NAME).write_text(text, encoding="utf-8")
