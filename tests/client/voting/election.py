"""One small election over the real contracts: three voters, three registrars, three trustees."""

import tempfile
from copy import copy
from io import StringIO
from pathlib import Path

from client.contract import Actor, written_record
from client.keystore import Cost
from client.light import LightClient
from client.vault import open_vault
from client.voting.counting import count_box, publish
from client.voting.deliveries import Deliveries
from client.voting.facts import Facts
from client.voting.record import export
from client.voting.registrar import Registrar
from client.voting.roll import add_voters, freeze_roll
from client.voting.seed import VoterSeed
from client.voting.trustee_service import TrusteeService
from client.voting.voter import Citizen, VoterWallet
from client.wallet import Wallet
from contracts.tools.testing import key_of
from contracts.voting.core.messages import Manifest
from contracts.voting.elections.messages import CreateElection, OpenElection
from contracts.voting.roll.messages import VoterEntry
from contracts.voting.tokens.messages import CloseIssuing
from primitives.ids import show_address
from tests.client.voting.chain import VotingChain
from tests.client.voting.identities import citizen_keys, register_voters

ID = "board-2026"
REGISTRARS = ("reg-1", "reg-2", "reg-3")
TRUSTEES = ("tru-1", "tru-2", "tru-3")
VOTERS = ("anan", "busaba", "chai")
AGENCIES = {
    "members": ("validator",),
    "supervisor": ("supervisor",),
    "registry": ("as",),
    "first-bank": ("idp",),
    "council": ("election-authority",),
    **dict.fromkeys(REGISTRARS, ("registrar",)),
    **dict.fromkeys(TRUSTEES, ("trustee",)),
}
MARKS = [(0,), (0, 1)]  # a ballot's
CHEAP = Cost(1, 8192)
SPANS = {  # tens of seconds
    "roll_until_ms": 6,
    "objections_until_ms": 9,
    "commit_until_ms": 14,
    "reveal_until_ms": 18,
    "deal_until_ms": 22,
    "complain_until_ms": 26,
    "answer_until_ms": 30,
    "keys_until_ms": 40,
    "issue_from_ms": 50,
    "request_until_ms": 70,
    "issue_until_ms": 90,
    "cast_from_ms": 94,
    "cast_until_ms": 120,
    "decrypt_until_ms": 140,
}
SINGLE = {
    "title": "ประธาน",
    "kind": "single",
    "options": ["ก", "ข", "ค"],
    "low": 0,
    "high": 0,
    "grades": [],
    "has_blank": True,
}
APPROVAL = SINGLE | {
    "title": "กรรมการ",
    "kind": "approval",
    "low": 1,
    "high": 2,
    "has_blank": False,
}


class Vote:
    """The parties of one election, and its phases as methods."""

    def __init__(self, folder) -> None:
        self.chain = VotingChain(AGENCIES)
        self.light = LightClient(self.chain.genesis)
        self.facts = Facts(self.chain, self.light)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.memory = Path(tempfile.mkdtemp(dir=folder))
        self.sids: dict[str, bytes] = {}
        self.windows: dict[str, int] = {}

    def fork(self) -> "Vote":
        """Return the same election on a chain of its own from here on."""
        other = copy(self)
        other.chain = self.chain.fork()
        other.light = LightClient(self.chain.genesis)  # what one learns of a fork is no other's
        other.facts = Facts(other.chain, other.light)
        other.memory = Path(tempfile.mkdtemp(dir=self.folder))
        return other

    def actor(self, name: str) -> Actor:
        return Actor(
            rpc=self.chain, wallet=Wallet([key_of(name)]), chain_id=self.chain.genesis.chain_id
        )

    def citizen(self, name: str) -> Citizen:
        return Citizen(sid=self.sids[name], key=citizen_keys(name).subject)

    def trustee(self, name: str) -> TrusteeService:
        deliveries = Deliveries(self.memory / f"{name}.opened")
        return TrusteeService(self.actor(name), self.facts, master(name), deliveries)

    def registrar(self, name: str, *judge) -> Registrar:
        vault = open_vault(self.folder / name, "secret", CHEAP)
        return Registrar(self.actor(name), self.facts, vault, *judge)

    async def found(self) -> None:
        """Register the voters in identity, found the election and enter them on its roll."""
        self.sids = await register_voters(self.chain, VOTERS)
        base = self.chain.blocks.time_ms
        self.windows = {name: base + span * 10_000 for name, span in SPANS.items()}
        manifest = make_manifest(self.windows)
        council = self.actor("council")
        written = written_record(Manifest, manifest)
        await council.do(CreateElection(election_id=ID, agency="council", manifest=written))
        entries = [VoterEntry(sid=self.sids[name], class_id=0) for name in VOTERS]
        await add_voters(council, self.facts, ID, entries)

    async def prepare(self) -> None:
        """Make the election's key, freeze the roll, register registrars' keys, and open."""
        for part in ("roll", "commit", "reveal", "deal", "complain"):
            for trustee in TRUSTEES:
                await self.trustee(trustee).step(ID, trustee)
            self.chain.to_time(self.windows[f"{part}_until_ms"])
        self.chain.to_time(self.windows["answer_until_ms"])
        await freeze_roll(self.actor("council"), ID)
        await self.open()

    async def open(self) -> None:
        """Post the registrars' keys, and open."""
        for name in REGISTRARS:
            await self.registrar(name).register_keys(ID, name)
        self.chain.to_time(self.windows["keys_until_ms"])
        await self.actor("council").do(OpenElection(election_id=ID))

    async def request(self, *voters: str) -> None:
        """Have the voters request tokens."""
        self.chain.to_time(self.windows["issue_from_ms"])
        for name in voters:
            wallet = await self.wallet(name)
            await self.actor("anybody").do(wallet.request(self.citizen(name)))

    async def issue(self, *voters: str) -> None:
        """Have the voters request tokens and the registrars answer; the answers are closed."""
        await self.request(*voters)
        election = await self.facts.election(ID)
        for name in REGISTRARS:
            await self.registrar(name).serve(election, name)
        await close(self)

    async def wallet(self, name: str) -> VoterWallet:
        return await VoterWallet.open(seed_of(name), self.facts, ID, self.sids[name])

    async def prepared(self, name: str, marks):
        wallet = await self.wallet(name)
        token = await wallet.token(self.facts, self.sids[name])
        return wallet, wallet.ballot(token, marks, await wallet.done(self.facts))

    async def send(self, wallet: VoterWallet, message: object):
        transaction = wallet.sign(message)
        answer = self.chain.tx_submit("0x" + transaction.raw.hex())
        code = self.chain.tx_get(answer["transaction_id"])["receipt"]["code"]
        return transaction, code

    async def cast(self, name: str, marks) -> str:
        self.chain.to_time(self.windows["cast_from_ms"])
        wallet, ballot = await self.prepared(name, marks)
        return (await self.send(wallet, ballot.cast()))[1]


async def close(vote: Vote) -> None:
    """Have it fixed who signs."""
    vote.chain.to_time(vote.windows["issue_until_ms"])
    await vote.actor("council").do(CloseIssuing(election_id=ID))


async def tally(vote: Vote, *trustees: str) -> None:
    """Close the box, count it, have the trustees deliver, and publish the result."""
    vote.chain.to_time(vote.windows["cast_until_ms"])
    await count_box(vote.actor("anybody"), ID)
    for name in trustees:
        await vote.trustee(name).step(ID, name)
    await publish(vote.actor("anybody"), vote.facts, ID)


async def exported(vote: Vote, progress=None) -> list[str]:
    """The lines of an election's record."""
    out = StringIO()
    await export(vote.chain, vote.chain.genesis, ID, out, progress)
    return out.getvalue().splitlines(keepends=True)


def make_manifest(windows: dict[str, int]) -> dict:
    contests = [SINGLE, APPROVAL]
    options = {"options": ["a", "b", "c"], "grades": []}
    english = [{"title": f"x {place}"} | options for place in range(len(contests))]
    return {
        "title_th": "คณะกรรมการ",
        "title_en": "Board",
        "suite": 1,
        "token_scheme": 1,
        "contests": contests,
        "english": english,
        "classes": [{"name_th": "สมาชิก", "name_en": "members", "weight": 1, "joins": None}],
        "class_size_min": 2,
        "eligibility": {"attestation": "proofing", "min_ial": 210, "namespace": "th.cid"},
        "official": show_address(Wallet([key_of("supervisor")]).address),
        "registrars": {"agencies": list(REGISTRARS), "needed": 2},
        "trustees": {"agencies": list(TRUSTEES), "needed": 2},
        "windows": windows,
        "seating": {
            "seats": [1, 2],
            "quorum_percent": 50,
            "lots_from": "เลขรางวัลที่ 1 งวดวันที่ 1 กุมภาพันธ์ 2570",
        },
    }


def seed_of(name: str) -> VoterSeed:
    return VoterSeed(name.encode().ljust(32, b"."))


def master(trustee: str) -> bytes:
    return trustee.encode().ljust(32, b"t")
