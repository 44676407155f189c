"""network.toml: every number and every party of a genesis, every mistake by its place."""

import tomllib

import pytest

from commands.output import UsageFault
from commands.plan import read_plan
from commands.plan_numbers import SECTIONS
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

    assert [line.partition(": ")[0] for line in said] == [
        "parameters.heartbeat_ms",
        "parameters.heartbeats",
        "contracts.cbdc.parameters.t0-day",
        "account[0]",
        "agency[1].administrator",
        "agency",
    ]
    assert "10 to 3600000" in said[0]
    assert "its accounts are issuers" not in said[4]
    assert "an account of this file, which are issuers" in said[4]


CASES = {
    "no agencies": (PLAN.partition("[[agency]]")[0], "agency", "required"),
    "an unknown field": ("colour = 1\n" + PLAN, "colour", "not permitted"),
    "a key too short": (PLAN.replace(KEYS[1], "0x12"), "account[0].keys[1]", "pattern"),
    "a key twice": (PLAN.replace(KEYS[1], KEYS[0]), "account[0]", "listed twice"),
    "an unknown kind": (PLAN.replace('["validator"]', '["voter"]'), "agency[1].kinds[0]", "match"),
    "an agency twice": (PLAN.replace('"agency-0"', '"central-bank"'), "agency[1].id", "before"),
    "one administrator of two": (
        PLAN.replace(ADDRESSES[0], "issuers"),
        "agency[1].administrator",
        "another agency",
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
    assert said[0].startswith("agency[0].administrator: 1 of its keys must sign")
    assert "TOO_FEW_SIGNERS" in said[0]
