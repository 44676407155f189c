"""Complaints for citizens and agencies: content, receipts and the nodes that keep content."""

from client.complaints.asking import BlobAccount
from client.complaints.blobs import BlobClient
from client.complaints.content import (
    CONTENT_BYTES_MAX,
    Opened,
    SealedContent,
    commitment_of,
    open_content,
    seal_content,
)
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.wraps import (
    PUBLIC_READER,
    ReadingKey,
    check_reading_key,
    keys_for,
    open_wrapped,
    wrap_key,
)

__all__ = [
    "CONTENT_BYTES_MAX",
    "PUBLIC_READER",
    "BlobAccount",
    "BlobClient",
    "ComplaintReceipt",
    "Opened",
    "ReadingKey",
    "SealedContent",
    "check_reading_key",
    "commitment_of",
    "keys_for",
    "open_content",
    "open_wrapped",
    "seal_content",
    "wrap_key",
]
