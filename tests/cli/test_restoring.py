"""Backup, restore, rebuild, rollback, inspect and bundle, as an operator runs them."""

import asyncio
import json
import stat
import tarfile
import urllib.request

import pytest

from client import keystore, sealing
from client.keystore import Cost
from client.rpc import RpcClient
from commands.nodes import operator_url
from consensus import Standing
from genesis.verify import load_genesis
from node.backups import BACKUP_BYTES_MAX
from node.bundling import secrets_of
from node.checks import check_node
from node.config import load_config
from node.inspecting import inspect
from node.store.sign_state import SignStateFiles
from node.version import release_version
from tests.cli.disk import limited_files
from tests.cli.network import json_of, sapha
from tests.node.homes import database_open_elsewhere, grow, new_home, start

CHEAP = Cost(1, 8 * 1024 * 1024)


@pytest.fixture
def home(tmp_path):
    directory = new_home(tmp_path / "net")
    grow(directory, 3)
    return directory


def backed_up(home, *options: str):
    file = home.parent / "backup"
    done = sapha("node", "backup", file, "--dir", home, *options, SAPHA_PASSWORD="correct horse")
    assert done.exit_code == 0, done.stderr
    return file


def restored(file, target):
    return sapha("node", "restore", file, "--dir", target, SAPHA_PASSWORD="correct horse")


def standing(home):
    files = SignStateFiles(home / "data" / "sign_state")
    files.close()
    return files.state.standing


def test_a_backup_is_readable_by_its_owner_only_and_overwrites_nothing(home):
    file = backed_up(home)

    again = sapha("node", "backup", file, "--dir", home)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert again.exit_code == 1
    assert f"{file}: there is a file already" in again.stderr
    assert f"such as {file}-20" in again.stderr


def test_a_backup_makes_no_folder_where_a_disk_may_not_be_mounted(home, tmp_path):
    place = tmp_path / "media" / "dopa.sapha"

    refused = sapha("node", "backup", place, "--dir", home)

    assert refused.exit_code == 1
    assert f"{place.parent}: no such folder; is the disk mounted?" in refused.stderr
    assert not place.parent.exists()


def test_a_backup_on_a_full_disk_leaves_no_key_material(home, tmp_path):
    target = tmp_path / "media"
    target.mkdir()

    with limited_files(1024):
        refused = sapha("node", "backup", target / "dopa.sapha", "--dir", home)

    assert refused.exit_code == 1
    assert f"{target / 'dopa.sapha'}: File too large" in refused.stderr
    assert list(target.iterdir()) == []


def test_a_restored_node_has_every_file_and_listens(home, tmp_path):
    target = tmp_path / "elsewhere"

    done = restored(backed_up(home), target)

    assert done.exit_code == 0, done.stderr
    assert "this node listens first" in done.stdout
    for name in ("node.toml", "genesis.json", "keys/validator.key", "tls/cert.pem", "tls/key.pem"):
        assert (target / name).read_bytes() == (home / name).read_bytes()
    assert stat.S_IMODE((target / "keys" / "validator.key").stat().st_mode) == 0o600
    assert [item.problem for item in check_node(target) if item.problem] == []
    assert standing(target) is Standing.LISTENER
    _own, files = start(target)
    files.close()
    assert files.start.reason == "it listened when it stopped"
    assert files.ledger.head().header.height == 0


def test_a_backup_of_a_node_that_was_never_started_makes_a_listener_too(tmp_path):
    fresh = new_home(tmp_path / "fresh")
    assert standing(fresh) is Standing.BORN

    done = restored(backed_up(fresh), tmp_path / "elsewhere")

    assert done.exit_code == 0, done.stderr
    assert standing(tmp_path / "elsewhere") is Standing.LISTENER


def test_an_encrypted_backup_needs_its_password(home, tmp_path):
    file = backed_up(home, "--encrypt")
    seed = (home / "keys" / "validator.key").read_text().strip()

    wrong = sapha("node", "restore", file, "--dir", tmp_path / "no", SAPHA_PASSWORD="wrong")
    done = restored(file, tmp_path / "yes")

    assert seed not in file.read_text()
    assert wrong.exit_code == 1
    assert "wrong password" in wrong.stderr
    assert not (tmp_path / "no").exists()
    assert done.exit_code == 0, done.stderr


def test_a_restore_that_was_interrupted_is_run_again(home, tmp_path):
    file, target = backed_up(home), tmp_path / "elsewhere"
    restored(file, target)
    (target / "node.toml").unlink()
    (target / "tls" / "key.pem").unlink()

    done = sapha("node", "restore", file, "--dir", target, "--json")

    assert len(json_of(done)["written"]) == 2
    assert [item.problem for item in check_node(target) if item.problem] == []


def test_a_newer_sign_state_is_not_overwritten(home):
    file = backed_up(home)
    grow(home, 1)  # one start more than the backup knows

    done = restored(file, home)

    assert done.exit_code == 1
    assert (
        "its sign-state (height 0 view 0 (view change), start 2) is not the backup's" in done.stderr
    )
    assert standing(home) is Standing.BORN


def test_another_file_in_the_place_of_one_is_not_overwritten(home, tmp_path):
    file, target = backed_up(home), tmp_path / "elsewhere"
    (target / "keys").mkdir(parents=True)
    (target / "keys" / "validator.key").write_text("mine")

    done = restored(file, target)

    assert done.exit_code == 1
    assert "validator.key: another file is here" in done.stderr
    assert [path.name for path in target.iterdir()] == ["keys"]


@pytest.mark.parametrize("place", ["../outside.key", "{tmp}/outside.key", "keys/../../out.key"])
def test_no_file_is_written_outside_of_the_directory(home, tmp_path, place):
    place = place.format(tmp=tmp_path)
    outside, config = (home / place).resolve(), home / "node.toml"
    (home / "keys" / "validator.key").rename(outside)
    config.write_text(config.read_text().replace("[node]", f'[node]\nkey = "{place}"'))
    file, target = backed_up(home), tmp_path / "elsewhere" / "deep"
    outside.unlink()

    done = restored(file, target)

    assert done.exit_code == 1
    assert "outside of" in done.stderr
    assert not target.exists()


def test_a_changed_backup_is_refused_wherever_it_was_changed(home, tmp_path):
    file = backed_up(home)
    data = file.read_bytes()

    for at in range(0, len(data) - 1, max(1, len(data) // 40)):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        done = restored(file, tmp_path / "elsewhere")
        assert done.exit_code == 1, at
        assert "not a whole backup" in done.stderr
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "junk", [b"", b"null", b"[]", b"{}", b"\xff", b'{"format": 1}', b"[" * 100_000]
)
def test_what_is_no_backup_is_refused(tmp_path, junk):
    file = tmp_path / "backup"
    file.write_bytes(junk)

    done = restored(file, tmp_path / "elsewhere")

    assert done.exit_code == 1
    assert "not a whole backup" in done.stderr


def test_a_backup_of_too_many_bytes_is_not_read(tmp_path):
    file = tmp_path / "backup"
    with file.open("wb") as opened:
        opened.truncate(BACKUP_BYTES_MAX + 1)

    done = restored(file, tmp_path / "elsewhere")

    assert done.exit_code == 1
    assert f"at most {BACKUP_BYTES_MAX}" in done.stderr


def test_none_of_the_commands_works_beside_the_running_node(home, tmp_path):
    file = backed_up(home)
    running = SignStateFiles(home / "data" / "sign_state")

    for arguments in (
        ("backup", tmp_path / "second"),
        ("restore", file),
        ("rebuild",),
        ("rollback", "--to-height", 1),
        ("inspect",),
    ):
        done = sapha("node", *arguments, "--dir", home)
        assert done.exit_code == 1, arguments
        assert "another node runs with these files" in done.stderr

    running.close()


def test_rebuild_and_rollback_say_what_they_did_and_what_comes_next(home):
    rolled = sapha("node", "rollback", "--to-height", 2, "--dir", home)
    rebuilt = sapha("node", "rebuild", "--dir", home)

    aside = home / "data" / "store.aside"
    assert f"rolled back from height 3 to 2; the old store is kept as {aside}-1" in rolled.stdout
    assert f"the old store is kept as {aside}-2" in rebuilt.stdout
    for done in (rolled, rebuilt):
        assert f"next: sapha node start --dir {home}" in done.stdout


async def test_inspection_only_reads(home):
    where = asyncio.get_running_loop().create_future()
    config = load_config(home)
    genesis = load_genesis(home / "genesis.json")
    serving = asyncio.create_task(
        inspect(config, genesis, port=0, serving=lambda *at: where.set_result(at))
    )
    await asyncio.wait([serving, where], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()  # raises why it does not serve
    height, port = where.result()

    def ask(method: str, **params: object) -> dict:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/rpc",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        return json.load(urllib.request.urlopen(request, timeout=10))  # noqa: S310 - loopback

    status = await asyncio.to_thread(ask, "chain_getStatus")
    block = await asyncio.to_thread(ask, "chain_getBlock", at=2)
    refused = await asyncio.to_thread(ask, "tx_submit", transaction="0x00")
    async with RpcClient([operator_url(home)]) as rpc:
        engine = await rpc.call("node_getConsensus")
    serving.cancel()
    await asyncio.wait([serving])

    assert height == status["result"]["height"] == 3
    assert status["result"]["signing"]["may_sign"] is False
    assert block["result"]["height"] == 2
    assert refused["error"]["data"]["code"] == "NOT_READY"
    assert "only inspected" in refused["error"]["message"]
    assert engine["step"] == "inspected"


def read_bundle(file) -> dict[str, str]:
    with tarfile.open(file) as tar:
        return {name: tar.extractfile(name).read().decode() for name in tar.getnames()}


def test_a_bundle_holds_what_helps_and_no_secret(home, tmp_path):
    token = "operator-token-0123456789"
    (home / "keys" / "monitoring.token").write_text(token)
    config = home / "node.toml"
    config.write_text(
        config.read_text() + '\n[operator.tokens]\nmonitoring = "keys/monitoring.token"\n'
    )
    seed = (home / "keys" / "validator.key").read_text().strip()
    pem = (home / "tls" / "key.pem").read_text()
    (home / "data" / "halt-3.json").write_text('{"reason": "two certificates"}')
    log = tmp_path / "journal.log"
    log.write_text(f"seed={seed} and bare {seed}\n{pem}\npassword: hunter2-hunter2\nall else\n")
    file = tmp_path / "bundle.tar.gz"

    done = sapha(
        "node", "bundle", file, "--dir", home, "--log", log, SAPHA_PASSWORD="correct horse"
    )

    assert done.exit_code == 0, (done.stderr, done.exception)
    texts = read_bundle(file)
    whole = "\n".join(texts.values())
    for secret in (seed, token, "hunter2-hunter2", "correct horse", *pem.splitlines()[1:-1]):
        assert secret not in whole
    assert "all else" in texts["logs/1-journal.log"]
    assert "two certificates" in texts["dumps/halt-3.json"]
    assert "signing key: ok" in texts["checks.txt"]
    assert "does not answer" in texts["doctor.json"]
    assert f"sapha {release_version()}" in texts["versions.txt"]
    assert "heartbeat_ms" in texts["genesis.json"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_log_that_is_not_there_is_refused_by_its_name(home, tmp_path):
    missing = tmp_path / "none.log"

    done = sapha("node", "bundle", tmp_path / "b.tar.gz", "--dir", home, "--log", missing)

    assert done.exit_code == 1
    assert f"{missing}: No such file or directory" in done.stderr
    assert not (tmp_path / "b.tar.gz").exists()


def test_the_secrets_of_a_node_are_those_of_its_files(home):
    known = secrets_of(home)

    assert (home / "keys" / "validator.key").read_text().strip() in known
    assert (home / "tls" / "key.pem").read_text().splitlines()[1] in known


def test_a_bundle_of_a_broken_directory_is_made_all_the_same(tmp_path):
    (tmp_path / "node.toml").write_text("[node]\nname = 7\n")

    done = sapha("node", "bundle", tmp_path / "b.tar.gz", "--dir", tmp_path, "--json")

    assert done.exit_code == 0, done.stderr
    assert "node.toml" in json_of(done)["files"]
    assert "node.name" in read_bundle(tmp_path / "b.tar.gz")["checks.txt"]


def test_sealed_bytes_come_back_only_unchanged():
    sealed = sealing.seal(b"secret", "password", CHEAP)

    assert sealing.unseal(sealed, "password", "file") == b"secret"
    with pytest.raises(keystore.WrongPassword):
        sealing.unseal(sealed, "passwort", "file")
    with pytest.raises(keystore.KeystoreDamaged):
        sealing.unseal(sealed.replace(b'"ops": 1', b'"ops": 99'), "password", "file")


def test_a_running_nodes_files_are_left_alone_also_when_its_in_use_file_is_gone(home):
    file = backed_up(home)
    (home / "data" / "sign_state" / "in-use").unlink()
    before = sorted(path for path in home.rglob("*") if "/db/" not in str(path))
    commands = {
        "rebuild": ("node", "rebuild", "--dir", home),
        "rebuild and remove": ("node", "rebuild", "--remove", "--dir", home),
        "rollback": ("node", "rollback", "--to-height", "1", "--dir", home),
        "backup": ("node", "backup", home.parent / "second", "--dir", home),
        "restore": ("node", "restore", file, "--dir", home),
        "repair-wal": ("node", "repair-wal", "--dir", home),
        "inspect": ("node", "inspect", "--dir", home),
    }

    with database_open_elsewhere(home):
        results = {name: sapha(*command) for name, command in commands.items()}

    for name, result in results.items():
        assert result.exit_code == 1, name
        assert "another process has the database open; stop it" in result.stderr, name
    after = sorted(path for path in home.rglob("*") if "/db/" not in str(path))
    assert set(before) <= set(after)
    assert not list((home / "data").glob("*.aside-*"))
