"""What a genesis file alone proves of the ledger: headers, states, transactions.

Source: docs/protocol.md, sections 3 to 10. A header counts when more than two thirds of those who
decide its height have sealed it, at first the validators of genesis, later those that
`verifier.steps` leads to; a value counts when it stands in that header's state.
"""

import base64
import json
from dataclasses import dataclass, replace
from typing import Any

from verifier.encoding import (
    bytes_of,
    hash_of,
    hex_of,
    integer_of,
    list_of,
    pack,
    text_of,
    unpack_list,
)
from verifier.refusal import Refused, require
from verifier.signatures import is_signed, is_signed_by_account
from verifier.validators import ValidatorSet

_PARAMETERS = (
    "heartbeat_ms",
    "view_timeout_ms",
    "view_timeout_cap_ms",
    "block_transactions_max",
    "calendar_rate",
)


@dataclass(frozen=True, slots=True)
class Network:
    """What the genesis document says, and what followed from it: who may seal.

    `sets` are those who decide, each from its first height on, those of genesis first; `announced`
    is the height of the highest sealed header that announces others. `restarts` are the restart
    statements that are known, in order: the digest, and the first height at which it is in force.
    """

    chain_id: str
    genesis_hash: bytes
    sets: tuple[tuple[int, ValidatorSet], ...]
    announced: int = -1
    restarts: tuple[tuple[bytes, int], ...] = ()
    began_ms: int = 0  # when the network began
    calendar_rate: int = 1  # milliseconds that contracts see for one of the clock
    class_size_least: int = 5  # ballots of one weight that are opened at least, in any election

    def deciding(self, height: int) -> ValidatorSet:
        """Who decides a height, as far as is known."""
        return next(each for first, each in reversed(self.sets) if first <= height)

    def is_known(self, height: int) -> bool:
        """Return whether no header announces others for a height, whose change is not known."""
        return not height > self.announced >= self.sets[-1][0]

    def restart_at(self, height: int) -> bytes:
        """What headers and seals of a height carry: a statement's digest, or the genesis hash."""
        begun = [digest for digest, first in self.restarts if first <= height]
        return begun[-1] if begun else self.genesis_hash

    def calendar_ms(self, time_ms: int) -> int:
        """Return the time that contracts see for a header's."""
        return self.began_ms + (time_ms - self.began_ms) * self.calendar_rate


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of a sealed header that a verifier needs; `time_ms` is what contracts saw."""

    height: int
    time_ms: int
    state_root: bytes
    block_hash: bytes
    restart: bytes
    deciding: bytes  # hash of those who decided it
    following: bytes  # hash of those who decide the next one

    @property
    def announces_change(self) -> bool:
        """Whether others decide the next block."""
        return self.following != self.deciding


@dataclass(frozen=True, slots=True)
class Transaction:
    """A signed call; every signature of it has been verified."""

    transaction_id: bytes
    chain_id: str
    sender: bytes
    contract: str
    method: str
    args: list[Any]
    keys: tuple[bytes, ...]


def read_network(text: str) -> Network:
    """Return the network of a genesis document. Raises Refused."""
    try:
        document = json.loads(text)
        form = document["format"]
        parameters = document["parameters"]
        members = [
            [
                m["name"],
                hex_of(m["public_key"], "public_key"),
                base64.b64decode(m["certificate"], validate=True),
                m["host"],
                m["port"],
                m["is_validator"],
            ]
            for m in document["members"]
        ]
        contracts = [
            [c["name"], c["version"], hex_of(c["code_hash"], "code_hash"), _pairs(c["config"])]
            for c in document["contracts"]
        ]
        head = [2, document["network"], document["kind"], document["time_ms"]]
        numbers = [parameters[name] for name in _PARAMETERS]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(f"genesis: cannot be read: {error!r:.200}") from error
    require(form == 2, "genesis: of another format")
    hashed = hash_of("genesis", pack([*head, numbers, members, contracts]))
    validators = sorted((m[1], m[0]) for m in members if m[5] is True)
    return Network(
        chain_id=f"{document['network']}-{hashed.hex()[:32]}",
        genesis_hash=hashed,
        sets=((0, ValidatorSet(tuple(validators))),),
        began_ms=document["time_ms"],
        calendar_rate=numbers[_PARAMETERS.index("calendar_rate")],
        class_size_least=_class_size_least(document["contracts"]),
    )


def _class_size_least(contracts: list[dict[str, Any]]) -> int:
    """Return what the network asks of elections; development networks may ask for less than 5."""
    configs = [one["config"] for one in contracts if one["name"] == "voting"]
    least: int = configs[0].get("class_size_min", 5) if configs else 5
    return least


def read_header(network: Network, header_bytes: bytes, certificate_bytes: bytes) -> Header:
    """Return a header after checking its seals. Raises Refused."""
    fields = unpack_list(header_bytes, "header", 14)
    height = integer_of(fields[2], "header: height")
    where = f"header {height}"
    require(fields[0] == 2 and fields[1] == network.chain_id, f"{where}: of another chain")
    require(height >= 0, f"{where}: no height")
    restart = network.restart_at(height)
    require(fields[13] == restart, f"{where}: follows a restart unknown here")
    validators = network.deciding(height)
    is_known = network.is_known(height) and fields[8] == validators.hash
    require(is_known, f"{where}: decided by validators to whom no step from the genesis leads")
    following = bytes_of(fields[9], f"{where}: next_validators_hash", 32)
    is_same = following == network.deciding(height + 1).hash
    is_last = height + 1 > network.sets[-1][0]
    require(is_same or is_last, f"{where}: announces others than those who decide the next block")
    block_hash = hash_of("block", header_bytes)
    _check_seals(network, certificate_bytes, height, block_hash)
    return Header(
        height=height,
        time_ms=network.calendar_ms(integer_of(fields[3], f"{where}: time_ms")),
        state_root=bytes_of(fields[7], f"{where}: state_root", 32),
        block_hash=block_hash,
        restart=restart,
        deciding=validators.hash,
        following=following,
    )


def noted(network: Network, header: Header) -> Network:
    """Return the network that knows of a header: above one that announces it, others decide."""
    is_news = header.announces_change and header.height > network.announced
    return replace(network, announced=header.height) if is_news else network


def read_transaction(raw: bytes, where: str) -> Transaction:
    """Return a signed transaction after verifying every signature. Raises Refused."""
    body_bytes, pairs = unpack_list(raw, where, 2)
    bytes_of(body_bytes, f"{where}: body")
    body = unpack_list(body_bytes, f"{where}: body", 8)
    require(body[0] == 1, f"{where}: unknown version")
    keys = []
    for pair in list_of(pairs, f"{where}: signatures"):
        key, signature = list_of(pair, f"{where}: signature", 2)
        bytes_of(key, f"{where}: key")
        bytes_of(signature, f"{where}: signature")
        is_right = is_signed_by_account(key, "tx", body_bytes, signature)
        require(is_right, f"{where}: a signature is wrong")
        keys.append(key)
    require(keys == sorted(set(keys)) and keys != [], f"{where}: keys repeat or are out of order")
    return Transaction(
        transaction_id=hash_of("txid", body_bytes),
        chain_id=text_of(body[1], f"{where}: chain id"),
        sender=bytes_of(body[2], f"{where}: sender", 20),
        contract=text_of(body[5], f"{where}: contract"),
        method=text_of(body[6], f"{where}: method"),
        args=list_of(body[7], f"{where}: args"),
        keys=tuple(keys),
    )


def address_of(public_key: bytes) -> bytes:
    """Return the account of one key: 20 bytes."""
    return hash_of("address", public_key)[:20]


def _check_seals(network: Network, data: bytes, height: int, block_hash: bytes) -> None:
    where = f"certificate {height}"
    fields = unpack_list(data, where, 5)
    require(fields[0] == height and fields[2] == block_hash, f"{where}: is of another block")
    view = integer_of(fields[1], where)
    sealed = pack([network.chain_id, network.restart_at(height), height, view, block_hash])
    validators = network.deciding(height)
    count = len(validators)
    bits = int.from_bytes(bytes_of(fields[3], where, (count + 7) // 8), "little")
    require(bits >> count == 0, f"{where}: sealed by a stranger")
    members = enumerate(validators.members)
    signers = [key for place, (key, _name) in members if bits >> place & 1]
    seals = list_of(fields[4], where, len(signers))
    for key, signature in zip(signers, seals, strict=True):
        bytes_of(signature, where, 64)
        require(is_signed(key, "seal", sealed, signature), f"{where}: a seal is wrong")
    enough = len(signers) >= validators.quorum
    require(enough, f"{where}: {len(signers)} seals, {validators.quorum} are needed")


def _pairs(value: object) -> object:
    """Return a JSON value of a contract's configuration as genesis hashes it."""
    if isinstance(value, dict):
        return [[key, _pairs(value[key])] for key in sorted(value)]
    if isinstance(value, list):
        return [_pairs(item) for item in value]
    return value
