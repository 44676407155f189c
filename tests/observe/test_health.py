"""The health report names what fails and what mends it."""

from node.observe import Finding, Health


def test_a_node_without_findings_is_healthy():
    health = Health()
    health.add("peers", lambda: None)

    report = health.report()

    assert report.is_healthy
    assert report.to_json() == {"status": "ok", "checks": [{"name": "peers", "ok": True}]}


def test_a_warning_is_shown_and_the_node_stays_healthy():
    health = Health()
    health.add("certificate", lambda: Finding("runs out in 45 days", "renew it", is_warning=True))

    report = health.report()

    assert report.is_healthy
    assert report.to_json() == {
        "status": "ok",
        "checks": [
            {
                "name": "certificate",
                "ok": True,
                "warning": True,
                "seen": "runs out in 45 days",
                "fix": "renew it",
            },
        ],
    }


def test_a_failing_check_says_what_was_seen_and_what_mends_it():
    health = Health()
    health.add("peers", lambda: Finding("1 of 3 connected", "check the firewall for port 26600"))
    health.add("disk", lambda: None)

    report = health.report()

    assert not report.is_healthy
    assert report.to_json() == {
        "status": "failing",
        "checks": [
            {
                "name": "peers",
                "ok": False,
                "seen": "1 of 3 connected",
                "fix": "check the firewall for port 26600",
            },
            {"name": "disk", "ok": True},
        ],
    }
