"""Who calls, and what each calls with: every method of a node asked as every kind of caller."""

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from node.rpc import NodeFacts, OperatorSettings, RpcServer, RpcSettings
from node.rpc.values import hex_of
from primitives.blob import payload_digest
from primitives.crypto import ZERO_DIGEST
from primitives.ids import show_address
from primitives.transaction import Transaction, sign_body
from tests.blobs.builders import CITIZEN, NOW_MS, OFFICER, OUTSIDER, Content, content, wraps
from tests.blobs.network import FAST, network_of
from tests.blobs.network import Node as BlobNode
from tests.blobs.served import View
from tests.builders import CHAIN_ID
from tests.execution.chain import ALICE, BANK, BOB
from tests.rpc.described import check_answer
from tests.rpc.node import Node, running_node

CALLERS = (
    *("anonymous", "citizen", "other_citizen", "agency", "other_agency"),
    *("operator", "wrong_chain", "replayed"),
)
OTHER_CHAIN = "othernet-00112233445566778899aabbccddeeff"
# What a proxy on this machine would add, or somebody who would like to be taken for one.
_CLAIMS = {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1", "X-Real-IP": "127.0.0.1"}


@dataclass(frozen=True, slots=True)
class Door:
    """Where calls of one kind of caller come in."""

    session: aiohttp.ClientSession
    url: str

    async def ask(self, method: str, params: object, **headers: str) -> dict:
        """Call over HTTP; return the whole answer."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        async with self.session.post(f"{self.url}/rpc", json=body, headers=headers) as response:
            answer = json.loads(await response.text())
        check_answer(method, answer)
        return answer

    async def ask_on_socket(self, method: str, params: object) -> dict:
        """Call on a WebSocket."""
        async with self.session.ws_connect(f"{self.url}/ws") as ws:
            body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            await ws.send_str(json.dumps(body))
            answer = json.loads(await ws.receive_str(timeout=5))
        check_answer(method, answer)
        return answer


@asynccontextmanager
async def operators_door(socket: Path):
    """Where operators call, and nobody else can."""
    connector = aiohttp.UnixConnector(str(socket))
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Door(session, "http://localhost")


@dataclass
class World:
    """A node with a chain, a node with contents, and their doors."""

    node: Node
    keeper: BlobNode
    public: Door
    operators: Door
    keeper_public: Door
    keeper_operators: Door
    committed: Transaction

    async def call(self, method: str, caller: str) -> str:
        """Return "OK" or the code that `method` refuses `caller` with."""
        if method.startswith("blob_"):
            return await self._ask_of_content(method, caller)
        params = await self._params(method, caller)
        door = self.operators if caller == "operator" else self.public
        if method.startswith("events_") and method != "events_search":
            return code_of(await door.ask_on_socket(method, params))
        answer = await door.ask(method, params, **({} if caller == "operator" else _CLAIMS))
        if caller == "replayed":
            answer = await door.ask(method, params, **_CLAIMS)
        return code_of(answer)

    async def _params(self, method: str, caller: str) -> dict:
        if method in {"tx_submit", "tx_simulate"}:
            return {"transaction": hex_of(await self._transaction(caller))}
        return READS[method](self)

    async def _transaction(self, caller: str) -> bytes:
        """What the caller would like to have done: money moved or made."""
        chain = self.node.chain
        of_alice = chain.transfer(ALICE, BOB, 5)
        match caller:
            case "anonymous" | "operator":
                return sign_body(of_alice.body, []).raw
            case "other_citizen":
                return sign_body(of_alice.body, [BOB]).raw
            case "agency":
                return chain.issue(BOB, 1).raw
            case "other_agency":
                return chain.transaction(ALICE, "issue", b"\1" * 20, 1, "R").raw
            case "wrong_chain":
                return chain.transfer(ALICE, BOB, 5, chain_id=OTHER_CHAIN).raw
            case "replayed":
                await self.node.mempool.admission.submit([of_alice.raw])
                self.node.commit()
        return of_alice.raw

    async def _ask_of_content(self, method: str, caller: str) -> str:
        """Citizens and officers sign for a content of their own case."""
        made = content(f"{method} {caller}", parts=1)
        await self._prepare(method, made)
        data = {"blob_put": made.blobs[1], "blob_put_wraps": wraps(made).encode()}.get(method, b"")
        signer = {"other_citizen": OUTSIDER, "agency": OFFICER, "other_agency": BANK}.get(
            caller, CITIZEN
        )
        changes: dict = {"payload": payload_digest(data), "index": int(method == "blob_put")}
        if caller == "wrong_chain":
            changes["chain_id"] = OTHER_CHAIN
        params: dict = {"content": hex_of(made.digest)}
        if method in {"blob_put", "blob_get"}:
            params["index"] = changes["index"]
        if data:
            params["data" if method == "blob_put" else "document"] = hex_of(data)
        if caller not in {"anonymous", "operator"}:
            params["request"] = self._request(signer, method, made, changes)
        door = self.keeper_operators if caller == "operator" else self.keeper_public
        answer = await door.ask(method, params)
        if caller == "replayed":
            answer = await door.ask(method, params)
        return code_of(answer)

    async def _prepare(self, method: str, made: Content) -> None:
        """Upload what the call is about; name it on the ledger, and erase it there to be erased."""
        head = self.keeper.signed(CITIZEN, "blob_put", made, payload=payload_digest(made.blobs[0]))
        await self.keeper.blobs.requests.put(head, made.blobs[0])
        if method != "blob_put":
            await self.keeper.upload(CITIZEN, made)
            self.keeper.ledger.name(made, "dopa")
        if method == "blob_erase":
            self.keeper.ledger.erase(made)

    def _request(self, signer, method: str, made: Content, changes: dict) -> dict:
        signed = self.keeper.signed(signer, method, made, **changes)
        return {
            "account": show_address(signed.request.account),
            "public_key": hex_of(signed.public_key),
            "expires_at_ms": signed.request.expires_at_ms,
            "nonce": hex_of(signed.request.nonce),
            "signature": hex_of(signed.signature),
        }


# The parameters of what anybody may ask, from nobody in particular.
READS = {
    "chain_getStatus": lambda _: {},
    "chain_getBlock": lambda _: {"at": 1},
    "chain_getHeader": lambda _: {"at": 1},
    "chain_getValidators": lambda _: {"height": 1},
    "chain_getRestarts": lambda _: {"above": 0},
    "chain_getValidatorChanges": lambda _: {"above": 0},
    "chain_getParticipation": lambda _: {"from_height": 1, "to_height": 1},
    "chain_getEvidence": lambda _: {},
    "chain_getGenesis": lambda _: {},
    "contract_list": lambda _: {},
    "contract_getAbi": lambda _: {"contract": "cbdc"},
    "contract_getSchemas": lambda _: {"contract": "cbdc"},
    "network_getRecord": lambda _: {},
    "tx_get": lambda world: {"transaction_id": hex_of(world.committed.transaction_id)},
    "tx_wait": lambda world: {"transaction_id": hex_of(world.committed.transaction_id)},
    "state_query": lambda _: {"contract": "cbdc", "query": "supply", "args": []},
    "state_getProof": lambda _: {"key": "0x00"},
    "events_search": lambda _: {},
    "events_subscribe": lambda _: {"kind": "blocks"},
    "events_unsubscribe": lambda _: {"subscription": 1},
    "node_getPeers": lambda _: {},
    "node_getHealth": lambda _: {},
    "node_getConsensus": lambda _: {},
    "rpc.discover": lambda _: {},
}


def code_of(answer: dict) -> str:
    """Return "OK", or the code of the refusal or of the receipt that a trial would get.

    "COMMITTED" is what a transaction is answered that a block holds already: nothing is done again.
    """
    if "error" in answer:
        return answer["error"]["data"]["code"]
    result = answer["result"] if isinstance(answer["result"], dict) else {}
    is_done = set(result) == {"transaction_id", "status"} and result["status"] == "committed"
    return "COMMITTED" if is_done else result.get("code", "OK")


@asynccontextmanager
async def running_world(folder: Path):
    """Run both nodes."""
    async with (
        running_node(folder / "ledger") as node,
        network_of(folder / "contents", "dopa", settings=FAST) as (_network, keeper),
        aiohttp.ClientSession() as session,
    ):
        keeper.now_ms = NOW_MS
        funds = node.chain.issue(ALICE, 1_000_000)
        await node.mempool.admission.submit([funds.raw])
        node.commit()
        facts = NodeFacts(
            name="dopa",
            version="test",
            chain_id=CHAIN_ID,
            genesis_hash=ZERO_DIGEST,
            genesis_document={},
            abis={},
        )
        socket = folder / "k.sock"
        server = RpcServer(
            View(facts, keeper), RpcSettings(operator=OperatorSettings(socket=socket))
        )
        await server.start()
        try:
            async with operators_door(node.socket) as own, operators_door(socket) as keepers:
                yield World(
                    node=node,
                    keeper=keeper,
                    public=Door(session, node.url),
                    operators=own,
                    keeper_public=Door(session, f"http://127.0.0.1:{server.port}"),
                    keeper_operators=keepers,
                    committed=funds,
                )
        finally:
            await server.stop()
