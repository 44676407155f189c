"""What a method rejects is found in its source: through helpers, rules, prechecks and tables."""

from contracts.registry import CONTRACTS
from contracts.tools.refusals import refusals
from tests.contracts.toy import TOYS


def codes(contract, method):
    return [error.code for error in refusals(contract)[method]]


def test_an_error_of_a_precheck_is_found():
    assert codes(TOYS["toy"], "prove") == ["NOT_TRUE", "UNKNOWN_THING"]


def test_a_method_that_mentions_no_error_rejects_with_none():
    assert codes(TOYS["toy"], "put_thing") == []


def test_errors_of_the_rule_who_may_call_are_found():
    assert "NOT_MEMBER" in codes(CONTRACTS["governance"], "vote")


def test_an_error_that_a_helper_returns_as_a_value_is_found():
    assert {"DAY_LIMIT", "FROZEN"} <= set(codes(CONTRACTS["cbdc"], "transfer"))


def test_an_error_of_the_sdks_cryptography_is_found():
    assert "BAD_POINT" in codes(CONTRACTS["voting"], "tally")


def test_what_only_another_method_rejects_is_not_listed():
    assert "WRONG_PREIMAGE" not in codes(CONTRACTS["cbdc"], "release")
