"""The directories of a network of four validators, with blocks that the test itself decides."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from client.wallet import Wallet
from commands.devnet_files import Devnet, DevnetPlan, open_devnet
from node.files import OpenFiles
from node.ports import BuildRequest, CommittedBlock
from primitives.certificate import SEAL_TAG, Certificate, assemble, seal_bytes
from primitives.crypto import SigningKey
from primitives.ids import View
from tests.node.homes import start

STEP_MS = 1_000
QUORUM = 3


@dataclass(slots=True)
class Homes:
    """Four stopped nodes, their keys, and the keys of the agencies' administrators."""

    folder: Path
    devnet: Devnet

    @classmethod
    def made(cls, folder: Path, base_port: int = 0) -> "Homes":
        """Make the directories of a new network; port 0: of free ports."""
        plan = DevnetPlan(validators=4, base_port=base_port)
        return cls(folder, open_devnet(folder / "net", plan))

    def __getitem__(self, index: int) -> Path:
        return self.devnet.validators[index].directory

    def grow(self, *indices: int, blocks: int = 1, step_ms: int = STEP_MS) -> list[CommittedBlock]:
        """Let these nodes (default: all four) commit the same new blocks; return them."""
        chosen = indices or range(4)
        opened = [start(self[index]) for index in chosen]
        try:
            ledgers = [files for _own, files in opened]
            return [self._decide(ledgers, step_ms) for _ in range(blocks)]
        finally:
            for _own, files in opened:
                files.close()

    def _decide(self, opened: list[OpenFiles], step_ms: int) -> CommittedBlock:
        ledger = opened[0].ledger
        head = ledger.head()
        request = BuildRequest(
            time_ms=head.header.time_ms + step_ms,
            proposer=self.key(0).public_key,
            last_certificate=head.certificate.unchecked if head.certificate else None,
            evidence=(),
        )
        block = ledger.build(request, ())
        signed = seal_bytes(
            head.header.chain_id, block.header.restart, block.height, View(0), block.hash
        )
        keys = [self.key(index) for index in range(QUORUM)]
        certificate: Certificate = assemble(
            sealed=(block.height, View(0), block.hash),
            restart=block.header.restart,
            seals={key.public_key: key.sign(SEAL_TAG, signed) for key in keys},
            validators=head.validators,
        )
        done = [files.ledger.commit(block, certificate) for files in opened]
        return done[0]

    def key(self, index: int) -> SigningKey:
        """Return a validator's key."""
        text = (self[index] / "keys" / "validator.key").read_text()
        return SigningKey(bytes.fromhex(text.strip()))

    def administrator(self, index: int) -> Path:
        """Return the file of the key that administers the agency of a validator."""
        wallet: Wallet = self.devnet.founders[f"validator-{index}"]
        path = self.folder / f"admin-{index}"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(wallet.seed.hex() + "\n")
        return path

    def lose_sign_state(self, index: int) -> None:
        """Lose the folder of the sign-state."""
        shutil.rmtree(self[index] / "data" / "sign_state")


def reason_to_listen(home: Path) -> str | None:
    """Start and stop a node; return why it listened, None when it would sign."""
    _own, files = start(home)
    files.close()
    return files.start.reason


def document(path: Path) -> dict:
    """Return a JSON file."""
    return json.loads(path.read_text())
