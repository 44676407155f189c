"""Certificates and identities: what a node checks of itself before it starts."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from p2p.renewal import days_left
from p2p.tls import BadIdentity, certificate_der, make_certificate, words_for
from tests.p2p.builders import actor, node_of


def test_a_certificate_is_self_signed_ed25519_and_signs_none_but_renewals():
    certificate = x509.load_pem_x509_certificate(make_certificate("treasury")[0])

    assert isinstance(certificate.public_key(), Ed25519PublicKey)
    assert certificate.subject == certificate.issuer
    limits = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert limits.path_length == 0
    certificate.verify_directly_issued_by(certificate)


def test_a_certificate_lasts_ten_years():
    der = certificate_der(make_certificate("treasury")[0])

    assert 3640 <= days_left(der, datetime.now(UTC)) <= 3650


def test_what_is_no_certificate_is_a_local_fault():
    with pytest.raises(BadIdentity, match="not a PEM certificate"):
        certificate_der(b"-----BEGIN NOTHING-----")


async def test_a_node_whose_certificate_is_not_in_its_record_does_not_start(pair):
    own, other = pair
    swapped = replace(own.member, certificate_der=certificate_der(make_certificate("x")[0]))

    with pytest.raises(
        BadIdentity, match="neither the certificate in the record of agency-0 nor a renewal"
    ):
        node_of(own, [swapped, other.member])


async def test_a_node_that_is_in_no_record_does_not_start(pair):
    with pytest.raises(BadIdentity, match="no member record has the own name"):
        node_of(pair[0], [pair[1].member])


async def test_two_members_with_one_certificate_are_refused(pair):
    twin = replace(pair[1].member, certificate_der=pair[0].member.certificate_der)

    with pytest.raises(BadIdentity, match="agency-1 and agency-0 have one certificate key"):
        node_of(pair[0], [pair[0].member, twin])


async def test_two_members_with_one_key_are_refused(pair):
    twin = replace(pair[1].member, public_key=pair[0].member.public_key)

    with pytest.raises(BadIdentity, match="agency-1 and agency-0 have one key"):
        node_of(pair[0], [pair[0].member, twin])


async def test_a_missing_key_file_is_named(pair):
    pair[0].identity.key_path.unlink()

    with pytest.raises(BadIdentity, match=r"agency-0\.key\.pem"):
        node_of(pair[0], [pair[0].member])


async def test_a_missing_certificate_file_is_named(pair):
    pair[0].identity.certificate_path.unlink()

    with pytest.raises(BadIdentity, match=r"agency-0\.cert\.pem"):
        node_of(pair[0], [pair[0].member])


async def test_a_record_with_a_broken_certificate_names_its_member(pair):
    broken = replace(pair[1].member, certificate_der=b"\x30\x03\x02\x01")

    with pytest.raises(BadIdentity, match="certificate of agency-1 does not parse"):
        node_of(pair[0], [pair[0].member, broken])


async def test_a_node_says_so_when_its_certificate_expires_soon(start, tmp_path, log):
    now = datetime.now(UTC)
    own = actor(tmp_path, 0, not_after=now.replace(year=now.year + 1))
    assert days_left(own.member.certificate_der, now) > 30
    soon = actor(tmp_path, 1, not_after=datetime.fromtimestamp(now.timestamp() + 86_400 * 5, UTC))

    await start(soon, [soon.member])

    assert log.having("own_certificate_expires days_left=4")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "handshake not finished in time"),
        (ConnectionResetError(104, "reset"), "reset by the other side"),
        (OSError(113, "No route to host"), "No route to host"),
        (ssl.SSLError(1, "strange"), "TLS failed: unknown"),
        (ValueError("else"), "else"),
    ],
)
def test_failures_have_words_for_operators(error, words):
    assert words_for(error) == words
