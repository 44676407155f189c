"""Headers, blocks and receipts as JSON data."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from node.rpc.results import (
    BlockJson,
    CertifiedHeaderJson,
    EventJson,
    HeaderJson,
    ProvenJson,
    ReceiptJson,
)
from node.rpc.strict_json import json_integer
from node.rpc.values import Described, hex_of, record_json
from primitives.block import Block, Header
from primitives.certificate import Certificate
from primitives.receipt import Event, Receipt, read_receipt


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A stored block with what belongs to it; block 0 has neither votes nor receipts."""

    block: Block
    certificate: Certificate | None = None
    receipts: tuple[bytes, ...] = ()


def header_json(header: Header) -> HeaderJson:
    """Return all fields of a header."""
    return {
        "chain_id": header.chain_id,
        "height": header.height,
        "time_ms": json_integer(header.time_ms),
        "parent_hash": hex_of(header.parent_hash),
        "transactions_root": hex_of(header.transactions_root),
        "receipts_root": hex_of(header.receipts_root),
        "state_root": hex_of(header.state_root),
        "validators_hash": hex_of(header.validators_hash),
        "next_validators_hash": hex_of(header.next_validators_hash),
        "last_certificate_hash": hex_of(header.last_certificate_hash),
        "app_version": header.app_version,
        "proposer": hex_of(header.proposer),
        "restart": hex_of(header.restart),
    }


def certified_header_json(header: Header, certificate: Certificate | None) -> CertifiedHeaderJson:
    """Return a header with what proves it."""
    return {
        "hash": hex_of(header.hash),
        "height": header.height,
        "header": header_json(header),
        **proven_json(header, certificate),
    }


def proven_json(header: Header, certificate: Certificate | None) -> ProvenJson:
    """Return what proves a header."""
    return {
        "header_bytes": hex_of(header.encode()),
        "certificate": None if certificate is None else hex_of(certificate.encode()),
    }


class Renderer:
    """Shows what contracts did, with the names that their ABI gives."""

    def __init__(self, abis: Mapping[str, Mapping[str, Any]]) -> None:
        self._abis = abis
        self._fields: dict[tuple[str, str], list[Described]] = {}
        self._learn()

    def _learn(self) -> None:
        """Add the events of the versions that run now: one name means one form, for ever."""
        self._fields |= {
            (contract, event["name"]): event["fields"]
            for contract, abi in self._abis.items()
            for event in abi["events"]
        }

    def event(self, event: Event) -> EventJson:
        """Return an event with its fields by name."""
        if (event.contract, event.name) not in self._fields:
            self._learn()  # another version came
        fields = self._fields.setdefault((event.contract, event.name), [])
        return {
            "contract": event.contract,
            "name": event.name,
            "fields": record_json(event.fields, fields),
        }

    def receipt(self, receipt: Receipt) -> ReceiptJson:
        """Return a receipt's fields."""
        return {
            "transaction_id": hex_of(receipt.transaction_id),
            "code": receipt.code,
            "contract": receipt.contract,
            "message": receipt.message,
            "details": {
                name: json_integer(value) if isinstance(value, int) else value
                for name, value in receipt.details
            },
            "events": [self.event(event) for event in receipt.events],
        }

    async def block(self, shown: ShownBlock, breathe: Callable[[], Awaitable[None]]) -> BlockJson:
        """Return a block with its certificate and receipts; between these others go on."""
        block = shown.block
        last = block.last_certificate
        receipts = []
        for encoded in shown.receipts:
            receipts.append(self.receipt(read_receipt(encoded)))
            await breathe()
        return {
            **certified_header_json(block.header, shown.certificate),
            "transactions": [hex_of(raw) for raw in block.transactions],
            "evidence": [hex_of(evidence) for evidence in block.evidence],
            "last_certificate": None if last is None else hex_of(last.encode()),
            "restarts": [hex_of(statement) for statement in block.restarts],
            "receipts": receipts,
        }
