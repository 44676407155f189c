"""The real contracts under the client's roles, without a network: an Rpc over a test ledger."""

from typing import Any

from client.errors import RpcRefused
from client.identity.face import FaceVerification
from client.identity.idp import Idp
from client.identity.office import Office
from client.identity.relying_party import RelyingParty
from client.identity.sealed import BoxKey
from client.identity.source import AuthoritativeSource, TagAuthority
from client.wallet import Wallet
from contracts.identity.nodes.messages import (
    RegisterNode,
    SetContact,
    SetNamespace,
    SetNodeStatus,
    SetService,
)
from contracts.registry import CONTRACTS as SHIPPED
from contracts.tools.abi import abi
from contracts.tools.testing import Ledger, key_of
from node.rpc.values import read_arguments, to_json
from primitives.errors import Rejected
from primitives.ids import show_address
from primitives.receipt import Event
from primitives.transaction import decode_transaction

CONTRACTS = {name: SHIPPED[name] for name in ("accounts", "governance", "identity")}
KINDS = {
    "members": ("validator",),
    "supervisor": ("supervisor",),
    "registry": ("as",),
    "first-bank": ("idp",),
    "second-bank": ("idp",),
    "faces": ("fvs",),
    "revenue": ("rp",),
    "social": ("rp",),
}


class Chain:
    """Answers `call` as a node does, one block a transaction."""

    witness = None

    def __init__(self) -> None:
        agencies = [
            {
                "id": name,
                "name_th": "ก",
                "name_en": name,
                "kinds": list(kinds),
                "administrator": show_address(Ledger.address(name)),
            }
            for name, kinds in KINDS.items()
        ]
        self.ledger = Ledger(CONTRACTS, {"governance": {"agencies": agencies}})
        self.events: list[Event] = []
        self.transactions: list[bytes] = []
        self._receipts: dict[str, dict] = {}

    @property
    def now(self) -> int:
        return self.ledger.block.time_ms // 1000

    def office(self, agency: str) -> Office:
        wallet = Wallet([key_of(agency)])
        return Office(rpc=self, wallet=wallet, chain_id="test-chain", agency=agency)  # type: ignore[arg-type]

    async def call(self, method: str, params: dict, *, timeout_s: float | None = None) -> Any:
        del timeout_s
        return getattr(self, method)(**params)

    async def batch(self, requests: Any) -> list[Any]:
        return [await self.call(request.method, dict(request.params)) for request in requests]

    def tx_submit(self, transaction: str) -> dict:
        decoded = decode_transaction(bytes.fromhex(transaction[2:]))
        body, identifier = decoded.body, "0x" + decoded.transaction_id.hex()
        self.transactions.append(decoded.raw)
        receipt: dict = {"code": "OK"}
        try:
            events = self.ledger.at(body.sender).call(body.contract, body.method, body.args)
            self.events += events
        except Rejected as refused:
            receipt = {"code": refused.code}
        self._receipts[identifier] = receipt
        self.ledger.next_block()
        return {"transaction_id": identifier, "status": "pending"}

    def tx_wait(self, transaction_id: str, timeout_ms: int) -> dict:
        assert timeout_ms > 0
        receipt = self._receipts[transaction_id]
        height = self.ledger.block.height - 1
        placed = {"transaction_id": transaction_id, "status": "committed", "height": height}
        return placed | {"receipt": receipt}

    def state_getProof(self, key: str) -> dict:  # noqa: N802 - the method's name on the wire
        """A value without a proof: who has no light client asks for none."""
        value = self.ledger.state.committed.get(bytes.fromhex(key[2:]))
        return {"value": None if value is None else "0x" + value.hex()}

    def state_query(self, contract: str, query: str, args: list) -> dict:
        described = next(q for q in abi(CONTRACTS[contract])["queries"] if q["name"] == query)
        try:
            values = read_arguments(args, described["params"])
            value = self.ledger.query(contract, query, *values)
        except Rejected as refused:
            raise RpcRefused(-32000, refused.message, {"code": refused.code}) from refused
        value = to_json(value, described["returns"])
        return {"value": value, "height": self.ledger.block.height}


async def with_nodes(chain: Chain | None = None) -> Chain:
    """A chain on which every agency is an active node, with one namespace and one service."""
    chain = chain or Chain()
    supervisor = chain.office("supervisor")
    registry, *others = [name for name in KINDS if name not in ("members", "supervisor")]
    messages = [
        node(registry, ()),
        SetNamespace("th.cid", registry, is_unique=True),
        *[node(name, ("th.cid",)) for name in others],
        *[SetNodeStatus(name, "active", "") for name in (registry, *others)],
        SetService("address", 210, 220, (registry,)),
    ]
    for message in messages:
        assert (await supervisor.send(message)).is_ok
    for name in (registry, *others):
        contact = SetContact(name, f"https://{name}.example", box_of(name).public)
        assert (await chain.office(name).send(contact)).is_ok
    return chain


def node(agency: str, namespaces: tuple[str, ...]) -> RegisterNode:
    levels = (230, 220) if agency.endswith("-bank") else (0, 0)
    return RegisterNode(agency, agency, *levels, namespaces, (node_key(agency).public_key,))


def node_key(agency: str):
    return key_of(agency + "-node")


def box_of(agency: str) -> BoxKey:
    return BoxKey(agency.encode().ljust(32, b"-"))


def bank(chain: Chain) -> Idp:
    return Idp(chain.office("first-bank"), node_key("first-bank"))


def other_bank(chain: Chain) -> Idp:
    return Idp(chain.office("second-bank"), node_key("second-bank"))


def registry(chain: Chain) -> AuthoritativeSource:
    return AuthoritativeSource(chain.office("registry"), node_key("registry"), box_of("registry"))


def tags() -> TagAuthority:
    return TagAuthority("test-chain", node_key("registry"), b"t" * 32)


def faces(chain: Chain) -> FaceVerification:
    return FaceVerification(chain.office("faces"))


def party(chain: Chain, name: str) -> RelyingParty:
    return RelyingParty(chain.office(name), box_of(name))
