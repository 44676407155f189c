"""`sapha vote plan`, `found`, `protocol`, and what `prepare` says of a ballot that is not cast."""

import asyncio
import json
from datetime import UTC, datetime
from types import SimpleNamespace

from commands.vote import plan as plans
from tests.cli.test_vote import MARKS, cast, deliver, prepared, token_of, voter_files
from tests.cli.vote_desk import Desk
from tests.client.voting.election import ID, TRUSTEES, VOTERS
from tests.client.voting.test_plan import dated

PLAN = """
election = "board-2026"
authority = "council"
official = "{official}"
title_th = "คณะกรรมการ"
title_en = "Board"
class_size_min = 2
[voters]
attestation = "proofing"
min_ial = 210
namespace = "th.cid"
[registrars]
agencies = ["reg-1", "reg-2", "reg-3"]
needed = 2
[trustees]
agencies = ["tru-1", "tru-2", "tru-3"]
needed = 2
[dates]
{dates}
[[classes]]
th = "สมาชิก"
en = "members"
[[questions]]
kind = "single"
th = "ประธาน"
en = "x 0"
options = [{{th = "ก", en = "a"}}, {{th = "ข", en = "b"}}, {{th = "ค", en = "c"}}]
[[questions]]
kind = "approval"
th = "กรรมการ"
en = "x 1"
seats = 2
low = 1
blank = false
options = [{{th = "ก", en = "a"}}, {{th = "ข", en = "b"}}, {{th = "ค", en = "c"}}]
[protocol]
quorum_percent = 50
lots_from = "เลขรางวัลที่ 1 งวดวันที่ 1 กุมภาพันธ์ 2570"
signers = ["ประธาน"]
"""


def plan_of(desk: Desk):
    """The file of the plan by which the running election could have been founded."""
    manifest = asyncio.run(desk.vote.facts.election(ID)).manifest
    windows = {name: desk.vote.windows[f"{name}_ms"] for name in plans.DATES}
    dates = "\n".join(
        f"{name} = {datetime.fromtimestamp(at / 1_000, UTC).isoformat(timespec='milliseconds')}"
        for name, at in windows.items()
    )
    path = desk.folder / "board.toml"
    path.write_text(PLAN.format(dates=dates, official=plans.show_address(manifest.official)))
    return path


def test_a_plan_is_made_where_there_is_none_and_checked_where_there_is_one(desk):
    path = desk.folder / "new.toml"
    who = ("--election", "club-1", "--as", "council", "--official", desk.key("supervisor"))

    missing = desk.run("plan", path, rpc=False, trust=False)
    made = desk.ok("plan", path, *who, rpc=False, trust=False)
    again = desk.ok("plan", path, rpc=False, trust=False)
    told = desk.run("plan", path, rpc=False, trust=False, how="").stdout
    path.write_text(path.read_text().replace("seats = 1", "seats = 9"))
    refused = desk.run("plan", path, rpc=False, trust=False)

    assert missing.exit_code == 2
    assert made == again
    assert made["questions"][0]["seats"] == 1
    assert "reg-1, reg-2, reg-3, reg-4 │ 3" in told
    assert refused.exit_code == 2
    assert "new.toml: [[questions]] 1, seats: 9 must be 1 to 2" in refused.stderr


def test_an_election_is_founded_with_its_roll_by_one_command(desk):
    path = desk.folder / "new.toml"
    path.write_text(dated(desk.vote).replace("plan-2026", "club-1"))
    roll = desk.folder / "roll"
    roll.write_text("".join(f"0x{desk.vote.sids[name].hex()} 1\n" for name in VOTERS))
    council = ("--key", desk.key("council"))

    founded = desk.ok("found", path, "--roll", roll, *council)
    again = desk.ok("found", path, "--roll", roll, *council)

    assert founded["done"] == ["founded", "voters entered"]
    assert (again["done"], again["stage"]) == ([], "roll")


def test_a_counted_election_has_a_protocol_to_sign_and_the_plan_must_be_its_own(desk):
    path, out = plan_of(desk), desk.folder / "protocol.pdf"
    council = ("--key", desk.key("council"))
    cast(desk, "busaba")
    cast(desk, "chai", "--mark", "1", "--mark", "1,2")
    desk.vote.chain.to_time(desk.vote.windows["cast_until_ms"])

    early = desk.run("protocol", path, "--out", out)
    counted = desk.ok("found", path, *council)
    for name in TRUSTEES[:2]:
        deliver(desk, name)
    published = desk.ok("found", path, *council)
    shown = desk.ok("protocol", path, "--out", out)
    drawn = desk.ok("protocol", path, "--out", desk.folder / "drawn.pdf", "--seed", "0012")
    path.write_text(path.read_text().replace("คณะกรรมการ", "คณะอื่น"))
    other = desk.run("protocol", path, "--out", desk.folder / "other.pdf")

    assert json.loads(early.stderr)["error"]["code"] == "NOT_OPEN"
    assert (counted["done"], published["done"]) == (["box counted"], ["result published"])
    assert out.read_bytes().startswith(b"%PDF")
    assert shown["has_quorum"]
    assert shown["contests"][0] == {"title": "ประธาน", "elected": [], "tied": ["ก", "ข"]}
    assert len(drawn["contests"][0]["elected"]) == 1
    assert (other.exit_code, "another plan" in other.stderr) == (2, True)


def test_the_authority_waits_to_the_result_while_the_trustees_act(desk, monkeypatch):
    path, waits = plan_of(desk), []
    cast(desk, "busaba")
    cast(desk, "chai")
    desk.vote.chain.to_time(desk.vote.windows["cast_until_ms"])

    async def passing(seconds):
        waits.append(seconds)
        for name in TRUSTEES[:2]:
            await desk.vote.trustee(name).step(ID, name)

    monkeypatch.setattr(plans, "asyncio", SimpleNamespace(sleep=passing))
    shown = desk.run("found", path, "--wait", "--key", desk.key("council"), how="")
    again = desk.ok("found", path, "--wait", "--key", desk.key("council"))

    assert shown.exit_code == 0
    assert "box counted; decrypting" in shown.stderr + shown.stdout
    assert "result published; tallied" in shown.stdout
    assert len(waits) == 1
    assert (again["done"], again["stage"]) == ([], "tallied")


def test_a_committee_s_plan_is_made_on_one_screen(desk):
    path = desk.folder / "chair.toml"
    who = ("--election", "chair-1", "--as", "council", "--official", desk.key("supervisor"))

    made = desk.ok("plan", path, "--committee", *who, rpc=False, trust=False)
    told = desk.run("plan", path, rpc=False, trust=False, how="").stdout

    assert made["questions"][0]["kind"] == "schulze"
    assert len(path.read_text().splitlines()) <= 45
    assert "none: a ring" in told


def test_a_prepared_ballot_is_said_not_to_be_cast(desk):
    tokens, ballot = token_of(desk, "busaba"), desk.folder / "b"
    desk.vote.chain.to_time(desk.vote.windows["cast_from_ms"])
    ways = ("--ballot", ballot, "--token", tokens, "--direct")

    told = desk.run("prepare", ID, *MARKS, *voter_files(desk, "busaba"), *ways, how="")

    assert told.exit_code == 0
    assert "NOT CAST" in told.stdout.splitlines()[-1]
    assert prepared(desk, "chai")[1]["cast"] is False


def test_no_ballot_is_prepared_after_the_close(desk):
    tokens, ballot = token_of(desk, "busaba"), desk.folder / "b"
    desk.vote.chain.to_time(desk.vote.windows["cast_until_ms"])
    ways = ("--ballot", ballot, "--token", tokens, "--direct")

    late = desk.run("prepare", ID, *MARKS, *voter_files(desk, "busaba"), *ways)

    assert json.loads(late.stderr)["error"]["code"] == "NOT_OPEN"
    assert not ballot.exists()
