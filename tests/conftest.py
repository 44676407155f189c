"""Settings of all tests."""

from hypothesis import HealthCheck, settings

# A busy machine is no failure: no test of ours asserts how long something takes.
settings.register_profile(
    "sapha", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("sapha")
