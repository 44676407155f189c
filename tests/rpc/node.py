"""A node as the RPC server sees it: real ledger, mempool and server; no consensus, no peers."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

from contracts.registry import CONTRACTS
from contracts.tools.abi import abi
from genesis.schema import Genesis, show_genesis
from node.files import measured_files
from node.mempool import Pool
from node.observe import Clocks, Finding, Health, HealthReport, Signing, judge_clocks
from node.observe.readings import Readings
from node.rpc import NodeFacts, NodeView, OperatorSettings, PeerView, RpcServer, RpcSettings
from tests.execution.chain import ALICE, Chain
from tests.mempool.builders import Mempool
from tests.rpc.described import check_answer


@dataclass
class View:
    """What the server asks of the node."""

    facts: NodeFacts
    mempool: Mempool
    problem: str | None = None
    is_signing: Signing = field(default_factory=Signing)
    offsets_ms: dict[str, float] = field(default_factory=dict)
    seen: dict[str, object] = field(
        default_factory=lambda: {"height": 1, "view": 0, "step": "idle"}
    )

    @property
    def ledger(self):
        return self.mempool.chain.ledger.reads

    @property
    def pool(self) -> Pool:
        return self.mempool.pool

    @property
    def admission(self):
        return self.mempool.admission

    def is_syncing(self) -> bool:
        return False

    def refusal(self) -> str | None:
        return self.problem

    def signing(self) -> Signing:
        return self.is_signing

    def peers(self):
        key = ALICE.public_key
        return [
            PeerView(
                name="v1",
                public_key=key,
                host="127.0.0.1",
                port=26601,
                is_connected=True,
                is_validator=True,
            )
        ]

    def consensus(self):
        return self.seen

    def readings(self) -> Readings:
        data = self.mempool.journal_path.parent
        return Readings(
            has_signer_fault=False,
            view=0,
            validators=4,
            quorum=3,
            listeners=0,
            is_halted=False,
            block_age_s=0.5,
            heights_behind=0,
            contents_bytes=0,
            files=measured_files(data),
            missed_turns={"v2": 3},
            round_trips_s={"v1": 0.002},
        )

    def clocks(self) -> Clocks:
        return judge_clocks(self.offsets_ms, validators=4, is_validator=True)

    def health(self) -> HealthReport:
        health = Health()
        found = None if self.problem is None else Finding(self.problem, "free some space")
        health.add("disk", lambda: found)
        return health.report()


class Node:
    """The server under test and ways to ask it."""

    def __init__(self, view: View, server: RpcServer, session: aiohttp.ClientSession) -> None:
        self.view = view
        self.chain = view.mempool.chain
        self.mempool = view.mempool
        self.server = server
        self.session = session
        self.url = f"http://127.0.0.1:{server.port}"
        self.socket = next((d.settings.socket for d in server.doors if d.settings.socket), None)

    async def answer_operator(self, method: str, **params: object) -> dict:
        """Return the whole answer to one call at the operators' socket."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = json.loads((await self.page("/rpc", "POST", json=request))[1])
        check_answer(method, answer)
        return answer

    async def ask_operator(self, method: str, **params: object) -> object:
        """Return the result of one call at the operators' socket, which must succeed."""
        answer = await self.answer_operator(method, **params)
        assert "result" in answer, answer
        return answer["result"]

    async def page(self, path: str, verb: str = "GET", **options: object) -> tuple[int, str]:
        """Return the status and the text of a page at the operators' socket."""
        connector = aiohttp.UnixConnector(str(self.socket))
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.request(verb, f"http://localhost{path}", **options) as response,
        ):
            return response.status, await response.text()

    async def post(self, body: bytes | str, **headers: str) -> tuple[int, object]:
        """Post a body; return the HTTP status and the JSON answer, None when it is empty."""
        data = body.encode() if isinstance(body, str) else body
        async with self.session.post(f"{self.url}/rpc", data=data, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None

    async def answer(self, method: str, params: object = None, **headers: str) -> dict:
        """Return the whole answer to one call."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        _status, answer = await self.post(json.dumps(request), **headers)
        check_answer(method, answer)
        return answer

    async def call(self, method: str, **params: object) -> object:
        """Return the result of one call, which must succeed."""
        answer = await self.answer(method, params)
        assert "result" in answer, answer
        return answer["result"]

    async def refusal(self, method: str, **params: object) -> tuple[int, str]:
        """Return both codes of one call, which must fail."""
        answer = await self.answer(method, params)
        assert "error" in answer, answer
        return answer["error"]["code"], answer["error"]["data"]["code"]

    async def batch(self, *calls: tuple[str, dict]) -> list[dict]:
        """Return the answers to a batch; ids are 0, 1, ..."""
        body = [
            {"jsonrpc": "2.0", "id": index, "method": method, "params": params}
            for index, (method, params) in enumerate(calls)
        ]
        _status, answers = await self.post(json.dumps(body))
        for (method, _params), answer in zip(calls, answers, strict=True):
            check_answer(method, answer)
        return answers

    def commit(self):
        """Commit what waits and tell the server, as the node does."""
        committed = self.mempool.commit_waiting()
        self.server.on_committed(committed)
        return committed


@asynccontextmanager
async def running_node(
    folder: Path,
    settings: RpcSettings | None = None,
    document: Genesis | None = None,
    **options: object,
):
    """Run a node's RPC side in `folder`, of a genesis if one is given, until the block ends."""
    chain = Chain(folder / "store", document=document)
    mempool = Mempool(chain, folder, **options)
    genesis = chain.genesis
    facts = NodeFacts(
        name="v0",
        version="0.1.0",
        chain_id=genesis.chain_id,
        genesis_hash=genesis.hash,
        genesis_document=json.loads(show_genesis(genesis)),
        abis={name: abi(contract) for name, contract in CONTRACTS.items()},
    )
    view: NodeView = View(facts, mempool)
    settings = settings or RpcSettings()
    if not settings.operator.doors():
        settings = replace(settings, operator=OperatorSettings(socket=folder / "o.sock"))
    server = RpcServer(view, settings)
    mempool.pool.on_dropped = server.on_dropped
    await server.start()
    publishing = asyncio.create_task(server.run())
    try:
        async with aiohttp.ClientSession() as session:
            yield Node(view, server, session)
    finally:
        await server.stop()
        publishing.cancel()
        mempool.close()
        chain.ledger.close()
