"""What a refusal gives is shown as people write it, and completion and version answer."""

import json

from cli import app
from commands.framework.completion import answer, script
from commands.output import emit
from commands.refusals import detail_lines
from tests.cli.network import Refusal, node, sapha


def test_amounts_of_a_refusal_are_baht_times_are_dates_and_lines_count_from_one():
    details = {"balance": 125_050, "line": 0, "ends_ms": 1_798_768_800_000, "most": 20}

    assert detail_lines("cbdc", details) == [
        "  balance: 1,250.50 baht",
        "  line: 1",
        "  ends: 2027-01-01 09:00:00 UTC+7",
        "  most: 20",
    ]


def test_a_node_that_refuses_with_details_is_quoted_with_them():
    def status():
        raise Refusal("TOO_BUSY", "come back", retry_after_s=120)

    with node(chain_getStatus=status) as served:
        result = sapha("node", "status", "--rpc", served.url)

    assert result.exit_code == 1
    assert result.stderr.splitlines() == ["error: TOO_BUSY: come back", "  retry_after_s: 120"]


def test_json_has_a_date_beside_each_time(capsys):
    emit({"steps": [{"at_ms": 1_798_768_800_000, "left_ms": 5_000}]}, "", as_json=True)

    assert json.loads(capsys.readouterr().out) == {
        "steps": [
            {
                "at_ms": 1_798_768_800_000,
                "at": "2027-01-01T02:00:00.000+00:00",
                "left_ms": 5_000,
            }
        ]
    }


def completed(line):
    words = line.split(" ")
    variables = {
        "_SAPHA_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    return answer(app, variables).split()


def test_a_shell_completes_commands_options_and_choices():
    assert completed("sapha cbdc tr") == ["transfer"]
    assert "--memo" in completed("sapha cbdc transfer --")
    assert "--memo" not in completed("sapha cbdc transfer somchai 1 --memo x --")
    assert completed("sapha complaint timeline 0x11 --lang ") == ["th", "en"]
    assert completed("sapha nothing ") == []


def test_the_script_of_the_shell_asks_by_its_variable():
    shown = sapha("--show-completion")

    assert shown.stdout == script()
    assert "_SAPHA_COMPLETE=bash_complete" in shown.stdout
