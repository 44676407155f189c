"""A node's certificate: what is said of its last days, and its renewal in the node's directory."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.devnet_files import DevnetPlan, open_devnet
from node.certificate import certificate_finding, renew
from node.checks import check_node
from p2p.renewal import CannotRenew, days_left, last_day
from p2p.tls import certificate_der, make_certificate
from primitives.errors import LocalFault
from tests.cli.network import json_of, sapha

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def home(tmp_path):
    """The directory of one validator of a fresh network."""
    devnet = open_devnet(tmp_path / "net", DevnetPlan(validators=1, base_port=0))
    return devnet.validators[0].directory


def certificate_check(home):
    return next(item for item in check_node(home) if item.name == "TLS certificate")


@pytest.mark.parametrize(
    ("left", "is_warning"),
    [(3650, None), (60, None), (59, True), (30, True), (7, True), (6, False), (-1, False)],
)
def test_a_certificate_warns_from_60_days_on_and_fails_from_7(left, is_warning):
    found = certificate_finding(left)

    assert (None if found is None else found.is_warning) is is_warning
    if found is not None:
        assert "sapha node renew-certificate" in found.mend
        assert ("ran out" in found.seen) is (left < 0)


def test_a_renewal_replaces_the_file_and_keeps_the_old_one(home):
    path = home / "tls" / "cert.pem"
    before = path.read_bytes()

    done = json_of(sapha("node", "renew-certificate", "--dir", home, "--force", "--json"))

    assert 396 <= done["days_left"] <= 398
    assert days_left(certificate_der(path.read_bytes()), NOW) in {397, 398}
    assert Path(done["kept_as"]).read_bytes() == before
    assert certificate_check(home).problem is None


def test_a_certificate_that_lasts_is_not_shortened_unless_forced(home):
    path = home / "tls" / "cert.pem"
    before = path.read_bytes()

    refused = sapha("node", "renew-certificate", "--dir", home)

    now, then = last_day(certificate_der(before)), f"{NOW + timedelta(days=398):%Y-%m-%d}"
    assert refused.exit_code == 1
    assert f"lasts until {now}" in refused.stderr
    assert f"would end on {then}" in refused.stderr
    assert "--force" in refused.stderr
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.glob("cert.pem*")] == ["cert.pem"]


@pytest.mark.parametrize("left", [60, 5])
def test_a_certificate_in_its_last_60_days_is_renewed_without_force(home, left):
    renew(home, NOW - timedelta(days=398 - left), is_forced=True)

    assert renew(home, NOW).days_left == 398


def test_a_file_that_is_no_certificate_is_renewed_without_force(home):
    (home / "tls" / "cert.pem").write_bytes(b"nothing")

    assert renew(home, NOW).days_left == 398


def test_a_certificate_about_to_run_out_is_shown_before_it_fails(home):
    renew(home, NOW - timedelta(days=398 - 45), is_forced=True)
    warned = certificate_check(home)
    renew(home, NOW - timedelta(days=398 - 5), is_forced=True)
    failed = certificate_check(home)

    assert warned.problem is None
    assert "44 days left; renew it" in warned.note or "45 days left; renew it" in warned.note
    assert "days; renew it" in failed.problem


def test_a_strangers_certificate_is_wrong_and_a_lost_key_cannot_renew(home):
    stranger, key = make_certificate("validator-0")
    (home / "tls" / "cert.pem").write_bytes(stranger)
    (home / "tls" / "key.pem").write_bytes(key)

    assert "nor a renewal" in certificate_check(home).problem
    with pytest.raises(CannotRenew, match="not that of the certificate in the genesis"):
        renew(home, NOW)


def test_a_missing_file_is_named(home):
    (home / "tls" / "key.pem").unlink()

    with pytest.raises(LocalFault, match=r"key\.pem"):
        renew(home, NOW)
