"""Restart statements: what two thirds of the agencies sign when too few validators may.

Source: docs/protocol.md, restart statement. A statement counts when the header below it is sealed
under the one before, and that header's state proves who had to sign and did.
"""

from dataclasses import replace
from typing import Any

from verifier.encoding import bytes_of, hash_of, integer_of, list_of, pack, unpack, unpack_list
from verifier.ledger import (
    Header,
    Network,
    address_of,
    read_header,
)
from verifier.refusal import Refused, require
from verifier.signatures import is_signed
from verifier.state import check_state

State = dict[bytes, bytes | None]

_MEMBERS = b"governance\0member_count\0"
_AGENCIES = b"governance\0agencies\0"
_ACCOUNTS = b"accounts\0accounts\0"


def take_restarts(network: Network, data: bytes) -> Network:
    """Return the network with what a proof's statements put in force. Raises Refused."""
    signed, header_bytes, certificate, entries = unpack_list(data, "restart proof", 4)
    bytes_of(header_bytes, "restart proof: header")
    header = read_header(network, header_bytes, bytes_of(certificate, "restart proof"))
    where = f"restart above block {header.height}"
    is_last = header.restart == network.restarts[-1][0] if network.restarts else True
    require(is_last, f"{where}: another statement is in force")
    first = header.height + 1
    is_news = network.sets[-1][0] <= first
    require(is_news, f"{where}: a change of validators above it is known")
    is_led = header.following == network.deciding(first).hash
    require(is_led, f"{where}: no step leads to those whom the block announces")
    state = _state(header, list_of(entries, where))
    digest = header.restart
    require(list_of(signed, where) != [], f"{where}: no statement")
    for one in signed:
        digest = _check(network, header, digest, state, bytes_of(one, where))
    return replace(network, restarts=(*network.restarts, (digest, first)))


def _state(header: Header, entries: list[Any]) -> State:
    state: State = {}
    for entry in entries:
        key, value, proof = list_of(entry, "restart proof: entry", 3)
        if value is not None:
            bytes_of(value, "restart proof: value")
        check_state(header, bytes_of(key, "restart proof: key"), value, pack(proof))
        state[key] = value
    return state


def _check(network: Network, header: Header, previous: bytes, state: State, data: bytes) -> bytes:
    """Check one signed statement and return its digest."""
    where = f"restart above block {header.height}"
    statement, approvals = unpack_list(data, where, 2)
    fields = unpack_list(bytes_of(statement, where), where, 9)
    named = [1, network.chain_id, previous, header.height, header.block_hash]
    require(fields[:5] == named, f"{where}: of another place in the chain")
    validators = network.deciding(header.height + 1)
    require(fields[5] == validators.hash, f"{where}: of other validators")
    agencies: list[str] = []
    for approval in list_of(approvals, where):
        agency, pairs = list_of(approval, where, 2)
        keys = [_signer(pair, statement, where) for pair in list_of(pairs, where)]
        require(keys == sorted(set(keys)), f"{where}: keys repeat or are out of order")
        _check_agency(state, agency, keys, where)
        agencies.append(agency)
    require(agencies == sorted(set(agencies)), f"{where}: agencies repeat or are out of order")
    members = integer_of(unpack(_held(state, _MEMBERS, where), where), where)
    is_enough = agencies != [] and 3 * len(agencies) >= 2 * members
    require(is_enough, f"{where}: {len(agencies)} of {members} agencies have signed")
    seats = [name for _key, name in validators.members if name in agencies]
    require(len(seats) >= validators.quorum, f"{where}: agencies of {len(seats)} validators signed")
    return hash_of("restart", statement)


def _signer(pair: object, statement: bytes, where: str) -> bytes:
    key, signature = list_of(pair, where, 2)
    bytes_of(key, where)
    bytes_of(signature, where)
    require(is_signed(key, "restart", statement, signature), f"{where}: a signature is wrong")
    return bytes(key)


def _check_agency(state: State, agency: object, keys: list[bytes], where: str) -> None:
    """Check that the agency has a vote, and that its administrator's keys have signed."""
    if not isinstance(agency, str):
        raise Refused(f"{where}: an agency without a name")
    record = unpack_list(_held(state, _AGENCIES + agency.encode(), where), where, 6)
    has_vote = record[5] == "active" and "validator" in list_of(record[3], where)
    require(has_vote, f"{where}: agency {agency} has no vote")
    administrator = bytes_of(record[4], where, 20)
    account = _ACCOUNTS + administrator
    require(account in state, f"{where}: no proof of the account of agency {agency}")
    held = state[account]
    if held is None:
        is_its = keys != [] and all(address_of(key) == administrator for key in keys)
    else:
        owned, threshold = unpack_list(held, where, 2)
        is_its = all(key in list_of(owned, where) for key in keys)
        is_its = is_its and len(keys) >= integer_of(threshold, where)
    require(is_its, f"{where}: not signed by the administrator of agency {agency}")


def _held(state: State, key: bytes, where: str) -> bytes:
    """Return the proven value of a key. Raises Refused."""
    value = state.get(key)
    if value is None:
        raise Refused(f"{where}: no proof of {key!r:.80}")
    return value
