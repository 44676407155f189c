"""`sapha vote trustee`: one trustee's secret, and its acts as they become due.

The secret is 24 words in a file of its owner only. Too many trustees who lose it lose the votes:
nobody else can decrypt them, and no key is ever made anew.
"""

from pathlib import Path

from client.keystore import read_secret
from client.rpc import RpcClient
from client.voting.facts import Facts
from client.voting.seed import VoterSeed
from client.voting.trustee_service import TrusteeService
from commands.nodes import open_rpc
from commands.output import emit, say
from commands.trust import open_light
from commands.vote.options import open_desk


async def step(  # noqa: PLR0913 - each is an option of the command
    election: str,
    agency: str,
    *,
    secret: Path,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Do what is due at this height: commit, reveal, deal, complain, answer, or deliver."""
    async with open_rpc(rpc) as client:
        service = await _service(client, (key, account), (secret, genesis))
        act = await service.step(election, agency)
    emit({"act": act}, act, as_json=as_json)


async def run(  # noqa: PLR0913 - each is an option of the command
    election: str,
    agency: str,
    *,
    secret: Path,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Do everything as it becomes due, until the shares are delivered."""
    async with open_rpc(rpc) as client:
        service = await _service(client, (key, account), (secret, genesis))
        if not as_json:
            say(f"doing the part of {agency} in {election}; stop with Ctrl-C, start again any time")
        done = await service.run(election, agency)
    emit({"acts": done}, "\n".join(done) or "nothing was due", as_json=as_json)


def _seed(file: Path) -> bytes:
    return VoterSeed.from_words(read_secret(file)).secret


async def _service(
    client: RpcClient, signer: tuple[list[str], str | None], places: tuple[Path, Path]
) -> TrusteeService:
    secret_file, genesis = places
    facts = Facts(client, open_light(genesis))
    return TrusteeService(await open_desk(client, *signer), facts, _seed(secret_file))
