"""The directory of a development network: who is in it, its keys, ports and pid files.

<dir>/devnet.json genesis.json accounts.json agencies.json keys/central-bank.key run/
      validator-N/ observer/ observer-N/
"""

import json
import os
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from client.files import write_whole
from client.keystore import read_secret, write_secret
from client.wallet import Wallet
from commands.founding import CENTRAL_BANK, agency, with_bank
from commands.output import UsageFault
from genesis.build import build_genesis, devnet_plan
from genesis.code import shipped_contracts
from genesis.files import read_text
from genesis.schema import Genesis, Json, Parameters
from genesis.verify import load_genesis
from node.config import load_config
from node.setup import NodePlan, install_genesis, make_node
from primitives.crypto import PublicKey
from primitives.errors import LocalFault
from primitives.ids import Address, show_address

HOST = "127.0.0.1"
ACCOUNTS = 10
VALIDATORS_MAX = 16
OBSERVER = "observer"
_FORMAT = 1
_PORTS_PER_NODE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CastAgency:
    """An agency that a network has from its genesis on."""

    agency_id: str
    name_th: str
    name_en: str
    kinds: tuple[str, ...]
    administrator: Address


class NoDevnet(LocalFault):
    """There is no development network in the directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DevnetNode:
    """One node of the network; `index` is its number on the command line."""

    index: int
    name: str
    directory: Path
    rpc_port: int

    @property
    def url(self) -> str:
        """Where its clients reach it."""
        return f"http://{HOST}:{self.rpc_port}/rpc"

    @property
    def operator_socket(self) -> Path:
        """Where its operators reach it, whatever its door for clients asks for."""
        return self.directory / "data" / "operator.sock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Devnet:
    """A development network on disk."""

    directory: Path
    genesis: Genesis
    validators: tuple[DevnetNode, ...]
    observers: tuple[DevnetNode, ...] = ()

    @property
    def nodes(self) -> tuple[DevnetNode, ...]:
        """All that `devnet up` runs, in the order of their numbers: validators, then observers."""
        return (*self.validators, *self.observers)

    @property
    def urls(self) -> list[str]:
        """The validators' addresses for clients."""
        return [node.url for node in self.validators]

    @property
    def genesis_path(self) -> Path:
        """The genesis document."""
        return self.directory / "genesis.json"

    @property
    def central_bank(self) -> Wallet:
        """The wallet that may issue. Raises KeystoreFault."""
        text = read_secret(_bank_path(self.directory))
        return Wallet.from_seed(bytes.fromhex(text.strip()))

    @property
    def founders(self) -> dict[str, Wallet]:
        """The administrators' wallets of the agencies that vote, by agency id."""
        listed = json.loads(read_secret(self.directory / "agencies.json"))
        return {name: Wallet.from_seed(bytes.fromhex(seed)) for name, seed in listed.items()}

    @property
    def accounts(self) -> dict[str, Wallet]:
        """The demo accounts' wallets by name. Raises KeystoreFault."""
        listed = json.loads(read_secret(self.directory / "accounts.json"))
        return {name: Wallet.from_seed(bytes.fromhex(seed)) for name, seed in listed.items()}

    @property
    def spare(self) -> DevnetNode:
        """The member that `devnet join` runs, whether or not it has a seat by now."""
        home = self.directory / OBSERVER
        port = load_config(home).rpc.port
        index = len(self.nodes)
        return DevnetNode(index=index, name=OBSERVER, directory=home, rpc_port=port)

    def node(self, index: int) -> DevnetNode:
        """Return the validator or observer of a number. Raises UsageFault."""
        if not 0 <= index < len(self.nodes):
            raise UsageFault(f"node {index}: there are 0 to {len(self.nodes) - 1}")
        return self.nodes[index]

    def validator(self, index: int) -> DevnetNode:
        """Return the validator of a number. Raises UsageFault."""
        if not 0 <= index < len(self.validators):
            raise UsageFault(f"validator {index}: there are 0 to {len(self.validators) - 1}")
        return self.validators[index]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who and what a network has at its genesis beside one agency a validator and the bank.

    An agency "central-bank" takes the place of the default one. `configs` are contracts' parts of
    genesis; those of governance and accounts are made here.
    """

    agencies: tuple[CastAgency, ...] = ()
    accounts: tuple[tuple[tuple[PublicKey, ...], int], ...] = ()  # keys and how many must sign
    configs: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DevnetPlan:
    """What a new development network is to be; port 0 takes free ports."""

    validators: int = 4
    observers: int | None = None  # None: as many as there are, 0 in a new network
    base_port: int = 26600
    parameters: Parameters | None = None
    strangers_per_second: int | None = 1_000  # on one machine nobody is known at first
    share_percent: int | None = None  # of each validator's loop, for clients; None: the default
    sockets_per_ip_max: int | None = 1_000  # on one machine all clients have one address
    own_networks: tuple[str, ...] = ()  # whose requests each validator takes for its agency's own
    cast: Cast = field(default_factory=Cast)


def open_devnet(directory: Path, plan: DevnetPlan) -> Devnet:
    """Return the network in `directory`, made by `plan` if there is none.

    Raises:
        UsageFault: the network there has another number of validators or observers, or a port is
            taken.
        LocalFault: the disk refuses.
    """
    if not (directory / "devnet.json").exists():
        return _make(directory, plan)
    found = load_devnet(directory)
    if len(found.validators) != plan.validators:
        count = len(found.validators)
        raise UsageFault(f"{directory} holds a network of {count} validators; use -n {count}")
    if plan.observers not in {None, len(found.observers)}:
        raise UsageFault(f"{directory} holds a network of {len(found.observers)} observers")
    return found


def load_devnet(directory: Path) -> Devnet:
    """Return the network in `directory`. Raises NoDevnet."""
    path = directory / "devnet.json"
    try:
        document = json.loads(read_text(path))
        ports = [int(port) for port in document["rpc_ports"]]
        observer_ports = [int(port) for port in document.get("observer_rpc_ports", [])]
    except FileNotFoundError as error:
        raise NoDevnet(f"{directory}: no network here; start one: sapha devnet up") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoDevnet(f"{path}: damaged; remove {directory} and start again") from error
    return Devnet(
        directory=directory,
        genesis=load_genesis(directory / "genesis.json"),
        validators=_nodes(directory, "validator", ports, 0),
        observers=_nodes(directory, OBSERVER, observer_ports, len(ports)),
    )


def _nodes(directory: Path, role: str, ports: Sequence[int], first: int) -> tuple[DevnetNode, ...]:
    return tuple(
        DevnetNode(
            index=first + number,
            name=f"{role}-{number}",
            directory=directory / f"{role}-{number}",
            rpc_port=port,
        )
        for number, port in enumerate(ports)
    )


def check_ports_free(devnet: Devnet) -> None:
    """Raise LocalFault naming the first port that another program listens on."""
    running = {node.name for node in devnet.nodes}
    p2p_ports = [member.port for member in devnet.genesis.members if member.name in running]
    for port in [*p2p_ports, *(node.rpc_port for node in devnet.nodes)]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise LocalFault(
                    f"port {port} is taken; stop what uses it, or choose --base-port and --dir"
                ) from error


def _make(directory: Path, plan: DevnetPlan) -> Devnet:
    validators = [f"validator-{index}" for index in range(plan.validators)]
    observers = [f"{OBSERVER}-{index}" for index in range(plan.observers or 0)]
    names = [*validators, OBSERVER, *observers]
    ports = _ports(len(names), plan.base_port)
    members = [
        make_node(
            directory / name,
            NodePlan(
                name=name,
                address=HOST,
                p2p_host=HOST,
                p2p_port=p2p_port,
                rpc_host=HOST,
                rpc_port=rpc_port,
                is_validator=name in validators,
                strangers_per_second=plan.strangers_per_second,
                share_percent=plan.share_percent,
                own_networks=plan.own_networks,
                sockets_per_ip_max=plan.sockets_per_ip_max,
            ),
        )
        for name, (p2p_port, rpc_port) in zip(names, ports, strict=True)
    ]
    bank = Wallet.generate()
    founders = {name: Wallet.generate() for name in validators}
    configs = _configs(plan.cast, _agencies(founders, bank, plan.cast))
    base = devnet_plan(time.time_ns() // 1_000_000)
    if plan.parameters is not None:
        base = replace(base, parameters=plan.parameters)
    genesis = build_genesis(base, members, shipped_contracts(configs))
    for name in names:
        install_genesis(directory / name, genesis)
    install_genesis(directory, genesis)
    _write_accounts(directory, bank)
    seeds = {name: wallet.seed.hex() for name, wallet in founders.items()}
    write_secret(directory / "agencies.json", json.dumps(seeds, indent=2) + "\n")
    rpc_ports, count = [rpc for _, rpc in ports], len(validators)
    document = {"format": _FORMAT, "rpc_ports": rpc_ports[:count]}
    if observers:
        document["observer_rpc_ports"] = rpc_ports[count + 1 :]
    write_whole(directory / "devnet.json", (json.dumps(document) + "\n").encode())
    return load_devnet(directory)


def _configs(cast: Cast, agencies: list[Json]) -> dict[str, dict[str, Json]]:
    """Return the contracts' parts of genesis."""
    accounts: list[Json] = [
        {"keys": ["0x" + key.hex() for key in keys], "threshold": threshold}
        for keys, threshold in cast.accounts
    ]
    ours: dict[str, dict[str, Json]] = {
        "accounts": {"accounts": accounts},
        # Nobody has to prepare for an upgrade here.
        "governance": {"agencies": agencies, "parameters": {"upgrade-notice-seconds": 1}},
    }
    given = {name: dict(config) for name, config in cast.configs.items()}
    # Here anyone may hold money and one key may issue it, unless the cast says otherwise.
    money = {"unregistered_accounts": 1, "issuer_signers_min": 1} | given.get("cbdc", {})
    return given | ours | {"cbdc": money}


def _agencies(founders: Mapping[str, Wallet], bank: Wallet, cast: Cast) -> list[Json]:
    """Return the first agencies: one for each validator, which votes, the cast, and the bank."""
    voting = [
        agency(
            name,
            (f"หน่วยงานที่ {number}", f"Agency {number}"),
            "validator",
            show_address(wallet.address),
        )
        for number, (name, wallet) in enumerate(founders.items())
    ]
    played: list[Json] = [
        {
            "id": each.agency_id,
            "name_th": each.name_th,
            "name_en": each.name_en,
            "kinds": list(each.kinds),
            "administrator": show_address(each.administrator),
        }
        for each in cast.agencies
    ]
    return with_bank([*voting, *played], show_address(bank.address))


def _write_accounts(directory: Path, bank: Wallet) -> None:
    write_secret(_bank_path(directory), bank.seed.hex() + "\n")
    seeds = {f"demo-{number}": os.urandom(32).hex() for number in range(1, ACCOUNTS + 1)}
    write_secret(directory / "accounts.json", json.dumps(seeds, indent=2) + "\n")


def _bank_path(directory: Path) -> Path:
    return directory / "keys" / f"{CENTRAL_BANK}.key"


def _ports(count: int, base_port: int) -> list[tuple[int, int]]:
    """Return (p2p, rpc) ports for `count` nodes: from the base on, or free ones for 0."""
    total = count * _PORTS_PER_NODE
    flat = free_ports(total) if base_port == 0 else list(range(base_port, base_port + total))
    if flat[-1] > 65535:
        raise UsageFault(f"--base-port {base_port}: {total} ports do not fit below 65536")
    return list(zip(flat[::2], flat[1::2], strict=True))


def free_ports(count: int) -> list[int]:
    """Return so many ports of this machine that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for held in sockets:
            held.bind((HOST, 0))
        return [int(held.getsockname()[1]) for held in sockets]
    finally:
        for held in sockets:
            held.close()
