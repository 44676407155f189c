"""`sapha network restart-statement` over the real files of four validators that lost theirs."""

import json
import shutil
from dataclasses import replace

import pytest

from client.light import LightClient
from client.restart_file import load_restart_file, save_restart_file
from node.pending import RestartCutOff
from node.rpc.render import certified_header_json
from node.rpc.values import hex_of
from primitives.ids import Height
from primitives.restart import SignedRestart
from tests.builders import key
from tests.cli.network import json_of, node, sapha
from tests.node.homes import database_open_elsewhere, start
from tests.node.network import Homes, reason_to_listen

COMMAND = ("network", "restart-statement")


def run(verb, *arguments):
    return sapha(*COMMAND, verb, *arguments, "--json")


@pytest.fixture
def homes(tmp_path):
    """Four validators at height 3; none has its sign-state any more."""
    made = Homes.made(tmp_path)
    made.grow(blocks=3)
    for index in range(4):
        made.lose_sign_state(index)
    return made


@pytest.fixture
def file(homes):
    """The statement above block 3, made at the first node; nobody has signed."""
    return make(homes, homes.folder / "night.json")


def make(homes, path, *options, index=0):
    result = run("make", path, "--reason", "power loss", "--dir", homes[index], *options)
    assert result.exit_code == 0, result.stderr
    return path


def sign(homes, path, *indices):
    """Let the agencies of these validators sign at their own nodes."""
    for index in indices:
        result = run(
            "sign", path, "--agency", f"validator-{index}", "--key", homes.administrator(index),
            "--dir", homes[index],
        )  # fmt: skip
        assert result.exit_code == 0, result.stderr
    return path


def apply(homes, path, *indices):
    return [run("apply", path, "--dir", homes[index]) for index in indices]


def test_four_validators_that_lost_their_sign_states_go_on(homes, file):
    assert {reason_to_listen(homes[index]) for index in range(4)} != {None}
    sign(homes, file, 0, 1, 2)
    checked = json_of(run("check", file, "--dir", homes[3]))

    applied = apply(homes, file, 0, 1, 2, 3)

    assert (checked["carried"], checked["missing"]) == (True, ["validator-3"])
    assert [result.exit_code for result in applied] == [0] * 4
    assert [reason_to_listen(homes[index]) for index in range(4)] == [None] * 4
    [first, _second] = homes.grow(blocks=2)
    assert first.block.header.restart.hex() == checked["digest"].removeprefix("0x")
    assert len(first.block.restarts) == 1


def test_a_light_client_with_the_genesis_alone_follows(homes, file):
    apply(homes, sign(homes, file, 0, 1, 2), 0, 1, 2, 3)
    last = homes.grow(blocks=2)[-1]
    _own, files = start(homes[2])
    [(_height, proof)] = files.ledger.reads.restart_proofs(Height(0), 10)
    files.close()
    light = LightClient(homes.devnet.genesis)

    light.take_restarts(proof)

    proven = light.check_header(last.block.header.encode(), last.certificate.encode())
    assert proven.header.height == 5


def test_what_is_applied_once_is_never_applied_again(homes, file):
    sign(homes, file, 0, 1, 2)
    apply(homes, file, 0)
    state = homes[0] / "data" / "sign_state" / "state"
    before = state.read_bytes()
    homes.lose_sign_state(0)

    [again] = apply(homes, file, 0)

    assert before != b""
    assert json_of(again)["is_new"] is False
    assert reason_to_listen(homes[0]) == "there is no sign-state"


def test_a_cut_off_apply_keeps_the_node_from_starting_until_it_is_finished(homes, file):
    sign(homes, file, 0, 1, 2)
    apply(homes, file, 0)
    data = homes[0] / "data"
    whole = (data / "restart").read_bytes()
    (data / "restart").write_bytes(whole.replace(b"\xa7applied", b"\xa8applying"))

    with pytest.raises(RestartCutOff, match="restart-statement apply` again"):
        start(homes[0])
    [again] = apply(homes, file, 0)

    assert again.exit_code == 0
    assert (data / "restart").read_bytes() == whole
    assert reason_to_listen(homes[0]) is None


def test_two_signatures_of_four_are_not_enough_anywhere(homes, file):
    sign(homes, file, 0, 1)

    checked = run("check", file, "--dir", homes[0])
    [applied] = apply(homes, file, 0)

    assert (checked.exit_code, applied.exit_code) == (1, 1)
    assert json.loads(checked.stdout)["missing"] == ["validator-2", "validator-3"]
    assert "2 of 4 agencies have signed, needed are 3" in applied.stderr


def test_copies_signed_apart_are_joined(homes, file, tmp_path):
    copies = [shutil.copy(file, tmp_path / f"copy-{index}.json") for index in range(3)]
    for index, copy in enumerate(copies):
        sign(homes, copy, index)

    result = run("check", *copies, "--out", tmp_path / "signed.json", "--dir", homes[0])

    assert json_of(result)["carried"] is True
    assert [one.exit_code for one in apply(homes, tmp_path / "signed.json", 0)] == [0]


def test_a_copy_of_another_statement_is_not_joined(homes, file, tmp_path):
    other = make(homes, tmp_path / "other.json", "--hours", "3")

    result = run("check", file, other, "--dir", homes[0])

    assert "another statement than the first file" in result.stderr


def test_a_key_signs_no_second_statement_before_the_first_ones_time(homes, file, tmp_path):
    sign(homes, file, 0)
    other = make(homes, tmp_path / "other.json", "--hours", "3")

    result = run(
        "sign", other, "--agency", "validator-0", "--key", homes.administrator(0),
        "--dir", homes[0],
    )  # fmt: skip

    assert result.exit_code == 1
    assert "with the same predecessor" in result.stderr
    assert json.loads(other.read_text())["statements"][0]["approvals"] == []


def test_a_key_signs_a_second_statement_that_names_the_first(homes, file, tmp_path):
    sign(homes, file, 0, 1, 2)
    second = make(homes, tmp_path / "second.json", "--after", file)

    sign(homes, second, 0, 1, 2)

    assert len(json.loads(second.read_text())["statements"]) == 2
    assert [one.exit_code for one in apply(homes, second, 0)] == [0]


def test_who_applied_the_first_takes_only_a_second_that_names_it(homes, file, tmp_path):
    sign(homes, file, 0, 1, 2)
    apply(homes, file, 0)
    stranger = make(homes, tmp_path / "other.json", index=1)
    for index in range(1, 4):
        (homes.folder / f"admin-{index}.restarts").unlink(missing_ok=True)
    sign(homes, stranger, 1, 2, 3)
    second = sign(homes, make(homes, tmp_path / "second.json", "--after", file), 0, 1, 2)

    [refused], [taken] = apply(homes, stranger, 0), apply(homes, second, 0)

    assert "which this one does not name" in refused.stderr
    assert taken.exit_code == 0, taken.stderr
    assert len(homes.grow(0)[0].block.restarts) == 2


def test_a_node_that_holds_a_certified_block_above_refuses_and_says_the_way_out(homes, file):
    sign(homes, file, 0, 1, 2)
    homes.grow(3)

    [refused] = apply(homes, file, 3)
    signed = run(
        "sign", file, "--agency", "validator-3", "--key", homes.administrator(3),
        "--dir", homes[3],
    )  # fmt: skip

    assert refused.exit_code == 1
    assert "holds certified block 4, above 3" in refused.stderr
    assert "sapha node rollback --to-height 3" in refused.stderr
    assert "make another above that block" in signed.stderr


def test_after_a_rollback_it_applies_the_statement(homes, file):
    sign(homes, file, 0, 1, 2)
    homes.grow(3)
    apply(homes, file, 0, 1, 2)
    homes.grow(0, 1, 2)
    rolled = sapha("node", "rollback", "--to-height", "3", "--dir", homes[3])

    [applied] = apply(homes, file, 3)

    assert (rolled.exit_code, applied.exit_code) == (0, 0), (rolled.stderr, applied.stderr)
    assert reason_to_listen(homes[3]) is None


def test_a_node_below_is_told_to_catch_up(homes, tmp_path):
    homes.grow(0, 1, 2)
    file = sign(homes, make(homes, tmp_path / "higher.json"), 0, 1, 2)

    [refused] = apply(homes, file, 3)

    assert "this node's head is 3, below 4: start it and let it catch up" in refused.stderr


def test_a_statement_whose_time_is_over_is_not_applied(homes, file):
    sign(homes, file, 0, 1, 2)
    document = json.loads(file.read_text())
    document["statements"][0]["not_after_ms"] = 1
    file.write_text(json.dumps(document))

    [refused] = apply(homes, file, 0)

    assert "the digest is not that of the statement" in refused.stderr


def test_a_hook_that_no_contract_has_is_wrong_usage(homes, tmp_path):
    result = run(
        "make", tmp_path / "x.json", "--reason", "r", "--suspend", "accounts", "--dir", homes[0]
    )

    assert result.exit_code == 2
    assert "complaints" in result.stderr


def test_the_words_are_shown_before_anybody_signs(homes, file):
    result = sapha(
        *COMMAND, "sign", file, "--agency", "validator-0", "--key", homes.administrator(0),
        "--without-node",
    )  # fmt: skip

    assert result.exit_code == 0
    assert "We go on above block 3 of devnet-" in result.stderr
    assert "We know no certificate of a block above 3." in result.stderr


def test_a_key_of_another_agency_is_refused_before_it_signs(homes, file):
    before = file.read_text()

    result = run(
        "sign", file, "--agency", "validator-1", "--key", homes.administrator(2), "--dir", homes[1]
    )  # fmt: skip

    [own, _other] = [homes.devnet.founders[f"validator-{index}"] for index in (2, 1)]
    assert result.exit_code == 1
    assert f"key 0x{own.public_keys[0].hex()} does not belong to agency validator-1" in (
        result.stderr.replace("\n", " ")
    )
    assert file.read_text() == before
    assert not (homes.folder / "admin-2.restarts").exists()


def spoil(file, path, agency="validator-0"):
    """Write a copy in which a foreign key has signed for an agency, as older releases let it."""
    read = load_restart_file(file)
    save_restart_file(path, read.with_last(read.last.signed_by(agency, [key(9)])), is_new=True)
    return path


def test_a_foreign_signature_spoils_neither_a_file_nor_what_it_is_joined_with(homes, file):
    sign(homes, file, 0, 1, 2)
    spoiled = spoil(file, homes.folder / "spoiled.json")
    out = homes.folder / "joined.json"

    alone = run("check", spoiled, "--dir", homes[3])
    joined = run("check", file, spoiled, "--out", out, "--dir", homes[3])
    [applied] = apply(homes, spoiled, 0)

    for result in (alone, joined, applied):
        assert result.exit_code == 0, result.stderr
        [dropped] = json_of(result)["dropped"]
        assert dropped["agency"] == "validator-0"
        assert "is no key of its administrator's account" in dropped["reason"]
        assert "dropped: agency validator-0" in result.stderr
    assert load_restart_file(out) == load_restart_file(file)
    homes.grow(0)


def asked(homes, index):
    """A running node's answers about its head, as its own files give them."""
    _own, files = start(homes[index])
    head = files.ledger.head()
    files.close()
    header = certified_header_json(head.header, head.certificate)
    status = {
        "height": head.header.height,
        "block_hash": hex_of(head.block_hash),
        "restart": hex_of(head.restart),
    }
    return {
        "chain_getStatus": status,
        "chain_getHeader": lambda at: header,
        "chain_getRestarts": lambda above: [],
    }


def test_sign_check_and_make_see_the_statement_that_a_node_applied_as_apply_does(homes, file):
    sign(homes, file, 0, 1, 2)
    stranger = make(homes, homes.folder / "stranger.json", index=1)
    apply(homes, file, 0)
    genesis = homes[0] / "genesis.json"

    with node(**asked(homes, 0)) as served:
        places = (["--dir", homes[0]], ["--rpc", served.url, "--genesis", genesis])
        results = []
        for number, place in enumerate(places):
            key_file = homes.administrator(3)
            results += [
                run("sign", stranger, "--agency", "validator-3", "--key", key_file, *place),
                run("check", stranger, *place),
                run("make", homes.folder / f"new-{number}.json", "--reason", "r", *place),
            ]
            named = ["--reason", "r", "--after", file, *place]
            assert run("make", homes.folder / f"named-{number}.json", *named).exit_code == 0
    results += apply(homes, stranger, 0)

    for result in results:
        assert result.exit_code == 1
        assert "which this one does not name" in result.stderr.replace("\n", " ")


def test_a_statement_names_one_before_it_and_two_are_refused_with_the_reason(homes, file):
    more = ["--after", file, "--after", file]

    result = run("make", homes.folder / "x.json", "--reason", "r", "--dir", homes[0], *more)

    assert result.exit_code == 2
    assert "--after is given 2 times" in result.stderr


def test_what_is_over_is_refused_by_those_who_sign_and_check_as_by_apply(homes, file):
    read = load_restart_file(file)
    old = replace(read.last.statement, not_after_ms=1)
    path = homes.folder / "old.json"
    save_restart_file(path, read.with_last(SignedRestart(old)), is_new=True)

    signed = run(
        "sign", path, "--agency", "validator-0", "--key", homes.administrator(0),
        "--dir", homes[0],
    )  # fmt: skip
    results = [signed, run("check", path, "--dir", homes[0]), *apply(homes, path, 0)]

    assert ["its time was over at 1 ms" in result.stderr for result in results] == [True] * 3


def test_who_makes_one_while_blocks_are_being_made_is_warned(homes, monkeypatch):
    _own, files = start(homes[0])
    head_ms = files.ledger.head().header.time_ms
    files.close()
    warnings = []
    for number, age_ms in enumerate((2_000, 29_999, 30_000)):
        monkeypatch.setattr("commands.restart._now_ms", lambda age_ms=age_ms: head_ms + age_ms)
        path = homes.folder / f"made-{number}.json"
        made = run("make", path, "--reason", "r", "--dir", homes[0])
        warnings.append(json_of(made)["warning"])
        assert ("blocks are being made" in made.stderr) == (number < 2)

    assert [warning is None for warning in warnings] == [False, False, True]
    assert warnings[0].startswith("block 3 is 2 s old")


def test_a_running_node_is_left_alone_also_when_its_in_use_file_is_gone(homes, file):
    sign(homes, file, 0, 1, 2)
    (homes[0] / "data" / "sign_state").mkdir(exist_ok=True)

    with database_open_elsewhere(homes[0]):
        [result] = apply(homes, file, 0)

    assert result.exit_code == 1
    assert "another process has the database open; stop it" in result.stderr
    assert not (homes[0] / "data" / "restart").exists()
