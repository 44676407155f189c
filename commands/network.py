"""`sapha network`: from the members' files to a genesis that every one of them has verified."""

import time
from pathlib import Path
from typing import Annotated

import typer

from commands import restart
from commands.founding import first_agencies, read_agencies, with_bank
from commands.options import address_argument
from commands.output import AsJson, CheckFailed, UsageFault, command, emit, show_table
from genesis.build import Plan, build_genesis
from genesis.code import shipped_contracts
from genesis.schema import DEVELOPMENT, PRODUCTION, Genesis, show_genesis
from genesis.verify import check_code, load_genesis, load_member
from node.setup import install_genesis
from primitives.ids import show_address

app = typer.Typer(no_args_is_help=True, help="Assemble and verify the genesis of a network.")
app.add_typer(restart.app, name="restart-statement")


@app.command("init")
@command
def init(  # noqa: PLR0913 - each is an option of the command
    members: Annotated[list[Path], typer.Argument(help="The members' member.json files.")],
    *,
    name: Annotated[str, typer.Option(help="Name of the network; the chain id starts with it.")],
    central_bank: Annotated[str, typer.Option(help="Account that may issue money.")],
    agencies: Annotated[
        Path | None, typer.Option(help="JSON list of the first agencies; else one a validator.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the genesis goes.")] = Path("genesis.json"),
    development: Annotated[
        bool, typer.Option("--development", help="Allow fewer than 4 validators.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Assemble members into genesis.json; send it to every one of them to verify."""
    if out.exists():
        raise UsageFault(f"{out} exists; a genesis is never overwritten")
    plan = Plan(
        network=name,
        kind=DEVELOPMENT if development else PRODUCTION,
        time_ms=time.time_ns() // 1_000_000,
    )
    bank = show_address(address_argument(central_bank))
    listed = [load_member(path) for path in members]
    first = first_agencies(listed) if agencies is None else read_agencies(agencies)
    contracts = shipped_contracts({"governance": {"agencies": with_bank(first, bank)}})
    genesis = build_genesis(plan, listed, contracts)
    out.write_text(show_genesis(genesis), encoding="utf-8")
    _show(genesis, out, as_json=as_json)


@app.command("verify")
@command
def verify(
    genesis_path: Annotated[Path, typer.Argument(help="The genesis.json to verify.")],
    *,
    expect: Annotated[str, typer.Option(help="The hash that the others read out.")] = "",
    install: Annotated[
        Path | None, typer.Option(help="This agency's node directory, to install it in.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a genesis and this node's code against it, and install it once all agree."""
    genesis = load_genesis(genesis_path)
    check_code(genesis)
    expected = expect.removeprefix("0x").lower()
    if expected and expected != genesis.hash.hex():
        raise CheckFailed(
            f"the hash is 0x{genesis.hash.hex()}, expected was 0x{expected}; do not install it:"
            " ask the coordinator which file is right"
        )
    if install is not None:
        install_genesis(install, genesis)
    _show(genesis, genesis_path, as_json=as_json)


def _show(genesis: Genesis, path: Path, *, as_json: bool) -> None:
    validators = [member for member in genesis.members if member.is_validator]
    rows = [
        (member.name, member.public_key.hex(), f"{member.host}:{member.port}")
        for member in validators
    ]
    quorum = genesis.validators.quorum
    data = {
        "genesis": str(path),
        "hash": "0x" + genesis.hash.hex(),
        "chain_id": genesis.chain_id,
        "validators": len(validators),
        "quorum": quorum,
    }
    table = show_table("Validators", ["name", "public key", "address"], rows)
    text = f"{table}\nhash      0x{genesis.hash.hex()}\nchain id  {genesis.chain_id}\n"
    tolerated = genesis.validators.faults_max
    text += f"quorum    {quorum} of {len(validators)}; {tolerated} may be faulty"
    emit(data, text, as_json=as_json)
