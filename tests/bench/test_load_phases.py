"""The share of signature checks is their count times the cost of one, of the processor time."""

from client.load import Measured
from commands.load_phases import Saturation


def saturation(**changes: float) -> Saturation:
    figures = {
        "committed": 1_000,
        "processor_us": 200.0,
        "signatures_checked": 1.0,
        "disk_bytes": 700.0,
        "resident_mb": 100.0,
        "generator_cores": 0.1,
    }
    measured = Measured(committed=900, seconds=1.0, latencies_ms=())
    return Saturation(measured=measured, **(figures | changes))


def test_one_check_of_a_quarter_of_the_time_is_a_quarter():
    assert saturation().signature_share(50.0) == 0.25


def test_a_second_check_doubles_the_share():
    assert saturation(signatures_checked=2.0).signature_share(50.0) == 0.5


def test_without_processor_time_there_is_no_share():
    assert saturation(processor_us=0.0).signature_share(50.0) == 0.0
