"""Identity requests a second, end to end, beside plain transfers in the same run.

    python -m bench.identity_requests [--seconds S]

One request is an OpenRequest and, once that is on every validator, the Respond that confirms it,
with the citizen's signature checked on the chain. Both are signed beforehand, as the transfers
are. Relying parties are many because each may open only so many requests a minute.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bench.machine import run, signature_limit
from client.follow import Follower
from client.identity import ledger
from client.identity.drafts import SignOn
from client.identity.idp import Idp
from client.identity.keys import CitizenKeys
from client.identity.office import Office
from client.identity.relying_party import Question, RelyingParty
from client.identity.wallet import CitizenWallet, RequestShown
from client.load import Loader, sign_transfers
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.bench import VALIDATORS
from commands.devnet_files import Devnet, DevnetPlan
from commands.output import CheckFailed, say
from commands.temporary import temporary_devnet
from commands.usage import processor_s
from contracts.governance.messages import Admission
from contracts.identity.nodes.messages import RegisterNode
from primitives.ids import TransactionId
from primitives.transaction import Transaction
from scenes.identity.cast import Parties, assemble, members_of
from scenes.kit.calls import must_all
from scenes.kit.cast import BANK_A, NAMESPACE, activate, admit, new_box, new_key
from scenes.kit.chain import height_of
from scenes.kit.load import funded_holders, loading, settle

OPENED_A_MINUTE_MAX = 600  # by one relying party: the contract's quota
MORE_PARTIES = 9
CHECKS_A_REQUEST = 3  # two senders' signatures and the citizen's
_SUPERVISOR = "bench-supervisor"
_SECTOR = "bench"
_CITIZENS = 100
_HOLDERS = 500
_FUNDS_SATANG = 10_000_000
_WINDOW = 6_000
_LANES = 16
_LANE_REQUESTS = 50
_WARM_UP_S = 2.0
_SETTLE_S = 30.0
_WAIT_S = 0.25
_PRESIGNED_PART = 0.6  # of the limit; no run has come near
_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Signed:
    """A request, ready to go: first `opening`, once that is committed `answer`."""

    req_id: bytes
    opening: Transaction
    answer: Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What one run measured, a second; each committed on every validator.

    Processor time is of all validators together, in microseconds for one.
    """

    limit: float
    transfers: float
    transfer_us: float
    requests: float
    request_us: float
    transactions: float

    def lines(self) -> list[tuple[str, str]]:
        """Return what to print."""
        return [
            ("signature checks alone would allow", f"{self.limit:8.0f} transactions/s"),
            ("", f"{self.limit / CHECKS_A_REQUEST:8.0f} requests/s"),
            ("transfers", f"{self.transfers:8.0f} /s"),
            ("identity requests, confirmed", f"{self.requests:8.0f} /s"),
            ("transactions of these requests", f"{self.transactions:8.0f} /s"),
            ("requests / transfers", f"{self.requests / self.transfers:8.3f}"),
            ("transactions / transfers", f"{self.transactions / self.transfers:8.3f}"),
            ("processor time of a transfer", f"{self.transfer_us:8.0f} us"),
            ("of a confirmed request", f"{self.request_us:8.0f} us"),
            ("request / transfer", f"{self.request_us / self.transfer_us:8.2f}"),
        ]


def main() -> int:
    """Print the figures; return the exit code."""
    parser = argparse.ArgumentParser(description="Identity requests beside plain transfers.")
    parser.add_argument("--seconds", type=float, default=6.0, help="length of each phase")
    seconds = parser.parse_args().seconds
    rates = run(measure(seconds))
    for name, value in rates.lines():
        print(f"{name:36} {value}")
    return 0


async def measure(seconds: float) -> Rates:
    """Return the rates of a network that lives for this run. Raises CheckFailed."""
    limit = signature_limit()
    async with (
        temporary_devnet(DevnetPlan(validators=VALIDATORS)) as devnet,
        RpcClient(devnet.urls) as rpc,
    ):
        transfers, transfer_us = await _transfers(devnet, rpc, (limit, seconds))
        say(f"{transfers:.0f} transfers a second")
        cast = await assemble(devnet, rpc)
        parties = [*cast.relying_parties.values(), *await _more_parties(devnet, rpc)]
        quota = OPENED_A_MINUTE_MAX * len(parties)
        wanted = int(transfers / 2 * (seconds + _WARM_UP_S))
        signed = await asyncio.to_thread(_sign_requests, cast, parties, min(quota, wanted))
        say(f"{len(signed)} requests by {len(parties)} relying parties")
        requests, request_us, transactions = await _requests(devnet, rpc, signed, seconds)
    return Rates(
        limit=limit,
        transfers=transfers,
        transfer_us=transfer_us,
        requests=requests,
        request_us=request_us,
        transactions=transactions,
    )


async def _transfers(
    devnet: Devnet, rpc: RpcClient, load: tuple[float, float]
) -> tuple[float, float]:
    """Return committed transfers a second when as many as fit are sent, and the µs of one."""
    limit, seconds = load
    holders = await funded_holders(devnet, rpc, _HOLDERS, _FUNDS_SATANG)
    receivers = [holder.address for holder in holders]
    count = int(limit * _PRESIGNED_PART * (seconds + _WARM_UP_S))
    transfers = await asyncio.to_thread(sign_transfers, holders, receivers, count)
    async with loading(devnet.urls) as (follower, loader):
        started, cpu_s = time.monotonic(), processor_s(devnet)
        await loader.saturate(transfers, window=_WINDOW, seconds=seconds + _WARM_UP_S)
        ended = time.monotonic()
        await _settle([loader], follower)
        cpu_s = processor_s(devnet) - cpu_s
        each_us = 1e6 * cpu_s / max(1, len(follower.committed_everywhere()))
        return loader.measure(started + _WARM_UP_S, ended).per_second, each_us


async def _requests(
    devnet: Devnet, rpc: RpcClient, signed: Sequence[Signed], seconds: float
) -> tuple[float, float, float]:
    """Return confirmed requests a second, the µs of one, and their transactions a second."""
    height = await height_of(rpc)
    async with AsyncExitStack() as stack:
        follower = await stack.enter_async_context(Follower(devnet.urls, from_height=height))
        # A loader begins with its first address, so each begins with another validator.
        turned = [devnet.urls[turn:] + devnet.urls[:turn] for turn in range(VALIDATORS)]
        loaders = [await stack.enter_async_context(Loader(urls, follower)) for urls in turned]
        started, cpu_s = time.monotonic(), processor_s(devnet)
        sent = await _run_lanes(loaders, follower, (signed, started + seconds))
        ended = time.monotonic()
        await _settle(loaders, follower)
        cpu_s = processor_s(devnet) - cpu_s
        placed = follower.committed_everywhere()
    confirmed = [one.req_id for one in sent if one.answer.transaction_id in placed]
    await _check_confirmed(rpc, confirmed[-_SAMPLES:])
    spent_s = ended - started
    each_us = 1e6 * cpu_s / max(1, len(confirmed))
    return len(confirmed) / spent_s, each_us, len(placed) / spent_s


async def _run_lanes(
    loaders: Sequence[Loader], follower: Follower, load: tuple[Sequence[Signed], float]
) -> list[Signed]:
    """Keep groups of requests under way; return all that were begun, each confirmed by then.

    No group begins after the deadline; the network has enough to do until the last are through.
    """
    signed, deadline = load
    starts = iter(range(0, len(signed), _LANE_REQUESTS))
    begun: list[Signed] = []

    async def lane(loader: Loader) -> None:
        for start in starts:
            if time.monotonic() >= deadline:
                return
            group = signed[start : start + _LANE_REQUESTS]
            begun.extend(group)
            for part in ([one.opening for one in group], [one.answer for one in group]):
                await loader.saturate(part, window=sys.maxsize)
                await _until_everywhere(follower, [one.transaction_id for one in part])

    async with asyncio.TaskGroup() as tasks:
        for number in range(_LANES):
            tasks.create_task(lane(loaders[number % len(loaders)]))
    return begun


async def _until_everywhere(follower: Follower, names: Sequence[TransactionId]) -> None:
    """Wait until every validator has committed them. Raises CheckFailed."""
    deadline = time.monotonic() + _SETTLE_S
    while time.monotonic() < deadline:
        if all(name in follower.placed for name in names):
            last = max(follower.placed[name].height for name in names)
            if follower.height_everywhere >= last:
                return
        await follower.changed(_WAIT_S)
    raise CheckFailed(f"transactions are missing after {_SETTLE_S} s")


async def _settle(loaders: Sequence[Loader], follower: Follower) -> None:
    for loader in loaders:
        await settle("requests", loader, follower)
        codes = set(loader.sent.refused.values())
        taken = [follower.placed[name] for name in loader.sent.acknowledged & set(follower.placed)]
        codes |= {placed.code for placed in taken if not placed.is_ok}
        if codes:
            raise CheckFailed(f"not committed: {', '.join(sorted(codes))}")


async def _check_confirmed(rpc: RpcClient, req_ids: Sequence[bytes]) -> None:
    """Raise CheckFailed unless there are requests, and the ledger calls each confirmed."""
    states = {found.state for name in req_ids if (found := await ledger.request(rpc, name))}
    if states != {"confirmed"}:
        raise CheckFailed(f"requests are {', '.join(sorted(states)) or 'not answered in time'}")


def _sign_requests(cast: Parties, parties: Sequence[RelyingParty], count: int) -> list[Signed]:
    citizens = [
        CitizenWallet(CitizenKeys.generate(), cast.chain_id) for _ in range(min(count, _CITIZENS))
    ]
    signed = []
    for number in range(count):
        party = parties[number % len(parties)]
        signed.append(_sign_request(cast.bank, party, citizens[number % len(citizens)]))
    return signed


def _sign_request(bank: Idp, party: RelyingParty, citizen: CitizenWallet) -> Signed:
    """Return a request and its answer."""
    question = Question(
        idps=(BANK_A,),
        purpose="login",
        min_ial=210,
        min_aal=220,
        words="Sign in?",
        claims=("given_name",),
    )
    asking = party.ask(question)
    request = asking.request
    shown = RequestShown(
        sector=_SECTOR,
        asked=request,
        message=asking.message,
        scope=asking.scope,
    )
    sign_on = SignOn(ial=230, aal=220, auth_time=time.time_ns() // 1_000_000_000)
    answer = citizen.answer(shown, bank.drafts.answer(request.req_id, sign_on), accepts=True)
    return Signed(request.req_id, party.office.sign(request), bank.office.sign(answer))


async def _more_parties(devnet: Devnet, rpc: RpcClient) -> list[RelyingParty]:
    """Admit more relying parties by vote, under a supervisor of their own; make them nodes."""
    names = [f"bench-rp-{number}" for number in range(MORE_PARTIES)]
    wallets = {name: Wallet.generate() for name in (_SUPERVISOR, *names)}
    chain_id = devnet.genesis.chain_id
    wanted = [_agency(name, wallet) for name, wallet in wallets.items()]
    await admit(members_of(devnet, rpc), wanted)
    offices = {
        name: Office(rpc=rpc, wallet=wallet, chain_id=chain_id, agency=name)
        for name, wallet in wallets.items()
    }
    supervisor = offices[_SUPERVISOR]
    await must_all("registering", [supervisor.send(_node(name)) for name in names])
    await activate(supervisor, names)
    return [RelyingParty(offices[name], new_box()) for name in names]


def _agency(name: str, wallet: Wallet) -> Admission:
    kind = "supervisor" if name == _SUPERVISOR else "rp"
    return Admission(
        agency_id=name, name_th=name, name_en=name, kinds=(kind,), administrator=wallet.address
    )


def _node(agency: str) -> RegisterNode:
    return RegisterNode(
        agency=agency,
        sector=_SECTOR,
        max_ial=0,
        max_aal=0,
        namespaces=(NAMESPACE,),
        keys=(new_key().public_key,),
    )


if __name__ == "__main__":
    sys.exit(main())
