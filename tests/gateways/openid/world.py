"""A gateway and the IdP for development, on the loopback, over the real contracts in one process.

async with World() as world: ...        world.issuer, world.client("portal"), world.chain
"""

import asyncio
import re
import socket
import time
from base64 import b64encode
from contextlib import AsyncExitStack
from dataclasses import replace
from hashlib import sha256
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qsl, quote_plus, urlencode, urljoin, urlsplit

import aiohttp
from aiohttp import web

from client.errors import NodeUnreachable
from client.identity.drafts import IdpDrafts, Proofing
from client.identity.face import officer_evidence
from client.identity.jose import to_base64url, unverified_json
from client.identity.keys import CitizenKeys
from client.identity.wallet import CitizenWallet
from client.wallet import Wallet
from commands.services.cast import citizen_number
from contracts.identity.core.messages import PROOFING, Client, MatchUse, RecoveryPolicy
from contracts.identity.nodes.messages import SetClient
from contracts.tools.testing import key_of
from gateways.openid.development import DevelopmentIdp, TestCitizen
from gateways.openid.gateway import Gateway, Plan
from gateways.openid.parties import PartyKeys
from gateways.openid.server import Server
from gateways.openid.signing import make_key
from tests.client.identity.chain import Chain, bank, box_of, faces, tags, with_nodes

CALLBACK = "http://127.0.0.1:1/callback"
AFTER = "http://127.0.0.1:1/bye"
SECRET = "x" * 43  # of letters that no encoding changes, as secrets made by us are
NAMES = {"somchai": "สมชาย", "malee": "มาลี", "niran": "นิรันดร์"}
PORTAL = Client(
    name_th="ยื่นภาษี",
    name_en="Tax filing",
    purpose="login",
    claims=("given_name", "family_name"),
    min_ial=210,
    min_aal=220,
    retention_days=90,
    redirects=(CALLBACK,),
    logouts=(AFTER,),
    back_channel="",
    secret_digest=sha256(SECRET.encode()).digest(),
    keys=(),
    profile="basic",
    is_active=True,
)


class LiveChain(Chain):
    """A chain whose blocks have the time of the wall, and that may have lost its quorum."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False
        self.has_quorum = True
        self.ahead_s = 0
        go_on = self.ledger.next_block
        self.ledger.next_block = lambda *, time_ms=0: go_on(  # type: ignore[method-assign]
            time_ms=max(1, time_ms, self.wall_ms() - self.ledger.block.time_ms)
        )

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead_s * 1_000

    def wall_s(self) -> int:
        return self.wall_ms() // 1_000

    async def call(self, method, params=None, *, timeout_s=None):
        if self.is_down:
            raise NodeUnreachable("no node answers")
        return await super().call(method, params or {}, timeout_s=timeout_s)

    def tx_submit(self, transaction):
        if not self.has_quorum:
            raise NodeUnreachable("no block in time")
        return super().tx_submit(transaction)

    def chain_getStatus(self):  # noqa: N802 - the node's name
        time_ms = self.ledger.block.time_ms
        if self.has_quorum:
            self.ledger.next_block()
        return {"chain_id": "test-chain", "time_ms": time_ms, "height": self.ledger.block.height}


async def citizen(chain: Chain, name: str) -> TestCitizen:
    """A citizen whom the bank has registered and proofed at IAL 2.3."""
    keys = CitizenKeys(sha256(name.encode()).digest())
    wallet, drafts, office = (
        CitizenWallet(keys, "test-chain"),
        IdpDrafts(agency="first-bank"),
        bank(chain).office,
    )
    policy = RecoveryPolicy(allows_idp=True, guardians=())
    draft = drafts.subject(wallet.subject_key, "th.cid", 220, policy)
    certified = tags().certify(
        draft, citizen_number(list(NAMES).index(name)), expires_at=chain.now + 600
    )
    assert (await office.send(wallet.prove_key(certified))).is_ok
    evidence = officer_evidence(
        draft.sid, "match", officer="counter-4", decided_at=chain.now, pad_level=1
    )
    use = MatchUse("first-bank", PROOFING, wallet.subject_key)
    match, _ = faces(chain).attest(draft.sid, evidence, use, chain.now + 600)
    assert (await faces(chain).office.send(match)).is_ok
    claims = {"given_name": NAMES[name], "family_name": "ตัวอย่าง"}
    found = Proofing(
        sid=draft.sid,
        ial=230,
        method="counter",
        claims=claims,
        expires_at=chain.now + 86_400,
        evidence=match.att_id,
    )
    assert (await office.send(wallet.take_proofing(*drafts.proofing(found)))).is_ok
    return TestCitizen(name=name, sid=draft.sid, wallet=wallet, claims=claims)


class World:
    """Ledger, gateway and IdP, running; `gateways` more of them stand behind the issuer."""

    def __init__(self, folder: Path, **plan: object) -> None:
        self.folder = folder
        self.chain = LiveChain()
        self.servers: list[Server] = []
        self._stack = AsyncExitStack()
        self._plan = plan

    async def __aenter__(self) -> "World":
        await with_nodes(self.chain)
        self.citizens = [await citizen(self.chain, name) for name in NAMES]
        self.idp = DevelopmentIdp(
            bank(self.chain), box_of("first-bank"), self.citizens, self.chain.wall_s
        )
        self.idp_url = await self._listen(self.idp.application())
        await self.state("revenue", "portal", PORTAL)
        make_key(self.folder / "keys", 1)
        self.issuer = await self.gateway()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for server in self.servers:
            await server.stop()
        await self._stack.aclose()

    async def state(self, agency: str, name: str, client: Client, **changes: object) -> str:
        """Have an agency's administrator state an application; return its client_id."""
        message = SetClient(agency, name, replace(client, **changes))
        assert (await self.chain.office(agency).send(message)).is_ok
        return f"{agency}.{name}"

    def later(self, seconds: int) -> None:
        """Let time pass, for all."""
        self.chain.ahead_s += seconds
        self.chain.ledger.next_block()

    async def restart(self) -> None:
        """Have another process take the gateway's place, at its address."""
        await self.servers.pop(0).stop()
        await self.gateway(port=int(self.issuer.rpartition(":")[2]))

    async def idp_answers(self, browser: "Browser") -> None:
        """Have the citizen answer all that their IdP was brought."""
        for req_id, visit in self.idp._visits.items():
            assert await self.idp._answer(req_id, visit, browser.citizen, None)

    def back_at(self) -> str:
        """Where the IdP sends the browser that answers its last request."""
        return list(self.idp._visits.values())[-1].return_to

    async def gateway(self, issuer: str | None = None, port: int | None = None) -> str:
        """Start a gateway; return where it listens."""
        port = port or free_port()
        url = f"http://127.0.0.1:{port}"
        plan = Plan(
            issuer=issuer or url,
            chain_id="test-chain",
            data=self.folder / "gateway.db",
            keys=self.folder / "keys",
            parties={
                name: PartyKeys(wallet=Wallet([key_of(name)]), box=box_of(name))
                for name in ("revenue", "social")
            },
            idps={"first-bank": self.idp_url},
        )
        made = Gateway(plan, self.chain, now=self.chain.wall_s, **self._plan)
        server = Server(made, port=port)
        await server.start()
        self.servers.append(server)
        self.made = made
        return url

    async def _listen(self, app: web.Application) -> str:
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._stack.push_async_callback(runner.cleanup)
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Browser:
    """What a citizen does: follows, agrees, chooses whom to be; stops at the application's door.

    Cookies are kept by host and port here, as a browser keeps them by host.
    """

    def __init__(self, citizen: str = "somchai", *, agrees: bool = True) -> None:
        self.citizen = citizen
        self.agrees = agrees
        self.cookies: dict[str, dict[str, str]] = {}
        self.pages: list[str] = []
        self.place = ""  # where it asked last

    @classmethod
    def of(cls, other: "Browser") -> "Browser":
        """The same browser in another window."""
        made = cls(other.citizen)
        made.cookies = {place: dict(own) for place, own in other.cookies.items()}
        return made

    async def visit(
        self, url: str, form: dict[str, str] | None = None, *, follows: int = 20
    ) -> str:
        """Return the address at which the browser leaves for an application, or the last page's."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            for _ in range(follows):
                if url.startswith(CALLBACK) or url.startswith(AFTER):
                    return url
                self.place = url
                own = self.cookies.setdefault(urlsplit(url).netloc, {})
                method = "GET" if form is None else "POST"
                answer = await http.request(
                    method, url, data=form, cookies=own, allow_redirects=False
                )
                for cookie in answer.headers.getall("Set-Cookie", []):
                    for morsel in SimpleCookie(cookie).values():
                        own[morsel.key] = morsel.value
                form = None
                if answer.status in (302, 303):
                    url = urljoin(url, answer.headers["Location"])
                    continue
                self.pages.append(await answer.text())
                form = self._filled(self.pages[-1])
                if form is None and 'http-equiv="refresh"' in self.pages[-1]:
                    await asyncio.sleep(0.1)
                elif form is None:
                    return url
        return url

    def _filled(self, page: str) -> dict[str, str] | None:
        """Return the page's form as this citizen sends it, None where there is none."""
        if "<form" not in page:
            return None
        inputs = re.findall(r'<input type="\w+" name="(\w+)" value="([^"]*)"', page)
        form = {name: unescape(value) for name, value in reversed(inputs)}
        if 'name="act"' in page:
            form["act"] = "agree" if self.agrees else "refuse"
        if 'name="citizen"' in page:
            form["citizen"] = self.citizen
        return form


def params_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def address(issuer: str, **params: str) -> str:
    """The address of an authorization request that is sound, with changes."""
    asked = {
        "response_type": "code",
        "client_id": "revenue.portal",
        "redirect_uri": CALLBACK,
        "scope": "openid profile",
        "state": "state-1",
        "nonce": "nonce-1",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    }
    asked |= params
    return f"{issuer}/authorize?" + urlencode({n: v for n, v in asked.items() if v is not None})


VERIFIER = "v" * 43


def challenge_of(verifier: str) -> str:
    return to_base64url(sha256(verifier.encode()).digest())


def basic(client_id: str = "revenue.portal", secret: str = SECRET) -> dict[str, str]:
    """The header of client_secret_basic, as RFC 6749 §2.3.1 encodes it."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": "Basic " + b64encode(pair.encode()).decode()}


async def post(url: str, form: dict[str, str], **headers: str) -> tuple[int, dict]:
    """What an application asks itself: status and JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as http, http.post(url, data=form, headers=named) as answer:
        return answer.status, await answer.json()


async def get(url: str, **headers: str) -> tuple[int, dict]:
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        return answer.status, await answer.json()


async def code_for(world: World, browser: Browser | None = None, **params: str) -> str:
    """The code of a login that goes well."""
    url = await (browser or Browser()).visit(address(world.issuer, **params))
    return params_of(url)["code"]


def exchange(code: str, **changes: str) -> dict[str, str]:
    """The form that gives tokens for a code."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return form | {"code_verifier": VERIFIER} | changes


async def tokens_for(world: World, browser: Browser | None = None, **params: str) -> dict:
    """The tokens of a login that goes well."""
    code = await code_for(world, browser, **params)
    status, tokens = await post(f"{world.issuer}/token", exchange(code), **basic())
    assert status == 200, tokens
    return tokens


def id_token_in(tokens: dict) -> dict:
    return unverified_json(tokens["id_token"])
