"""The method network_*: the network record at the head."""

from hashlib import sha256

from contracts.governance.network.state import Awaited, Node
from node.certificate import until
from node.execution.network_record import nodes_in, version_in, waiting_in
from node.rpc.method import Caller, Method
from node.rpc.refusals import UNKNOWN_CONTRACT
from node.rpc.results import (
    CertificateFactsJson,
    NetworkNodeJson,
    NetworkRecordJson,
    SeatWaitingJson,
)
from node.rpc.schemas import NoParams
from node.rpc.strict_json import json_integer
from node.rpc.values import hex_of


async def get_record(caller: Caller, _params: NoParams) -> NetworkRecordJson:
    """Return who is in the network at the last block, and the changes of seats that wait."""
    ledger = caller.view.ledger
    return {
        "height": ledger.head().header.height,
        "version": version_in(ledger.query),
        "nodes": [_node_json(node) for node in nodes_in(ledger.query)],
        "waiting": [_waiting_json(entry) for entry in waiting_in(ledger.query)],
    }


def _node_json(node: Node) -> NetworkNodeJson:
    return {
        "name": node.name,
        "agency_id": node.agency_id,
        "public_key": hex_of(node.public_key),
        "certificate": _certificate_json(node.certificate),
        "second_certificate": None
        if node.second_certificate is None
        else _certificate_json(node.second_certificate),
        "host": node.host,
        "port": node.port,
        "is_validator": node.is_validator,
        "since_height": node.since,
    }


def _certificate_json(der: bytes) -> CertificateFactsJson:
    return {"sha256": hex_of(sha256(der).digest()), "until": until(der)}


def _waiting_json(entry: Awaited) -> SeatWaitingJson:
    return {
        "node": entry.node,
        "is_validator": entry.is_validator,
        "is_retired": entry.is_retired,
        "is_stolen": entry.is_stolen,
        "new_key": None if entry.new_key is None else hex_of(entry.new_key),
        "decided_at_height": entry.decided,
        "ready_at_height": entry.ready,
        "lapses_ms": json_integer(entry.lapses_ms),
    }


METHODS = (
    Method(
        name="network_getRecord",
        params=NoParams,
        errors=(UNKNOWN_CONTRACT,),
        run=get_record,
    ),
)
