"""`sapha vote registrar`: keys of one registrar, and the service that answers requests.

Run it apart from any validator. The vault's password comes from SAPHA_PASSWORD or the terminal.
"""

from pathlib import Path

from client.rpc import RpcClient
from client.voting.facts import Facts
from client.voting.registrar import Judge, Registrar, Served, refuse_these, sign_all
from client.voting.vault import open_vault
from commands.keyring import ask_password
from commands.nodes import open_rpc
from commands.output import emit, say
from commands.trust import open_light
from commands.vote.options import open_desk, read_pairs


async def keys(  # noqa: PLR0913 - each is an option of the command
    election: str,
    agency: str,
    *,
    vault: Path,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Post the registrar's own key for every class, once the roll is frozen."""
    async with open_rpc(rpc) as client:
        registrar = await _registrar(client, (key, account), (vault, genesis))
        taken = await registrar.register_keys(election, agency)
    emit({"registered": taken}, f"{taken} keys posted; back up {vault}", as_json=as_json)


async def serve(  # noqa: PLR0913 - each is an option of the command
    election: str,
    agency: str,
    *,
    once: bool,
    refuse: Path | None,
    vault: Path,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Answer requests for tokens until the issue window is over; may be stopped and started."""
    named = [] if refuse is None else read_pairs(refuse, "a reason")
    async with open_rpc(rpc) as client:
        found = await Facts(client, open_light(genesis)).election(election)
        found.opened()
        judge = refuse_these({found.voter_ref(sid): reason for sid, reason in named})
        registrar = await _registrar(client, (key, account), (vault, genesis), judge)
        if once:
            done = await registrar.serve(found, agency)
        else:
            if not as_json:
                say(f"answering requests of {election}; stop with Ctrl-C, start again any time")
            done = await registrar.run(election, agency)
    _show(done, as_json=as_json)


def _show(done: Served, *, as_json: bool) -> None:
    data = {"issued": done.issued, "refused": done.refused, "waiting": done.waiting}
    text = f"{done.issued} issued, {done.refused} refused, {done.waiting} wait"
    emit(data, text, as_json=as_json)


async def _registrar(
    client: RpcClient,
    signer: tuple[list[str], str | None],
    places: tuple[Path, Path],
    judge: Judge = sign_all,
) -> Registrar:
    vault, genesis = places
    facts = Facts(client, open_light(genesis))
    desk = await open_desk(client, *signer)
    opened = open_vault(vault, ask_password("Password of the vault"))
    return Registrar(desk, facts, opened, judge)
