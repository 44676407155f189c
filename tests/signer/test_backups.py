"""Backups of a node whose key a signer holds, and of the signer: nothing restored signs twice."""

import pytest

from consensus import Standing
from node.backups import (
    BadBackup,
    SignStateNewer,
    encode_backup,
    make_backup,
    read_backup,
    restore_backup,
)
from node.setup import NodePlan, make_node
from node.signer.backups import SIGNER, make_signer_backup, restore_signer
from node.signer.faults import SignerFault
from node.signer.setup import check_signer, recover_signer
from node.signer.wire import Refusal, Signed
from node.store.faults import StoreLocked
from node.store.sign_state import held
from primitives.crypto import SigningKey
from tests.signer.builders import BLOCK, OTHER, new_signer, signer_of, vote

KEY = SigningKey(bytes(range(32)))


@pytest.fixture
def home(tmp_path):
    directory = tmp_path / "signer"
    new_signer(directory)
    return directory


def put_back(backup, directory):
    """Restore what a file of the backup would hold."""
    return restore_signer(directory, read_backup(encode_backup(backup), "file", SIGNER))


def refused(answer) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_a_restored_signer_signs_nothing_until_an_operator_gives_a_height(home, tmp_path):
    with signer_of(home) as signer:
        signer.answer(vote(height=5))
    backup, there = make_signer_backup(home, 0), tmp_path / "there"

    put_back(backup, there)

    with signer_of(there) as signer:
        assert refused(signer.answer(vote(height=9))) == "NO_SIGN_STATE"
    assert "listener" in check_signer(there).silent
    with pytest.raises(SignerFault, match="choose a height of at least 5"):
        recover_signer(there, above=4, restart=None)


def test_what_was_signed_after_the_backup_is_not_contradicted(home, tmp_path):
    backup, there = make_signer_backup(home, 0), tmp_path / "there"
    with signer_of(home) as signer:
        assert isinstance(signer.answer(vote(height=20, content=BLOCK)), Signed)

    put_back(backup, there)
    recover_signer(there, above=20, restart=None)

    with signer_of(there) as signer:
        assert refused(signer.answer(vote(height=20, view=3, content=OTHER))) == "ALREADY_SIGNED"
        assert isinstance(signer.answer(vote(height=21)), Signed)


def test_a_backup_is_not_put_over_a_signer_that_knows_more(home):
    backup = make_signer_backup(home, 0)
    with signer_of(home) as signer:
        signer.answer(vote(height=20))

    with pytest.raises(SignStateNewer):
        put_back(backup, home)

    with signer_of(home) as signer:
        assert isinstance(signer.answer(vote(height=21)), Signed)


def test_a_running_signer_is_not_backed_up(home):
    with signer_of(home), pytest.raises(StoreLocked):
        make_signer_backup(home, 0)


def test_the_two_backups_are_not_taken_for_each_other(home):
    data = encode_backup(make_signer_backup(home, 0))

    with pytest.raises(BadBackup, match="its format is 'sapha-signer-backup 1'"):
        read_backup(data, "file")


@pytest.fixture
def node(tmp_path):
    """A node's directory without a key: a signer holds it."""
    directory = tmp_path / "node"
    plan = NodePlan(
        name="dopa",
        address="127.0.0.1",
        p2p_host="127.0.0.1",
        p2p_port=1,
        rpc_host="127.0.0.1",
        rpc_port=2,
        signer="/s/signer.sock",
    )
    make_node(directory, plan, KEY)
    (directory / "genesis.json").write_text("{}")
    return directory


def test_the_backup_of_a_node_with_a_signer_holds_no_key_and_is_restored_as_a_listener(
    node, tmp_path
):
    backup = make_backup(node, 0)

    restore_backup(tmp_path / "there", read_backup(encode_backup(backup), "file"))

    assert "key" not in backup.files
    assert not (tmp_path / "there" / "keys" / "validator.key").exists()
    with held(tmp_path / "there" / "data" / "sign_state") as files:
        assert files.state.standing is Standing.LISTENER
        assert files.state.key == KEY.public_key


def test_a_backup_without_a_key_is_restored_only_where_a_signer_is_named(node, tmp_path):
    backup = make_backup(node, 0)
    settings = backup.files["config"].decode().replace("[signer]\nsocket", "[x]\nx")
    backup.files["config"] = settings.partition("[x]")[0].encode()

    with pytest.raises(BadBackup, match=r"holds no key, and its node\.toml no signer"):
        restore_backup(tmp_path / "there", backup)
    assert not (tmp_path / "there" / "node.toml").exists()
