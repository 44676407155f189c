"""A renewed certificate: same key, other dates, no new record, over real TLS sessions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from p2p.hello import HandshakeRefused
from p2p.peers import Members
from p2p.renewal import ANNOUNCE_DAYS, CannotRenew, days_left, holder_of, renew_certificate
from p2p.tls import certificate_der
from tests.p2p.builders import FAST, actor

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


def at(now):
    """Settings of a node that looks at its certificate often, on a clock of the test's."""
    return replace(FAST, certificate_check_s=0.02, now_ms=lambda: int(now().timestamp() * 1000))


def renew(own, now=NOW):
    """Renew a member's certificate in its file, as the operator's command does."""
    made = renew_certificate(own.member.certificate_der, own.identity.key_path.read_bytes(), now)
    own.identity.certificate_path.write_bytes(made)
    return certificate_der(made)


@pytest.fixture
def expired(tmp_path):
    """Two members; the certificate in the first one's record ran out yesterday."""
    dates = {"not_before": NOW - 9 * DAY, "not_after": NOW - DAY}
    return actor(tmp_path, 0, **dates), actor(tmp_path, 1)


@pytest.mark.parametrize("renewed", [0, 1], ids=["the dialling side", "the listening side"])
async def test_a_renewed_certificate_connects_to_members_that_know_the_old_one(
    start, tmp_path, renewed
):
    dates = {"not_before": NOW - 9 * DAY, "not_after": NOW - DAY}
    both = [actor(tmp_path, n, **(dates if n == renewed else {})) for n in (0, 1)]
    renew(both[renewed])

    nodes = [await start(own, [each.member for each in both]) for own in both]

    for node in nodes:
        await node.until_connected()


async def test_an_expired_certificate_is_refused_until_it_is_renewed_while_the_node_runs(
    start, expired, log
):
    members = [each.member for each in expired]
    other = await start(expired[1], members)
    node = await start(expired[0], members, settings=at(lambda: NOW))
    line = await log.until("certificate has expired: that of agency-0")

    renew(expired[0])

    await node.until_connected()
    await other.until_connected()
    assert "sapha node renew-certificate" in line
    assert log.having("own_certificate_renewed days_left=398")
    assert node.transport.certificate_days_left() == 398


async def test_a_renewal_that_is_another_members_is_not_taken_into_use(start, pair, log):
    node = await start(pair[0], [each.member for each in pair], settings=at(lambda: NOW))
    before = node.transport.certificate_days_left()

    pair[0].identity.certificate_path.write_bytes(pair[1].identity.certificate_path.read_bytes())

    assert "nor a renewal" in await log.until("own_certificate_unusable")
    assert node.transport.certificate_days_left() == before


async def test_the_end_is_announced_60_30_and_7_days_before_and_when_it_has_come(
    start, tmp_path, log
):
    own = actor(tmp_path, 0, not_after=NOW + 100 * DAY)
    clock = [NOW]
    await start(own, [own.member], settings=at(lambda: clock[0]))
    assert log.having("own_certificate_expires") == []

    for days in (*ANNOUNCE_DAYS, 0):
        clock[0] = NOW + (101 - days) * DAY
        await log.until(f"own_certificate_expires days_left={days - 1 if days else -1}")

    assert len(log.having("own_certificate_expires")) == len(ANNOUNCE_DAYS) + 1


def test_whoever_shows_a_renewal_is_the_member_of_its_key(pair):
    pins = Members([each.member for each in pair], pair[0].member.name).pins

    shown = renew(pair[1])

    assert holder_of(shown, pins, NOW) == pair[1].member
    with pytest.raises(HandshakeRefused, match="has expired: that of agency-1"):
        holder_of(shown, pins, NOW + 399 * DAY)
    with pytest.raises(HandshakeRefused, match="not valid before"):
        holder_of(shown, pins, NOW - 2 * DAY)


def test_a_certificate_of_a_members_key_that_the_key_did_not_sign_is_nobodys(pair):
    pins = Members([each.member for each in pair], pair[0].member.name).pins
    damaged = bytearray(renew(pair[1]))
    damaged[-1] ^= 1

    with pytest.raises(HandshakeRefused, match="certificate of no member"):
        holder_of(bytes(damaged), pins, NOW)


@pytest.mark.parametrize("der", [b"", b"\x30\x03\x02\x01"])
def test_what_is_no_certificate_is_refused(pair, der):
    pins = Members([pair[0].member], pair[0].member.name).pins

    with pytest.raises(HandshakeRefused, match="does not parse"):
        holder_of(der, pins, NOW)


def test_a_certificate_may_be_renewed_again_and_again(pair):
    first = renew(pair[0])
    second = renew(pair[0], NOW + 390 * DAY)

    pins = Members([pair[0].member], pair[0].member.name).pins
    assert days_left(first, NOW) == 398
    assert holder_of(second, pins, NOW + 700 * DAY) == pair[0].member


def test_only_the_key_of_the_record_renews(pair):
    with pytest.raises(CannotRenew, match="not that of the certificate in the genesis"):
        renew_certificate(
            pair[0].member.certificate_der, pair[1].identity.key_path.read_bytes(), NOW
        )
    with pytest.raises(CannotRenew, match="no private key"):
        renew_certificate(pair[0].member.certificate_der, b"key", NOW)
