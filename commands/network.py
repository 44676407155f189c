"""`sapha network`: from the members' files to a genesis that every one of them has verified."""

import time
from pathlib import Path

from client.files import write_whole
from commands.output import CheckFailed, UsageFault, emit
from commands.plan import read_founding
from contracts.accounts.rules import account_of, address_of_account
from contracts.governance.messages import KINDS_MAX, SLUG_CHARS_MAX
from contracts.sdk import Config
from genesis.build import build_genesis
from genesis.code import check_code, shipped_contracts
from genesis.schema import Genesis, show_genesis
from genesis.verify import load_genesis
from node.checks import check_first_state, check_member
from node.setup import install_genesis
from primitives.ids import show_address

ONE_KEY = "1 of 1"


def init(members: list[Path], *, plan: Path, out: Path, as_json: bool) -> None:
    """Assemble members and their plan into genesis.json; send it to all of them to verify."""
    if out.exists():
        raise UsageFault(f"{out} exists; a genesis is never overwritten")
    decided, listed = read_founding(plan, members, time.time_ns() // 1_000_000)
    genesis = build_genesis(decided.plan, listed, shipped_contracts(decided.configs))
    check_first_state(genesis)
    write_whole(out, show_genesis(genesis).encode(), is_new=True)
    next_step = (
        f"send {out} to every member and read the hash out in a call; each then runs:\n"
        f"sapha network verify genesis.json --expect 0x... --install DIR"
    )
    _show(genesis, out, next_step, as_json=as_json)


def verify(
    genesis_path: Path, *, expect: str, install: Path | None, joining: bool, as_json: bool
) -> None:
    """Check a genesis and this node's code against it, and install it once all agree."""
    if install is not None and not expect:
        raise UsageFault(
            "--install needs --expect with the hash that the members read out to each other in a"
            " call: nothing is installed that was not compared"
        )
    genesis = load_genesis(genesis_path)
    expected = expect.removeprefix("0x").lower()
    if expected and expected != genesis.hash.hex():
        raise CheckFailed(
            f"the hash is 0x{genesis.hash.hex()}, expected was 0x{expected}; do not install it:"
            " ask the coordinator which file is right"
        )
    check_code(genesis)
    check_first_state(genesis)
    next_step = "compare the hash with the others in a call, then give --expect and --install DIR"
    if install is not None:
        check_member(install, genesis, is_joining=joining)
        install_genesis(install, genesis)
        next_step = f"installed; next: sapha node check --dir {install}"
    _show(genesis, genesis_path, next_step, as_json=as_json)


def _show(genesis: Genesis, path: Path, next_step: str, *, as_json: bool) -> None:
    """Print who founds the network, its hash, and what comes next."""
    validators = [member for member in genesis.members if member.is_validator]
    agencies = _agencies(genesis)
    quorum, tolerated = genesis.validators.quorum, genesis.validators.faults_max
    data = {
        "genesis": str(path),
        "hash": "0x" + genesis.hash.hex(),
        "chain_id": genesis.chain_id,
        "validators": len(validators),
        "quorum": quorum,
        "agencies": [
            {"agency_id": name, "kinds": kinds, "administrator": account, "keys": keys}
            for name, kinds, account, keys in agencies
        ],
    }
    lines = [
        "Validators",
        *(
            f"  {each.name}  {each.host}:{each.port}\n    0x{each.public_key.hex()}"
            for each in validators
        ),
        "Agencies",
        *(
            f"  {name}  {kinds}, {keys} {'key' if keys == ONE_KEY else 'keys'}\n    {account}"
            for name, kinds, account, keys in agencies
        ),
        f"chain id  {genesis.chain_id} ({genesis.kind})",
        f"quorum    {quorum} of {len(validators)}; {tolerated} may be faulty",
        f"hash      0x{genesis.hash.hex()}",
        next_step,
    ]
    emit(data, "\n".join(lines), as_json=as_json)


def _agencies(genesis: Genesis) -> list[tuple[str, str, str, str]]:
    """Return (id, kinds, administrator, how many of how many keys) of each first agency."""
    configs = {contract.name: contract.config for contract in genesis.contracts}
    shared = {}
    for entry in Config(configs.get("accounts", {}), "accounts").objects("accounts"):
        keys = entry.public_keys("keys")
        threshold = entry.integer("threshold", low=1, high=len(keys))
        address = show_address(address_of_account(account_of(keys, threshold)))
        shared[address] = f"{threshold} of {len(keys)}"
    return [
        (
            entry.text("id", high=SLUG_CHARS_MAX),
            " ".join(entry.texts("kinds", high=SLUG_CHARS_MAX, count_max=KINDS_MAX)),
            address := show_address(entry.address("administrator")),
            shared.get(address, ONE_KEY),
        )
        for entry in Config(configs.get("governance", {}), "governance").objects("agencies")
    ]
