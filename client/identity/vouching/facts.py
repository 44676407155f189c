"""What a wallet asks of the ledger about vouching: epochs, rounds, who signs in them, with keys.

The node is believed: where it lies a certificate does not verify, or the ledger refuses it.
"""

from dataclasses import dataclass

from client.answers import uint_field
from client.contract import ask, ask_each
from client.identity.errors import NotInOrder
from client.identity.vouching.errors import NoCertificates, Reason
from client.rpc import RpcClient
from contracts.identity.crypto.certificates import ALIVE, ENROL, Round
from contracts.identity.subjects.handlers import subject_of
from contracts.identity.vouching.handlers import (
    epochs,
    last_vouchers,
    plan_of,
    round_key,
    signers_of,
    start_of,
    sum_of,
    voucher_key_of,
)
from contracts.identity.vouching.roots import generation
from contracts.identity.vouching.state import EpochClock, RoundPlan, epoch_at
from contracts.sdk.bls import G2, decode_g2


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The ledger's time, as epochs count it."""

    clock: EpochClock
    time_ms: int

    @property
    def epoch(self) -> int:
        """The epoch of now."""
        return epoch_at(self.clock, self.time_ms)

    def start_of(self, epoch: int) -> int:
        """Return when an epoch begins, in ms since 1970."""
        return start_of(epoch, self.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAct:
    """The number of a subject's next act, its present generation and keys."""

    seq: int
    generation: int
    keys: tuple[bytes, ...]


async def now_of(rpc: RpcClient) -> Now:
    """Return the ledger's time."""
    status = await rpc.call("chain_getStatus")
    clock = await ask(rpc, epochs)
    return Now(clock=clock, time_ms=uint_field(status, "contract_time_ms"))


async def next_act(rpc: RpcClient, sid: bytes) -> NextAct:
    """Return what a subject's next root needs. Raises NotInOrder: there is no such subject."""
    subject = await ask(rpc, subject_of, sid)
    if subject is None:
        raise NotInOrder(f"0x{sid.hex()}: no such subject")
    keys = tuple(each.key for each in subject.keys)
    return NextAct(seq=subject.seq + 1, generation=await ask(rpc, generation, sid), keys=keys)


async def list_round(rpc: RpcClient, list_id: int, of_generation: int) -> Round:
    """Return the last edition's round of a list. Raises NoCertificates: nobody vouches."""
    return await _round(rpc, ENROL, list_id, of_generation)


async def day_round(rpc: RpcClient, epoch: int, of_generation: int) -> Round:
    """Return the round of an epoch. Raises NoCertificates: nobody vouches in it."""
    return await _round(rpc, ALIVE, epoch, of_generation)


async def plan(rpc: RpcClient, asked: Round) -> RoundPlan:
    """Return the plan of a round that there is. Raises NoCertificates."""
    found = await ask(rpc, plan_of, *round_key(asked))
    if found is None:
        raise NoCertificates(Reason.NO_ROUND)
    return found


async def signers(rpc: RpcClient, asked: Round, place: int) -> dict[int, G2]:
    """Return who signs in a place or class of a round, with their keys of it, by voucher.

    Raises:
        NoCertificates: nobody has added up the keys yet.
    """
    key = round_key(asked)
    chosen = await ask(rpc, signers_of, *key) or ()
    if not chosen or await ask(rpc, sum_of, *key, place) is None:
        raise NoCertificates(Reason.NOT_SUMMED)
    found = await ask_each(rpc, voucher_key_of, [(*key, place, one) for one in chosen])
    return {one: decode_g2(each) for one, each in zip(chosen, found, strict=True) if each}


async def _round(rpc: RpcClient, kind: str, period: int, of_generation: int) -> Round:
    """Return the youngest round, of the last edition that began one."""
    for edition in range(await ask(rpc, last_vouchers), 0, -1):
        asked = Round(kind=kind, period=period, edition=edition, generation=of_generation)
        if await ask(rpc, plan_of, *round_key(asked)) is not None:
            return asked
    raise NoCertificates(Reason.NO_ROUND)
