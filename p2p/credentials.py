"""What this node shows and trusts in handshakes: its certificate, and those of the members."""

import asyncio
import logging

from p2p.peers import Members
from p2p.renewal import ANNOUNCE_DAYS, RENEW_COMMAND, ShownCertificate, days_left, time_of
from p2p.settings import TransportSettings
from p2p.tls import (
    BadIdentity,
    Contexts,
    Identity,
    make_contexts,
    own_certificate,
    trust_too,
    use_certificate,
)

_log = logging.getLogger("sapha.p2p")


class Credentials:
    """The TLS contexts, made anew when members change; the own certificate, looked at for ever."""

    def __init__(self, identity: Identity, members: Members, settings: TransportSettings) -> None:
        """Read the files. Raises BadIdentity: they and the records do not belong together."""
        self._identity = identity
        self._members = members
        self._settings = settings
        self._certificate = ShownCertificate(
            path=identity.certificate_path,
            shown=self._read(),
            read=self._read,
            use=lambda: use_certificate(self.contexts, identity),
        )
        self._announced_days: int | None = None
        self.contexts: Contexts = make_contexts(identity, members.all)

    def trust_members(self) -> None:
        """Trust the certificates of the members of now, and no others."""
        try:
            self.contexts = make_contexts(self._identity, self._members.all)
        except BadIdentity as error:  # its own files, just now: pins still tell who left
            _log.warning("own_certificate_unusable", extra={"reason": error})
            trust_too(self.contexts, self._members.all)

    def days_left(self) -> int:
        """Return whole days until the own certificate expires; negative when it has."""
        return days_left(self._certificate.shown, time_of(self._settings.now_ms()))

    async def keep(self) -> None:
        """Take a renewed certificate into use, and say when one is about to run out; for ever."""
        while True:
            await asyncio.sleep(self._settings.certificate_check_s)
            self._take_renewal()
            self.announce_expiry()

    def announce_expiry(self) -> None:
        """Say it once at each of the announced numbers of days, and once it has run out."""
        left = self.days_left()
        self._settings.days_left(left)
        reached = [days for days in (*ANNOUNCE_DAYS, 0) if left < days]
        if reached and reached[-1] != self._announced_days:
            self._announced_days = reached[-1]
            _log.warning("own_certificate_expires", extra={"days_left": left, "fix": RENEW_COMMAND})

    def _read(self) -> bytes:
        return own_certificate(self._identity, self._members.own)

    def _take_renewal(self) -> None:
        try:
            if not self._certificate.is_renewed():
                return
        except BadIdentity as error:
            _log.warning("own_certificate_unusable", extra={"reason": error})
            return
        self._announced_days = None
        _log.info("own_certificate_renewed", extra={"days_left": self.days_left()})
