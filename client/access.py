"""How nodes are reached: how long to wait, with which token, trusting which authorities."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from client.errors import CaFileFault

if TYPE_CHECKING:
    import ssl

UNIX_SCHEME = "unix:"  # before the path of a socket on this machine
MARK = "#"  # before a relay's key, at the end of its address


@dataclass(frozen=True, slots=True, kw_only=True)
class RpcSettings:
    """How long to wait, in seconds."""

    connect_timeout_s: float = 3.0
    answer_timeout_s: float = 30.0
    token: str = ""  # bearer token for operator methods
    tls: "ssl.SSLContext | None" = None  # for https; None: the authorities that this system trusts
    local_address: str = ""  # the address to come from, where the machine has several
    asks_again: bool = True  # where a node is busy, after the pause that it asks for


def trusting(authorities: Path) -> "ssl.SSLContext":
    """Return how to reach nodes whose certificates the authorities in a PEM file have signed.

    Raises:
        CaFileFault: the file cannot be read or holds no certificate.
    """
    import ssl  # noqa: PLC0415 - only those who name authorities need it

    try:
        return ssl.create_default_context(cafile=str(authorities))
    except ssl.SSLError as error:
        raise CaFileFault(f"{authorities}: holds no PEM certificate") from error
    except OSError as error:
        raise CaFileFault(f"{authorities}: {error.strerror}") from error
