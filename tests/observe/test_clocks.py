"""Who is off is decided by the median of the validators' clocks, whatever a few of them claim."""

import pytest

from node.observe.clocks import judge_clocks
from node.observe.health import Health

HOUR_MS = 3_600_000.0


def of_four(**offsets_ms: float):
    return judge_clocks(offsets_ms, validators=4, is_validator=True)


def test_clocks_that_agree_are_no_finding():
    clocks = of_four(bot=20.0, nso=-30.0, rd=5.0)

    assert clocks.own_finding is None
    assert clocks.peers_finding is None


@pytest.mark.parametrize("off_ms", [5_000.0, -5_000.0, HOUR_MS, -HOUR_MS])
def test_this_node_is_named_when_the_others_agree_against_it(off_ms):
    clocks = of_four(bot=-off_ms, nso=-off_ms, rd=-off_ms)

    assert clocks.own_ms == off_ms
    side = "ahead of" if off_ms > 0 else "behind"
    said = f"this node's clock is {abs(off_ms):,.0f} ms {side} the validators' median"
    assert clocks.own_finding.seen == said
    assert not clocks.own_finding.is_warning
    assert clocks.peers_finding is None


def test_the_peer_is_named_when_the_others_agree_with_this_node():
    clocks = of_four(bot=5_000.0, nso=10.0, rd=-10.0)

    assert clocks.own_finding is None
    assert "that of bot is 4,995 ms ahead of the validators' median" in clocks.peers_finding.seen
    assert "nso" not in clocks.peers_finding.seen


@pytest.mark.parametrize(
    ("off_ms", "is_said", "is_warning"),
    [(199.0, False, False), (200.0, True, True), (999.0, True, True), (1_000.0, True, False)],
)
def test_a_fifth_of_a_second_warns_and_a_second_fails(off_ms, is_said, is_warning):
    finding = of_four(bot=off_ms, nso=off_ms, rd=off_ms).own_finding

    assert (finding is not None) == is_said
    assert is_said is False or finding.is_warning == is_warning


@pytest.mark.parametrize("claim_ms", [1e18, -1e18, 0.0, 250.0])
def test_a_liar_moves_only_what_is_shown_of_itself(claim_ms):
    clocks = of_four(liar=claim_ms, nso=10.0, rd=-10.0)

    assert abs(clocks.own_ms) <= 10.0
    assert clocks.own_finding is None
    assert set(clocks.peers_ms) == {"liar", "nso", "rd"}
    assert abs(clocks.peers_ms["nso"]) <= 20.0


def test_a_liar_makes_no_node_unhealthy():
    health = Health()
    health.add("peer clocks", lambda: of_four(liar=1e18, nso=0.0, rd=0.0).peers_finding)

    report = health.report()

    assert report.is_healthy
    assert report.to_json()["checks"][0]["warning"] is True


def test_with_too_few_clocks_nobody_is_blamed_and_the_difference_is_said():
    clocks = judge_clocks(
        {"honest": 5.0, "liar": 1e6, "accomplice": 1e6}, validators=7, is_validator=True
    )

    assert clocks.own_ms is None
    assert clocks.own_finding is None
    assert clocks.peers_finding is not None
    assert "ahead of this node's" in clocks.peers_finding.seen


def test_an_observer_is_compared_with_the_validators_and_is_none_of_them():
    three = {"bot": 300.0, "nso": 300.0, "rd": 310.0}

    clocks = judge_clocks(three, validators=4, is_validator=False)

    assert clocks.own_ms == -300.0
    assert clocks.own_finding is not None
    assert clocks.own_finding.is_warning


def test_alone_there_is_nothing_to_say():
    clocks = judge_clocks({}, validators=1, is_validator=True)

    assert (clocks.own_ms, clocks.own_finding, clocks.peers_finding) == (None, None, None)
