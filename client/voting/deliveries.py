"""Which box a trustee has made shares for: one an election, for ever.

From the sums of two boxes that differ by one ballot anybody subtracts that ballot. The ledger is no
witness here: who shows a trustee another box shows it another ledger. So the trustee remembers by
itself, in a file beside its secret, written before any share leaves.
"""

import json
from pathlib import Path

from client.files import OWNER_MODE, write_whole
from client.voting.errors import DeliveriesFault, SecondBox


class Deliveries:
    """The file of one trustee, which need not exist yet."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, chain_id: str, election_id: str, counted: bytes) -> None:
        """Remember that shares are made for the box of this hash over its ballots.

        Raises:
            SecondBox: they were made for another box of the election.
            DeliveriesFault: the file cannot be read or written, so no share may be made.
        """
        name = f"{chain_id}/{election_id}"
        boxes = self._read()
        earlier = boxes.setdefault(name, counted.hex())
        if earlier != counted.hex():
            raise SecondBox(
                f"{election_id}: shares were made for the box {earlier[:16]}..., and this one is"
                f" {counted.hex()[:16]}...: their difference would open ballots"
            )
        try:
            write_whole(self._path, json.dumps(boxes, indent=1).encode() + b"\n", mode=OWNER_MODE)
        except OSError as error:
            raise DeliveriesFault(f"{self._path}: {error.strerror or error}") from error

    def _read(self) -> dict[str, str]:
        try:
            boxes = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise DeliveriesFault(f"{self._path}: cannot be read: {error!r:.100}") from error
        if not isinstance(boxes, dict):
            raise DeliveriesFault(f"{self._path}: holds no deliveries")
        return boxes
