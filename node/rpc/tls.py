"""A door's TLS certificate: how it is shown, measured in the handshake, and renewed."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from pathlib import Path
from time import thread_time

from node.secret_files import check_private
from p2p.gated_log import GatedLog
from p2p.renewal import ShownCertificate
from primitives.errors import LocalFault

log = logging.getLogger("sapha.rpc")

# Who is charged for what a handshake uses, in seconds; of a connection's own task and callbacks.
handshake_meter: ContextVar[Callable[[float], None] | None] = ContextVar("meter", default=None)


class BadTlsFile(LocalFault):
    """A certificate or its key cannot be used."""


class _MeteredTls(ssl.SSLObject):
    """The library's TLS, whose handshake is measured: the loop does it, before any request."""

    def do_handshake(self) -> None:
        spend, began_s = handshake_meter.get(), thread_time()
        try:
            super().do_handshake()
        finally:
            if spend is not None:
                spend(thread_time() - began_s)


def server_context(certificate: Path, private_key: Path) -> ssl.SSLContext:
    """Return how a door shows its certificate: TLS 1.2 or later. Raises BadTlsFile."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslobject_class = _MeteredTls
    _load(context, certificate, private_key)
    return context


def shown_certificate(
    context: ssl.SSLContext, certificate: Path, private_key: Path
) -> ShownCertificate:
    """Return what keeps a door's certificate that of its files. Its acts raise LocalFault."""

    def read() -> bytes:
        try:
            return certificate.read_bytes() + private_key.read_bytes()
        except OSError as error:
            raise BadTlsFile(f"{error.filename}: {error.strerror}") from error

    def use() -> None:
        check_private(private_key)
        # First elsewhere: a pair that does not fit would leave the door without a certificate.
        server_context(certificate, private_key)
        _load(context, certificate, private_key)

    return ShownCertificate(path=certificate, shown=read(), read=read, use=use)


async def keep_certificates(certificates: Sequence[ShownCertificate], every_s: float) -> None:
    """Take renewed certificates into use, for ever; clients that are connected stay so."""
    unusable = GatedLog(log)
    while True:
        await asyncio.sleep(every_s)
        for certificate in certificates:
            try:
                is_renewed = certificate.is_renewed()
            except LocalFault as fault:
                party = {"file": str(certificate.path)}
                unusable.write(logging.WARNING, "certificate_unusable", party, reason=str(fault))
            else:
                if is_renewed:
                    log.info("certificate_renewed", extra={"file": certificate.path})


def _load(context: ssl.SSLContext, certificate: Path, private_key: Path) -> None:
    try:
        context.load_cert_chain(certificate, private_key)
    except FileNotFoundError as error:
        missing = private_key if certificate.exists() else certificate
        raise BadTlsFile(f"{missing}: No such file") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or str(error)
        raise BadTlsFile(f"{certificate} and {private_key}: no PEM pair: {why}") from error
