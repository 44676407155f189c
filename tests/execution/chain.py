"""A small real chain: accounts and cbdc on a temporary store, ordered by the test itself."""

from collections.abc import Sequence
from pathlib import Path

from contracts.registry import CONTRACTS, code_hash
from genesis.schema import DEVELOPMENT, Genesis, GenesisContract, GenesisMember, Parameters
from node.ledger import LedgerOverStore, LedgerSettings, init_ledger, open_ledger
from node.ports import BuildRequest, CommittedBlock
from primitives.block import Block
from primitives.certificate import SEAL_TAG, Certificate, assemble, seal_bytes
from primitives.crypto import ZERO_DIGEST, SigningKey
from primitives.ids import View, address_of, show_address
from primitives.transaction import Body, Transaction, sign_body
from primitives.validators import ValidatorSet
from tests.builders import TIME_MS, key, keys

BANK = key(1000)
ALICE = key(1001)
BOB = key(1002)
VALIDATORS = keys(4)
STEP_MS = 1_000


def genesis(
    transactions_max: int = 2_000,
    names: Sequence[str] = ("accounts", "cbdc", "governance"),
) -> Genesis:
    """Return a development genesis of four validators with the contracts `names`."""
    members = tuple(
        GenesisMember(
            name=f"v{index}",
            public_key=item.public_key,
            certificate_der=b"\x30\x00",
            host="127.0.0.1",
            port=26600 + index,
            is_validator=True,
        )
        for index, item in enumerate(VALIDATORS)
    )
    agencies = [_agency("dopa", "validator", ALICE), _agency("bank", "central-bank", BANK)]
    money = {"unregistered_accounts": 1, "issuer_signers_min": 1}
    configs = {"governance": {"agencies": agencies}, "cbdc": money}
    shipped = {name: code_hash(name) for name in ("accounts", "cbdc", "governance")}
    return Genesis(
        network="testnet",
        kind=DEVELOPMENT,
        time_ms=TIME_MS,
        parameters=Parameters(block_transactions_max=transactions_max),
        members=members,
        contracts=tuple(
            GenesisContract(
                name=name,
                version=1,
                code_hash=shipped.get(name, ZERO_DIGEST),
                config=configs.get(name, {}),
            )
            for name in names
        ),
    )


def _agency(agency_id: str, kind: str, administrator: SigningKey) -> dict[str, object]:
    return {
        "id": agency_id,
        "name_th": agency_id,
        "name_en": agency_id,
        "kinds": [kind],
        "administrator": show_address(address_of(administrator.public_key)),
    }


class Chain:
    """A ledger and the ordering of a test: every block is built, sealed by all and committed."""

    def __init__(
        self,
        folder: Path,
        settings: LedgerSettings | None = None,
        document: Genesis | None = None,
    ) -> None:
        self.folder = folder
        self.genesis = document or genesis()
        self.settings = settings
        self._nonce = 0
        init_ledger(self.genesis, folder, CONTRACTS, settings)
        self.ledger = self.open()

    def open(self) -> LedgerOverStore:
        """Open the store (again) and keep the ledger."""
        self.ledger = open_ledger(self.genesis, self.folder, CONTRACTS, self.settings)
        return self.ledger

    def reopen(self) -> LedgerOverStore:
        """Close and open again, as a restart does."""
        self.ledger.close()
        return self.open()

    @property
    def next_ms(self) -> int:
        """The time of the next block."""
        return self.ledger.head().header.time_ms + STEP_MS

    def transaction(
        self, signer: SigningKey, method: str, *args: object, **changes: object
    ) -> Transaction:
        """Return a fresh call of cbdc by `signer`, with some fields of the body changed."""
        self._nonce += 1
        fields: dict = {
            "chain_id": self.genesis.chain_id,
            "sender": address_of(signer.public_key),
            "nonce": self._nonce,
            "expires_at_ms": self.ledger.head().header.time_ms + 60_000,
            "contract": "cbdc",
            "method": method,
            "args": args,
        }
        return sign_body(Body(**(fields | changes)), [signer])

    def issue(self, to: SigningKey, amount: int) -> Transaction:
        """Return an issue of money by the central bank."""
        reference = f"R{self._nonce}"
        return self.transaction(BANK, "issue", address_of(to.public_key), amount, reference)

    def transfer(
        self, signer: SigningKey, to: SigningKey, amount: int, **changes: object
    ) -> Transaction:
        """Return a transfer."""
        return self.transaction(
            signer, "transfer", address_of(to.public_key), amount, "", **changes
        )

    def request(self, evidence: Sequence[bytes] = ()) -> BuildRequest:
        """Return what ordering asks for the next block."""
        certificate = self.ledger.head().certificate
        return BuildRequest(
            time_ms=self.next_ms,
            proposer=VALIDATORS[0].public_key,
            last_certificate=certificate.unchecked if certificate else None,
            evidence=tuple(evidence),
        )

    def build(self, *transactions: Transaction, evidence: Sequence[bytes] = ()) -> Block:
        """Return a fresh block of what may be in it."""
        return self.ledger.build(self.request(evidence), transactions)

    def seal(
        self,
        block: Block,
        signers: Sequence[SigningKey] = VALIDATORS[:3],
        validators: ValidatorSet | None = None,
    ) -> Certificate:
        """Return the certificate of `block` by `signers` of a set, at first three of genesis'."""
        signed = seal_bytes(
            self.genesis.chain_id, block.header.restart, block.height, View(0), block.hash
        )
        return assemble(
            sealed=(block.height, View(0), block.hash),
            restart=block.header.restart,
            seals={item.public_key: item.sign(SEAL_TAG, signed) for item in signers},
            validators=validators or self.genesis.validators,
        )

    def commit(self, *transactions: Transaction) -> CommittedBlock:
        """Build, seal and commit a block of `transactions`."""
        block = self.build(*transactions)
        return self.ledger.commit(block, self.seal(block))

    def balance(self, owner: SigningKey) -> object:
        """Return the committed balance of an account."""
        return self.ledger.query("cbdc", "balance", (address_of(owner.public_key),))
