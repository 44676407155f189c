"""The comparison's table is of medians, and says where the rounds overlap."""

from dataclasses import replace

import pytest

from bench.comparison_report import LABELS, PEER, SAPHA, Round, rows_of, to_json, to_markdown

ROUND = Round(
    processor_us=175.0,
    signature_share=0.28,
    signatures_checked=1.0,
    committed_tx_s=2_655.0,
    latency_p50_ms=17.0,
    latency_p99_ms=51.0,
    idle_cores=0.002,
    loaded_mb=152.0,
    idle_mb=107.0,
    disk_bytes=737.0,
    generator_cores=0.1,
)


def rounds(**of_peer: list[float]):
    """Return three equal rounds of ours, and three of the peer's with some figures changed."""
    changed = [
        replace(ROUND, **{name: values[i] for name, values in of_peer.items()}) for i in range(3)
    ]
    return {SAPHA: [ROUND] * 3, PEER: changed}


def row(name, rows):
    return next(each for each in rows if each.name == name)


def test_a_row_is_the_median_of_the_rounds_and_ours_over_the_peers():
    found = row("processor_us", rows_of(rounds(processor_us=[100.0, 400.0, 125.0])))

    assert (found.sapha, found.peer, found.ratio) == (175.0, 125.0, 1.4)


def test_a_ratio_whose_rounds_overlap_stands_in_brackets():
    rows = rows_of(
        rounds(processor_us=[104.0, 108.0, 106.0], committed_tx_s=[2_000.0, 4_000.0, 3_000.0])
    )

    assert row("processor_us", rows).cells()[-1] == "1.65"
    assert row("committed_tx_s", rows).cells()[-1] == "(0.89)"


def test_of_nothing_there_is_no_ratio():
    rows = rows_of(rounds(idle_cores=[0.0, 0.0, 0.0]))

    assert row("idle_cores", rows).ratio is None
    assert row("idle_cores", rows).cells()[-1] == ""


def test_the_table_has_every_figure_under_its_own_words():
    table = to_markdown(rows_of(rounds())).splitlines()

    assert table[0] == "| | Sapha | CometBFT | ratio |"
    assert [line.split(" | ")[0][2:] for line in table[2:]] == list(LABELS.values())
    assert all(line.count(" | ") == 3 for line in table[2:])


def test_programs_get_medians_ratios_and_every_round():
    of_all = rounds(processor_us=[100.0, 100.0, 100.0])

    document = to_json(rows_of(of_all), of_all)

    assert document["median"]["processor_us"] == {SAPHA: 175.0, PEER: 100.0}
    assert document["ratio"]["processor_us"] == 1.75
    assert [each["processor_us"] for each in document["rounds"][PEER]] == [100.0] * 3


def test_an_engine_without_a_round_is_refused():
    with pytest.raises(ValueError, match="each engine needs a round"):
        rows_of({SAPHA: [ROUND], PEER: []})
