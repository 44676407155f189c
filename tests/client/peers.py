"""Small validators for tests of load and following: they commit what they are given."""

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from node.mempool.gossip import read_frame
from primitives.ids import TransactionId
from primitives.submission import CONTENT_TYPE, Outcome, encode_outcomes
from primitives.transaction import decode_transaction


@dataclass
class Ledger:
    """The blocks that all peers of a test share: lists of (transaction id, code)."""

    blocks: list[list[tuple[str, str]]] = field(default_factory=lambda: [[]])

    def commit(self, transaction_ids: list[str], code: str = "OK") -> None:
        self.blocks.append([(identifier, code) for identifier in transaction_ids])


class LedgerPeer:
    """Answers what Follower and Loader ask; commits each batch as a block of its own."""

    def __init__(self, ledger: Ledger, *, salt: str = "") -> None:
        self.ledger = ledger
        self.salt = salt
        self.is_away = False
        self.refuse_next: list[Outcome] = []
        self.commits = True

    async def rpc(self, request: web.Request) -> web.Response:
        if self.is_away:
            request.transport.close()
            raise web.HTTPServiceUnavailable
        if request.content_type == CONTENT_TYPE:
            outcomes = [self.take(raw) for raw in read_frame(await request.read())]
            self.commit([outcome.transaction_id for outcome in outcomes if outcome.transaction_id])
            headers = {"Content-Type": CONTENT_TYPE}
            return web.Response(body=encode_outcomes(outcomes), headers=headers)
        asked = await request.json()
        if isinstance(asked, dict):
            return web.json_response(self.answer(asked))
        return web.json_response([self.answer(one) for one in asked])

    def take(self, raw: bytes) -> Outcome:
        if self.refuse_next:
            return self.refuse_next.pop(0)
        return Outcome(transaction_id=decode_transaction(raw).transaction_id, word="pending")

    def commit(self, taken: list[TransactionId]) -> None:
        known = {identifier for block in self.ledger.blocks for identifier, _ in block}
        new = [name for name in ("0x" + item.hex() for item in taken) if name not in known]
        if self.commits and new:
            self.ledger.commit(new)

    def answer(self, asked: dict) -> dict:
        method, params = asked["method"], asked["params"]
        reply = {"jsonrpc": "2.0", "id": asked["id"]}
        return reply | {"result": getattr(self, method)(**params)}

    def chain_getStatus(self) -> dict:  # noqa: N802 - the method's name on the wire
        return {"height": len(self.ledger.blocks) - 1}

    def chain_getHeader(self, at: int) -> dict:  # noqa: N802
        return {"hash": "0x" + (self.salt.encode().hex() or "00") + f"{at:08x}", "height": at}

    def chain_getBlock(self, at: int) -> dict:  # noqa: N802
        receipts = [
            {"transaction_id": identifier, "code": code}
            for identifier, code in self.ledger.blocks[at]
        ]
        return self.chain_getHeader(at) | {"receipts": receipts}

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        if self.is_away:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        asked = json.loads((await socket.receive()).data)
        await socket.send_json({"id": asked["id"], "result": 1})
        await socket.receive()
        return socket


@asynccontextmanager
async def running(peers: list[LedgerPeer]):
    """Serve each peer on a free loopback port; give the urls."""
    runners = []
    for peer in peers:
        app = web.Application()
        app.add_routes([web.post("/rpc", peer.rpc), web.get("/ws", peer.socket)])
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
    try:
        yield [f"http://127.0.0.1:{runner.addresses[0][1]}" for runner in runners]
    finally:
        for runner in runners:
            await runner.cleanup()
