"""The ready sessions, one a member: admission, replacement, faults, and what is logged of them."""

import asyncio
import logging

from p2p.faults import FaultBook, FaultRules
from p2p.gated_log import GatedLog, printable
from p2p.hello import HandshakeRefused
from p2p.peers import Members, PeerState, Standing, state_of
from p2p.ports import Channel, FrameHandler, Member
from p2p.renewal import is_certificate_of
from p2p.session import Session
from primitives.crypto import PublicKey

_log = logging.getLogger("sapha.p2p")


class SessionTable:
    """Owns which session stands for which member. Every call is on the event loop."""

    def __init__(self, members: Members, handler: FrameHandler, rules: FaultRules) -> None:
        self._members = members
        self._handler = handler
        self._faults = FaultBook(rules)
        self._sessions: dict[str, Session] = {}  # by the name of the member
        self._last_reasons: dict[str, str] = {}
        self._log = GatedLog(_log)

    def ready(self) -> tuple[Session, ...]:
        """Return the ready sessions."""
        return tuple(self._sessions.values())

    def session_with(self, peer: PublicKey) -> Session | None:
        """Return the ready session with the member that has, or had, this key."""
        return self._sessions.get(self._members.name_of.get(peer, ""))

    def ban_left_s(self, name: str) -> float:
        """Return for how many seconds more the member of this name is cut off."""
        return self._faults.ban_left_s(name, _now_s())

    def states(self) -> tuple[PeerState, ...]:
        """Return every other member's state, in the order of the member records."""
        now_s, found = _now_s(), []
        for member in self._members.others:
            standing = Standing(
                faults=self._faults.total(member.name),
                banned_s=self._faults.ban_left_s(member.name, now_s),
                last_reason=self._last_reasons.get(member.name, ""),
            )
            found.append(state_of(member, self._sessions.get(member.name), standing, now_s))
        return tuple(found)

    def penalise(self, peer: PublicKey, reason: str) -> None:
        """Log a fault of a member once a minute; cut the member off when faults repeat."""
        name = self._members.name_of.get(peer)
        if name is None:
            return
        self._log.write(logging.WARNING, "peer_fault", {"peer": name}, reason=reason)
        if not self._faults.record(name, _now_s()):
            return
        left_s = round(self.ban_left_s(name))
        self._log.write(logging.WARNING, "peer_cut_off", {"peer": name}, for_s=left_s)
        if session := self._sessions.get(name):
            session.close(f"cut off after repeated faults, the last: {reason}", at_once=True)

    def follow_members(self) -> None:
        """End the sessions of who left, and of who showed what is its certificate no more.

        Who has another key now keeps its session.
        """
        for name, session in tuple(self._sessions.items()):
            member = self._members.by_name.get(name)
            if member is None:
                session.close("retired from the network")
            elif not is_certificate_of(session.shown, member):
                session.close("its certificate is another now")
            else:
                before, session.member = key_of(session), member
                if before != member.public_key:
                    self._log.write(logging.INFO, "peer_key_changed", {"peer": name})
                    self._handler.on_key_changed(before, member.public_key)

    def left_out(self, name: str, reason: str) -> None:
        """Log that a certificate in the record does not count."""
        self._log.write(logging.WARNING, "certificate_left_out", {"peer": name}, reason=reason)

    def refused(self, address: str, reason: str) -> None:
        """Log a connection from `address` that did not become a session."""
        self._log.write(logging.WARNING, "peer_refused", {"peer": address}, reason=reason)

    def not_reached(self, member: Member, reason: str) -> None:
        """Log a dial that did not become a session."""
        self._last_reasons[member.name] = printable(reason)
        party = {"peer": member.name, "address": f"{member.host}:{member.port}"}
        self._log.write(logging.WARNING, "peer_not_reached", party, reason=reason)

    def admit(self, session: Session, member: Member) -> None:
        """Raise HandshakeRefused while the member is cut off. See SessionOwner."""
        del session
        banned_s = self.ban_left_s(member.name)
        if banned_s > 0.0:
            raise HandshakeRefused(f"{member.name} is cut off for {banned_s:.0f} s more")

    def on_ready(self, session: Session) -> None:
        """Take the session as its member's one; the newest wins. See SessionOwner."""
        member = _member_of(session)
        if older := self._sessions.get(member.name):
            older.close("replaced by a newer session", at_once=True)
        self._sessions[member.name] = session
        is_dialled = session.is_dialled
        self._log.write(logging.INFO, "peer_connected", {"peer": member.name}, dialled=is_dialled)
        self._handler.on_connected(member.public_key)

    def on_frame(self, session: Session, channel: Channel, payload: bytes) -> None:
        """Hand a frame of the member's one session to the node. See SessionOwner."""
        member = _member_of(session)
        if self._sessions.get(member.name) is session:
            self._handler.on_frame(member.public_key, channel, payload)

    def on_fault(self, session: Session, reason: str) -> None:
        """Score a framing fault. See SessionOwner."""
        self.penalise(_member_of(session).public_key, reason)

    def on_bug(self, session: Session) -> None:
        """Log the error of a handler of ours. See SessionOwner."""
        name = session.member.name if session.member else "(none)"
        self._log.write(logging.ERROR, "frame_handler_failed", {"peer": name}, is_bug=True)

    def on_ended(self, session: Session) -> None:
        """Forget the session. See SessionOwner."""
        member = _member_of(session)
        if self._sessions.get(member.name) is not session:
            return
        del self._sessions[member.name]
        self._last_reasons[member.name] = session.reason
        party = {"peer": member.name}
        self._log.write(logging.INFO, "peer_disconnected", party, reason=session.reason)
        self._handler.on_disconnected(member.public_key, session.reason)


def key_of(session: Session) -> PublicKey:
    """Return the key of now of the member of a ready session."""
    return _member_of(session).public_key


def _member_of(session: Session) -> Member:
    if session.member is None:
        raise HandshakeRefused("a session without a member")
    return session.member


def _now_s() -> float:
    return asyncio.get_running_loop().time()
