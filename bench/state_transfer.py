"""What a transfer costs one validator with few and with many keys of state.

Builds, validates and commits blocks of transfers to random ones of the accounts that exist, on
a real store, signatures checked beforehand; processor time. `bench.state_cost` prints it.
"""

import random
import time
from dataclasses import dataclass
from pathlib import Path

from contracts.registry import CONTRACTS
from genesis.build import build_genesis, devnet_plan
from genesis.code import shipped_contracts
from genesis.schema import Genesis, GenesisMember
from node.execution.genesis_block import make_genesis_block
from node.execution.replay import replay_horizon_ms
from node.execution.versions import Shelf
from node.ledger import LedgerOverStore, LedgerSettings, open_ledger
from node.ports import BuildRequest
from node.store.opening import StoreSettings, create_store
from p2p.tls import certificate_der, make_certificate
from primitives.certificate import SEAL_TAG, Certificate, assemble, seal_bytes
from primitives.codec import encode
from primitives.crypto import Digest, SigningKey
from primitives.ids import Address, Height, View, address_of
from primitives.transaction import Body, Transaction, sign_body

BLOCK_TRANSACTIONS = 1_000
BLOCKS = 12
SENDERS = 200
CHUNK = 50_000
FUNDS_SATANG = 10**9
BALANCES = b"cbdc\0balances\0"


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor microseconds a transaction, medians over blocks.

    Who builds a block reads its accounts first, so the others' cost is that with warm caches.
    """

    build_us: float

    validate_us: float
    commit_us: float

    @property
    def cold_us(self) -> float:
        """What a validator spends that reads each account from the disk first."""
        return self.build_us + self.commit_us

    @property
    def warm_us(self) -> float:
        """What a validator spends to whose memory the accounts have come."""
        return self.validate_us + self.commit_us


def measure(folder: Path, keys: int) -> Cost:
    """Return the cost with `keys` accounts that hold a balance."""
    validator, senders = SigningKey(bytes(32)), [_key(number) for number in range(SENDERS)]
    genesis = _genesis(validator)
    _preload(folder, genesis, keys, senders)
    settings = LedgerSettings(build_ms_max=60_000)
    ledger = open_ledger(genesis, folder, settings=settings)
    chance, costs = random.Random(keys), []
    try:
        for number in range(BLOCKS):
            transfers = _transfers(genesis, senders, (chance, keys), number)
            costs.append(_one_block(ledger, genesis, validator, transfers))
    finally:
        ledger.close()
    build, validate, commit = (sorted(column)[BLOCKS // 2] for column in zip(*costs, strict=True))
    return Cost(build, validate, commit)


def _one_block(
    ledger: LedgerOverStore,
    genesis: Genesis,
    validator: SigningKey,
    transfers: list[Transaction],
) -> tuple[float, float, float]:
    head = ledger.head()
    last = head.certificate
    request = BuildRequest(
        time_ms=head.header.time_ms + 1_000,
        proposer=validator.public_key,
        last_certificate=None if last is None else last.unchecked,
        evidence=(),
    )
    _know(ledger, transfers)
    started = time.process_time()
    block = ledger.build(request, transfers)
    built = time.process_time()
    ledger._executions.clear()  # execute it again, as the others do
    _know(ledger, transfers)
    known = time.process_time()
    difference = ledger.validate(block)
    validated = time.process_time()
    if difference is not None or len(block.transactions) != len(transfers):
        raise SystemExit(f"block of {len(block.transactions)}: {difference}")
    certificate = _certificate(genesis, validator, (block.height, block.hash))
    sealed = time.process_time()
    ledger.commit(block, certificate)
    committed = time.process_time()
    scale = 1e6 / len(transfers)
    return ((built - started) * scale, (validated - known) * scale, (committed - sealed) * scale)


def _know(ledger: LedgerOverStore, transfers: list[Transaction]) -> None:
    for transfer in transfers:
        ledger.verified.add(transfer)


def _certificate(genesis: Genesis, validator: SigningKey, of: tuple[Height, Digest]) -> Certificate:
    height, block_hash = of
    signed = seal_bytes(genesis.chain_id, genesis.hash, height, View(0), block_hash)
    seal = validator.sign(SEAL_TAG, signed)
    return assemble(
        sealed=(height, View(0), block_hash),
        restart=genesis.hash,
        seals={validator.public_key: seal},
        validators=genesis.validators,
    )


def _preload(folder: Path, genesis: Genesis, keys: int, senders: list[SigningKey]) -> None:
    """Put balances into the state before block 0, so that its root covers them."""
    store = create_store(folder, genesis.hash, StoreSettings())
    store.state.load()
    funded: dict[bytes, bytes | None] = {
        BALANCES + address_of(key.public_key): encode(FUNDS_SATANG) for key in senders
    }
    for start in range(0, keys, CHUNK):
        writes = {BALANCES + _account(n): encode(1) for n in range(start, min(keys, start + CHUNK))}
        plan = store.state.plan(funded | writes)
        store._kv.write(store.state.puts(plan))
        store.state.applied(plan)
        funded = {}
    founding = Shelf(genesis=genesis, newest=CONTRACTS).founding()
    made = make_genesis_block(genesis, founding, store.state)
    store.commit(made.record, made.state, replay_from_ms=replay_horizon_ms(genesis.time_ms))
    store.close()


def _transfers(
    genesis: Genesis, senders: list[SigningKey], to: tuple[random.Random, int], number: int
) -> list[Transaction]:
    chance, keys = to
    now_ms = genesis.time_ms + number * 1_000
    return [
        sign_body(
            Body(
                chain_id=genesis.chain_id,
                sender=address_of(senders[index % SENDERS].public_key),
                nonce=number * BLOCK_TRANSACTIONS + index,
                expires_at_ms=now_ms + 300_000,
                contract="cbdc",
                method="transfer",
                args=(_account(chance.randrange(keys)), 1, ""),
            ),
            [senders[index % SENDERS]],
        )
        for index in range(BLOCK_TRANSACTIONS)
    ]


def _genesis(validator: SigningKey) -> Genesis:
    certificate, _key_pem = make_certificate("bench")
    member = GenesisMember(
        name="bench",
        public_key=validator.public_key,
        certificate_der=certificate_der(certificate),
        host="127.0.0.1",
        port=26600,
        is_validator=True,
    )
    contracts = shipped_contracts({})
    return build_genesis(devnet_plan(1_800_000_000_000), [member], contracts)


def _key(number: int) -> SigningKey:
    return SigningKey(number.to_bytes(32, "big"))


def _account(number: int) -> Address:
    return Address(b"bench" + number.to_bytes(15, "big"))
