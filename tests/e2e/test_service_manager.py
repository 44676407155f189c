"""A real validator under a service manager and a monitoring: what each is told."""

import socket

import pytest
from prometheus_client.parser import text_string_to_metric_families

from commands.alerts import ALERTS
from tests.deploy.expressions import metrics_in
from tests.e2e.alone import new_alone, running
from tests.e2e.network import at_socket

pytestmark = pytest.mark.e2e


def test_a_validator_says_that_it_serves_lives_and_stops_and_shows_what_alarms_read(
    tmp_path, monkeypatch
):
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))

        with running(new_alone(tmp_path)) as alone:
            first, second = manager.recv(1_000), manager.recv(1_000)
            page = at_socket(alone.node.operator_socket, "GET", "/metrics").decode()
        rest = [second]
        while rest[-1] != b"STOPPING=1":
            rest.append(manager.recv(1_000))

    assert first == b"READY=1"
    assert all(said.startswith(b"WATCHDOG=1\nSTATUS=height ") for said in rest[:-1])
    families = {family.name: family for family in text_string_to_metric_families(page)}
    ends = ("_total", "_bucket", "_count", "_sum")
    for name in set().union(*(metrics_in(alert.expression) for alert in ALERTS)) - {"up"}:
        assert {name, *(name.removesuffix(end) for end in ends)} & families.keys(), name
    shown = {name: sum(s.value for s in families[name].samples) for name in families}
    assert shown["sapha_height"] >= 2
    assert shown["sapha_quorum"] == shown["sapha_may_sign"] == 1
    assert shown["sapha_database_bytes"] > 0
    assert shown["sapha_wal_bytes"] > 0
