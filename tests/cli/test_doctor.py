"""The doctor names the missing validator, the check that fails, and what mends it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from commands.nodes import open_rpc
from tests.cli.network import Refusal, json_of, node, sapha

STATUS = {"node": "dopa", "height": 9, "validators": 4, "syncing": False}
CONSENSUS = {"height": 10, "view": 0, "step": "prepare", "missing": ["bot"]}
HEALTHY = {"status": "ok", "checks": [{"name": "disk", "ok": True}]}


def peer(name: str, *, connected: bool = True, is_validator: bool = True) -> dict:
    return {
        "name": name,
        "connected": connected,
        "is_validator": is_validator,
        "host": "10.0.0.1",
        "port": 26600,
    }


def took_part(*signed: int) -> dict:
    names = ("dopa", "bot", "nso", "rd")
    return {
        "from_height": 9,
        "to_height": 108,
        "validators": [
            {"name": name, "certificates": 100, "signed": count}
            for name, count in zip(names, signed, strict=True)
        ],
    }


def examined(*options, **changes):
    table = {
        "chain_getStatus": STATUS,
        "node_getHealth": HEALTHY,
        "node_getPeers": [peer("bot"), peer("nso"), peer("rd")],
        "node_getConsensus": CONSENSUS,
        "chain_getParticipation": took_part(100, 51, 50, 100),
        "chain_getEvidence": lambda limit: {"evidence": [], "next": None},
    }
    with node(**(table | changes)) as served, TemporaryDirectory() as desk:
        token = Path(desk) / "token"
        token.touch(mode=0o600)
        asked = ("--operator", served.url, "--token-file", token, "--json", *options)
        return sapha("node", "doctor", *asked)


def findings(result) -> list[str]:
    return [f"{found['what']} | {found['fix']}" for found in json_of(result)["findings"]]


def test_a_healthy_node_has_no_findings():
    result = examined()

    assert result.exit_code == 0
    assert json_of(result) == {
        "ok": True,
        "summary": "dopa at height 9: everything is in order",
        "findings": [],
        "notes": [],
    }


def test_a_missing_validator_is_named_with_its_address():
    result = examined(node_getPeers=[peer("bot", connected=False), peer("nso"), peer("rd")])

    assert result.exit_code == 1
    assert "validator bot is missing" in findings(result)[0]
    assert "10.0.0.1:26600" in findings(result)[0]


def test_more_missing_than_tolerated_says_that_nothing_can_be_decided():
    away = [peer("bot", connected=False), peer("nso", connected=False), peer("rd")]

    result = examined(node_getPeers=away)

    assert len(findings(result)) == 3
    assert "2 of 4 validators are missing, at most 1 may be" in findings(result)[2]


@pytest.mark.parametrize(("offset_ms", "is_off"), [(999, False), (-1_000, True), ("9" * 20, True)])
def test_a_peer_whose_clock_is_a_second_off_is_named(offset_ms, is_off):
    peers = [peer("bot") | {"clock_offset_ms": offset_ms}, peer("nso"), peer("rd")]

    result = examined(node_getPeers=peers)

    assert result.exit_code == int(is_off)
    assert ["the clock of bot" in found for found in findings(result)] == [True] * is_off


def test_a_warning_is_a_note_and_nothing_wrong():
    check = {
        "name": "clock",
        "ok": True,
        "warning": True,
        "seen": "this node's clock is 300 ms behind",
        "fix": "set it",
    }

    result = examined(node_getHealth={"status": "ok", "checks": [check]})

    assert result.exit_code == 0
    assert json_of(result)["notes"] == ["this node's clock is 300 ms behind; set it"]


def test_the_newest_evidence_is_a_note():
    newest = {"validator": "bot", "kind": "prepare", "height": 8, "view": 1}

    result = examined(chain_getEvidence=lambda limit: {"evidence": [newest][:limit], "next": None})

    assert result.exit_code == 0
    assert json_of(result)["notes"] == [
        "bot signed two different things (prepare) at height 8, view 1; "
        "all of it: sapha chain evidence"
    ]


def test_an_observer_that_is_away_is_no_finding():
    result = examined(node_getPeers=[peer("watcher", connected=False, is_validator=False)])

    assert result.exit_code == 0


def test_a_certificate_that_runs_out_is_a_note_and_nothing_wrong():
    check = {"name": "certificate", "ok": True, "warning": True, "seen": "45 days", "fix": "renew"}

    result = examined(node_getHealth={"status": "ok", "checks": [check]})

    assert result.exit_code == 0
    assert json_of(result)["notes"] == ["45 days; renew"]


def test_a_missing_validator_is_shown_with_why_the_last_session_ended():
    away = peer("bot", connected=False) | {"last_reason": "certificate has expired: that of bot"}

    result = examined(node_getPeers=[away])

    assert "(certificate has expired: that of bot)" in findings(result)[0]


def test_a_failing_check_is_named_with_its_mend():
    check = {"name": "disk", "ok": False, "seen": "2 % free", "fix": "free some space"}

    result = examined(node_getHealth={"status": "failing", "checks": [check]})

    assert findings(result) == ["check disk fails: 2 % free | free some space"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"step": "halted"}, "consensus has halted"),
        ({"view": 3}, "height 10 is at view 3, step prepare; no vote from bot"),
    ],
)
def test_consensus_that_does_not_go_on_is_a_finding(change, words):
    result = examined(node_getConsensus=CONSENSUS | change)

    assert words in findings(result)[0]


def test_a_validator_that_listens_or_follows_another_statement_is_not_looked_for():
    change = {
        "view": 3,
        "missing": ["bot", "nso", "rd"],
        "listeners": ["bot"],
        "elsewhere": [{"validator": "nso", "restart": "0xab"}],
    }

    [some] = findings(examined(node_getConsensus=CONSENSUS | change))
    [none] = findings(examined(node_getConsensus=CONSENSUS | change | {"missing": ["bot", "nso"]}))

    assert "no vote from bot (listens), nso (follows another restart statement), rd" in some
    assert some.endswith("see whether rd run, are connected and agree on the time")
    assert none.endswith("they run: what keeps them from signing is said beside this")


@pytest.mark.parametrize("change", [{"step": "idle", "view": 3}, {"view": 3, "missing": []}])
def test_consensus_at_rest_is_no_finding(change):
    assert examined(node_getConsensus=CONSENSUS | change).exit_code == 0


def test_who_is_in_fewer_than_half_of_the_certificates_is_named_without_being_wrong():
    result = examined(chain_getParticipation=took_part(100, 49, 0, 50))

    assert result.exit_code == 0
    assert json_of(result)["notes"] == [
        "in fewer than half of the certificates of 9 to 108: bot 49 of 100, nso 0 of 100;"
        " away, cut off, or only slower than the quorum"
    ]


def test_what_the_store_cannot_answer_is_a_finding_beside_the_others():
    def refuse(**_params):
        raise Refusal("INTERNAL", "an error of this node")

    check = {"name": "disk", "ok": False, "seen": "gone", "fix": "put it back"}

    result = examined(
        chain_getParticipation=refuse,
        chain_getEvidence=refuse,
        node_getHealth={"status": "failing", "checks": [check]},
    )

    assert result.exit_code == 1
    assert [found.split(" |")[0] for found in findings(result)] == [
        "check disk fails: gone",
        "the node cannot answer chain_getParticipation: INTERNAL: an error of this node",
        "the node cannot answer chain_getEvidence: INTERNAL: an error of this node",
    ]


def test_who_finds_no_node_is_told_of_other_places_before_starting_one(tmp_path):
    [found, *_files] = findings(sapha("node", "doctor", "--dir", tmp_path, "--json"))

    places, start = found.index("give --dir of that one"), found.index("sapha node start")
    assert places < found.index("Never start a second copy") < start


def test_a_node_that_does_not_answer_exits_3_and_its_files_are_checked(tmp_path):
    result = sapha("node", "doctor", "--dir", tmp_path, "--json")

    assert result.exit_code == 3
    assert "does not answer" in findings(result)[0]
    assert "node.toml" in findings(result)[1]


def test_a_validator_that_is_passed_over_is_named_with_its_missed_turns_and_is_no_fault():
    turns = [
        {"validator": "bot", "missed": 4, "charged": 310, "until": 374},
        {"validator": "nso", "missed": 1, "charged": 312, "until": 0},
    ]

    result = examined(node_getConsensus=CONSENSUS | {"passed_over": ["bot"], "turns": turns})

    found = json_of(result)
    assert result.exit_code == 0
    assert len(found["notes"]) == 1
    assert "bot is passed over up to height 374" in found["notes"][0]
    assert "missed 4 turns in a row, the last at height 310" in found["notes"][0]


@pytest.mark.parametrize("act", ["doctor", "peers"])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--dir of the node, or --operator"),
        (("--operator", "https://127.0.0.1:1"), "--token-file"),
        (("--operator", "127.0.0.1:1", "--token-file", "t"), "must start with http"),
    ],
)
def test_what_needs_an_operators_rights_says_how_to_have_them(act, options, said):
    result = sapha("node", act, *options)

    assert result.exit_code == 2
    assert said in result.stderr


def test_a_token_that_others_may_read_is_not_used(tmp_path):
    token = tmp_path / "token"
    token.touch(mode=0o644)

    result = sapha("node", "peers", "--operator", "https://127.0.0.1:1", "--token-file", token)

    assert result.exit_code == 1
    assert f"chmod 600 {token}" in result.stderr


def test_a_token_goes_to_no_other_address(tmp_path, monkeypatch):
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text("operator-token-0123456789-0123456789")
    monkeypatch.setenv("SAPHA_TOKEN_FILE", str(token))

    client = open_rpc(["https://sapha.example"])

    assert client._settings.token == ""


def shown_status(**changes) -> list[str]:
    """The lines of `node status` below the facts of the chain."""
    status = STATUS | {
        "signing": {"may_sign": True, "waits_for": None},
        "restart": "0x" + "12" * 32,
        "listeners": [],
        "elsewhere": [],
    }
    with node(chain_getStatus=status | changes) as served:
        result = sapha("node", "status", "--rpc", served.url)
    assert result.exit_code == 0, result.stderr
    return result.stdout.splitlines()[3:]


def test_the_status_of_a_network_that_nobody_brings_back_names_the_way_out():
    [signing, found] = shown_status(listeners=["bot", "nso"])

    assert signing.split() == ["signing", "yes"]
    assert "2 of 4 validators run but may not sign: bot, nso" in found
    assert "The night when nobody can sign" in found
    assert "sapha network restart-statement make" in found


def test_the_status_names_who_follows_another_restart_statement():
    [_signing, found] = shown_status(elsewhere=[{"validator": "rd", "restart": "0xab"}])

    assert "another restart statement than this node's 0x1212121212121212: rd 0xab" in found


def test_the_status_of_a_network_in_order_says_nothing_more():
    assert len(shown_status()) == 1


def test_what_a_voucher_has_due_is_named_with_its_time_and_what_does_it():
    asked = {"kind": "alive", "period": 20_700, "edition": 1, "generation": 0}
    due = [
        {"asked": asked, "act": act, "until_ms": 1_800_000_000_000} for act in ("keys", "answers")
    ]

    def state_query(contract, query, args):
        assert (contract, query, args) == ("identity", "duties_of", ["pea"])
        return {"value": due, "height": 9}

    keys, answers = findings(examined("--voucher", "pea", state_query=state_query))

    assert keys.startswith("voucher pea: keys of alive 20700 due until 2027-01-15")
    assert "answers and their count of alive 20700" in answers
    assert "sapha id voucher run pea" in keys
