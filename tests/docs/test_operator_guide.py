"""Every block of commands in docs/operator.md is run by a test, or says why not."""

import re

from tests.e2e.guide.page import GUIDE, blocks
from tests.e2e.guide.procedures import PROCEDURES

# First line of each block that no test of the guide runs; the page says why.
NOT_RUN = {
    "make setup",
    "scrape_configs:",
    "sapha devnet up -n 4          # four validator processes, funded accounts; Ctrl-C stops all",
    "sapha devnet up --with voting --with cbdc",
    "sapha network propose seat kt-node --key dopa-admin",
    "dopa$ sapha network propose upgrade cbdc --release 0.2.0 --in 7d --for 7d --key dopa-admin",
    "dopa$ sapha agency vote 1 yes --key dopa-admin",
    "dga$ sapha network upgrades",
    "sapha node inspect --dir /srv/sapha",
    'sapha network restart-statement make night.json --reason "complaints hook fails at 1235"'
    " --suspend complaints --rpc http://127.0.0.1:26601 --genesis genesis.json",
    "sapha vote registrar keys board-2026 reg-1 --vault reg-1.vault --genesis genesis.json"
    " --key officer",
}
FILES = {"toml"}  # what a person writes into a file, not types


def test_every_block_of_commands_is_run_or_says_why_not():
    silent = [
        f"line {each.line}: {each.text.splitlines()[0]}"
        for each in blocks()
        if each.kind not in FILES
        and not each.not_run
        and (each.kind != "console" or each.heading not in PROCEDURES)
    ]

    assert silent == []


def test_nothing_that_somebody_must_do_is_said_in_a_comment_that_no_reader_sees():
    comments = re.findall(r"<!--.*?-->", GUIDE.read_text("utf-8"), re.S)

    assert [each for each in comments if not each.startswith("<!-- not run: ")] == []
    assert sum(bool(each.likewise) for each in blocks()) > 5


def test_no_key_file_travels():
    sent = [line for each in blocks() for line in each.text.splitlines() if "$ scp " in line]

    keys = [line for line in sent if "/keys/" in line]
    keys += [line for line in sent if "tls/" in line and "/cert.pem " not in line]
    assert sent
    assert keys == []


def test_what_is_not_run_is_listed_here():
    assert {each.text.splitlines()[0] for each in blocks() if each.not_run} == NOT_RUN


def test_every_procedure_that_is_run_is_on_the_page():
    headings = [each.heading for each in blocks() if each.kind == "console" and not each.not_run]

    assert list(PROCEDURES) == sorted(set(headings), key=list(PROCEDURES).index)


def test_the_unit_that_the_page_leads_to_starts_the_node_of_the_page():
    unit = (GUIDE.parent.parent / "deploy" / "systemd" / "sapha.service").read_text("utf-8")

    assert "(../deploy/systemd/sapha.service)" in GUIDE.read_text("utf-8")
    assert "sapha node start --dir /srv/sapha" in unit
