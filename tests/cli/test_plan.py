"""network.toml: every number and every party of a genesis, every mistake by its place."""

import tomllib
from pathlib import Path

import pytest

from commands.output import UsageFault
from commands.plan import read_plan
from commands.plan_numbers import SECTIONS
from contracts.cbdc.core.limits import LIMITS
from contracts.cbdc.core.messages import SUM_SATANG_MAX
from genesis.schema import Parameters
from primitives.crypto import SigningKey
from tests.cli.network import sapha
from tests.cli.test_network import ADDRESSES, KEYS, PLAN, plan

NOW_MS = 1_800_000_000_000


def read(tmp_path, text):
    return read_plan(plan(tmp_path, text), NOW_MS)


def mistakes(tmp_path, text):
    """What the refusal of a plan says, a line a mistake."""
    with pytest.raises(UsageFault) as refusal:
        read(tmp_path, text)
    return [line.strip() for line in str(refusal.value).splitlines()[1:]]


def filled(example):
    """The example with a key or an address for every placeholder."""
    keys = (f"0x{SigningKey(bytes([n]) * 32).public_key.hex()}" for n in range(50, 60))
    addresses = iter(ADDRESSES)
    lines = []
    for line in example.splitlines():
        while "0x..." in line:
            line = line.replace("0x...", next(keys), 1)  # noqa: PLW2901 - one placeholder after another
        if "sph1..." in line and not line.startswith("#"):
            line = line.replace("sph1...", next(addresses))  # noqa: PLW2901
        lines.append(line)
    return "\n".join(lines)


def test_the_example_names_every_number_there_is_with_its_default(tmp_path):
    example = sapha("network", "plan-example").stdout
    uncommented = example.replace("\n# ", "\n").partition("[parameters]")[2]
    shown = tomllib.loads("[parameters]" + uncommented)

    for place, numbers in SECTIONS.items():
        table = shown
        for part in place.split("."):
            table = table[part]
        assert {n.name: n.default for n in numbers}.items() <= table.items()
    silent, spoken = read(tmp_path, PLAN), read(tmp_path, filled(example))
    assert silent.plan.parameters == spoken.plan.parameters == Parameters()
    assert silent.configs["cbdc"] == spoken.configs["cbdc"]


def test_what_the_plan_says_is_what_the_genesis_gets(tmp_path):
    more = """
begins = 2027-01-04T08:00:00+07:00
[parameters]
heartbeat_ms = 2000
[contracts.cbdc]
supply_satang_max = 77
[contracts.cbdc.parameters]
t0-payment = 100
[contracts.governance.parameters]
officers-max = 9
[contracts.complaints]
small_count = 5
"""
    text = more.partition("[parameters]")[0] + PLAN + more[more.index("[parameters]") :]

    made = read(tmp_path, text)

    assert made.plan.time_ms == 1_799_024_400_000
    assert made.plan.parameters == Parameters(heartbeat_ms=2_000)
    assert made.configs["cbdc"]["supply_satang_max"] == 77
    assert made.configs["cbdc"]["parameters"]["t0-payment"] == 100
    assert made.configs["governance"]["parameters"]["officers-max"] == 9
    assert made.configs["complaints"] == {"small_count": 5}


def test_all_mistakes_are_named_at_once_each_by_its_place(tmp_path):
    text = PLAN.replace("threshold = 2", "threshold = 4").replace('["validator"]', '["bank"]')
    text = text.replace(f'"{ADDRESSES[0]}"', '"issuer"')
    text += "[parameters]\nheartbeat_ms = 1\nheartbeats = 1\n[contracts.cbdc.parameters]\nt0-day=-1"

    said = mistakes(tmp_path, text)

    assert all(line.startswith(f"{tmp_path / 'network.toml'}: ") for line in said)
    assert [line.partition("toml: ")[2] for line in said] == [
        "parameters.heartbeat_ms: is 1, must be a whole number, 10 to 3600000",
        "parameters.heartbeats: unknown; did you mean heartbeat_ms?",
        f"contracts.cbdc.parameters.t0-day: is -1, must be a whole number, 0 to {SUM_SATANG_MAX}",
        "account 1 (issuers): The threshold exceeds the number of keys; nobody could sign",
        "agency 2 (agency-0): administrator: 'issuer' is neither an address nor an account of"
        " this file, which are issuers",
        "agency: none is of kind validator: nobody could vote",
    ]


def test_mistakes_of_form_hide_no_contradictions_and_no_rule_of_the_genesis(tmp_path):
    text = PLAN.replace("threshold", "tthreshold").replace(f'"{ADDRESSES[1]}"', '"nobody"')
    text = text.replace('"thai"', '"Thai!"') + "[parameters]\nview_timeout_cap_ms = 10\n"

    said = mistakes(tmp_path, text)

    assert [line.partition("toml: ")[2].partition(": is")[0] for line in said] == [
        "account 1 (issuers): tthreshold: unknown; did you mean threshold?",
        "agency 3 (agency-1): administrator: 'nobody' is neither an address nor an account of"
        " this file, which are issuers",
        "parameters.view_timeout_cap_ms: 10 is below view_timeout_ms 1000",
        "network",
    ]


def test_placeholders_are_one_mistake_that_names_each_place(tmp_path):
    said = mistakes(tmp_path, sapha("network", "plan-example").stdout)

    assert len(said) == 1
    assert "not filled in yet" in said[0]
    assert "account 1 (central-bank): keys 1; account 1 (central-bank): keys 2" in said[0]
    assert "agency 2 (dopa): administrator; agency 3 (bot): administrator" in said[0]


@pytest.mark.parametrize(
    ("begins", "said"),
    [("9999-12-31T00:00:00Z", "more than a year ahead"), ("1971-01-01T00:00:00Z", "year ago")],
)
def test_a_beginning_in_another_year_is_refused(tmp_path, begins, said):
    found = mistakes(tmp_path, f"begins = {begins}\n{PLAN}")

    assert len(found) == 1
    assert "begins: is " in found[0]
    assert said in found[0]


def test_a_plan_that_never_ends_is_refused():
    with pytest.raises(UsageFault, match="/dev/zero: holds more than"):
        read_plan(Path("/dev/zero"), NOW_MS)


def test_every_amount_of_the_example_says_its_unit():
    example = sapha("network", "plan-example").stdout
    amounts = [
        each
        for each in SECTIONS["contracts.cbdc.parameters"]
        if each.high > 1_000_000 and not each.name.endswith("-seconds")
    ]

    assert "100 = 1 baht" in example
    assert len(amounts) > len(LIMITS)
    assert [each.name for each in amounts if each.meaning != "satang"] == []


CASES = {
    "no agencies": (PLAN.partition("[[agency]]")[0], "agency", "missing"),
    "an unknown field": ("colour = 1\n" + PLAN, "colour", "unknown"),
    "a key too short": (
        PLAN.replace(KEYS[1], "0x12"),
        "account 1 (issuers): keys 2",
        "is '0x12', must be",
    ),
    "a key twice": (PLAN.replace(KEYS[1], KEYS[0]), "account 1 (issuers)", "listed twice"),
    "an unknown kind": (
        PLAN.replace('["validator"]', '["voter"]'),
        "agency 2 (agency-0): kinds 1",
        "a list of validator",
    ),
    "an agency twice": (PLAN.replace('"agency-0"', '"central-bank"'), "agency 2", "before"),
    "a kind of network": (PLAN.replace('"production"', '"test"'), "kind", "or development"),
    "an unknown contract": (PLAN + "[contracts.cbcd]\n", "contracts.cbcd", "mean cbdc?"),
    "no table": (PLAN.replace("[[account]]", "[account]"), "account", "tables: [[account]]"),
    "one administrator of two": (
        PLAN.replace(ADDRESSES[0], "issuers"),
        "agency 2 (agency-0): administrator",
        "another agency already, agency 1 (central-bank)",
    ),
    "strangers with money": (
        PLAN + "[contracts.cbdc]\nunregistered_accounts = 1\n",
        "contracts.cbdc.unregistered_accounts",
        "only a development network",
    ),
    "no TOML": ("network = ", "", "Invalid value"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_named_by_its_place(tmp_path, case):
    text, place, reason = CASES[case]

    with pytest.raises(UsageFault, match=r"network\.toml") as refusal:
        read(tmp_path, text)

    assert place in str(refusal.value)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    "administrator", ['"issuers"', f'"{ADDRESSES[8]}"'], ids=["one key of an account", "an address"]
)
def test_a_central_bank_that_could_never_issue_is_refused_with_the_code_it_would_get(
    tmp_path, administrator
):
    text = PLAN.replace('"issuers"\n\n', f"{administrator}\n\n").replace(
        "threshold = 2", "threshold = 1"
    )

    said = mistakes(tmp_path, text)

    assert len(said) == 1
    assert "agency 1 (central-bank): administrator: 1 of its keys must sign" in said[0]
    assert "TOO_FEW_SIGNERS" in said[0]
