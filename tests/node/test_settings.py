"""The bounds of the parts are settings; a variable wins; all mistakes are named at once."""

import dataclasses

import pytest

from node.blobs import BlobSettings
from node.config import BadConfig, load_config
from node.mempool import GossipSettings, PoolLimits
from node.rpc import AnswerLimits, AuditSettings, ConnectionLimits, RpcSettings, ShareLimits
from node.serving import rpc_settings
from node.settings import (
    AnswersSection,
    AuditSection,
    BackoffSection,
    BlobsSection,
    GossipSection,
    MempoolSection,
    P2pSection,
    RpcSection,
    SessionSection,
    ShareSection,
    StoreSection,
    SyncSection,
)
from node.sources import effective
from node.store.kv import KvMemory
from node.store.state_store import StateCaches
from node.store_settings import store_settings_of
from node.sync import SyncSettings
from p2p.settings import BackoffSettings, SessionSettings, TransportSettings
from tests.cli.network import json_of, sapha
from tests.node.test_config import GOOD, write


def bounds(limits: type) -> dict[str, object]:
    """Return the numbers of a record of limits by name."""
    found = {field.name: field.default for field in dataclasses.fields(limits)}
    return {name: value for name, value in found.items() if type(value) in {int, float}}


@pytest.mark.parametrize(
    ("limits", "section", "elsewhere"),
    [
        (BlobSettings, BlobsSection, ()),
        (SyncSettings, SyncSection, ()),
        (SessionSettings, SessionSection, ()),
        (BackoffSettings, BackoffSection, ()),
        (TransportSettings, P2pSection, ()),
        (PoolLimits, MempoolSection, ()),
        (AnswerLimits, AnswersSection, ()),
        (StateCaches, StoreSection, ()),
        (KvMemory, StoreSection, ()),
        (GossipSettings, GossipSection, ()),
        (AuditSettings, AuditSection, ()),
        (ConnectionLimits, RpcSection, ()),
        (ShareLimits, ShareSection, ("part",)),  # share_percent and own_share_percent
        (RpcSettings, RpcSection, ("port",)),
    ],
)
def test_every_bound_of_a_part_is_a_setting_with_the_same_default(limits, section, elsewhere):
    expected = {name: value for name, value in bounds(limits).items() if name not in elsewhere}

    settings = {name: section.model_fields[name].default for name in expected}

    assert settings == expected


def test_what_a_setting_says_is_what_the_parts_get(tmp_path):
    text = GOOD + "socket_calls_max = 7\nwrite_s = 3\n[rpc.share]\nline_max = 9\n"

    settings = rpc_settings(load_config(write(tmp_path, text)))

    assert settings.socket_limits.calls_max == 7
    assert settings.limits.write_s == settings.operator.limits.write_s == 3
    assert settings.share.line_max == settings.own_share.line_max == 9


def test_what_the_store_and_the_journal_keep_is_as_the_settings_say(tmp_path):
    text = (
        GOOD
        + """
[store]
block_cache_bytes = 2097152
wal_bytes_min = 4096
[mempool]
journal_bytes_min = 70000
"""
    )
    config = load_config(write(tmp_path, text))

    settings = store_settings_of(config)

    assert settings.open.keywords["memory"] == KvMemory(block_cache_bytes=2_097_152)
    assert settings.create.keywords == settings.open.keywords
    assert (config.store.wal_bytes_min, config.mempool.journal_bytes_min) == (4_096, 70_000)


def test_a_variable_wins_over_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SAPHA__RPC__PORT", "26999")
    monkeypatch.setenv("SAPHA__P2P__SESSION__PING_S", "2.5")
    monkeypatch.setenv("SAPHA__RPC__OWN_NETWORKS", '["10.1.0.0/16"]')
    monkeypatch.setenv("SAPHA_RPC", "http://elsewhere:1")  # of commands, and no setting

    config = load_config(write(tmp_path, GOOD))

    assert config.rpc.port == 26999
    assert config.rpc.own_networks == ["10.1.0.0/16"]
    assert config.p2p.session.ping_s == 2.5
    assert config.p2p.port == 26600


def test_all_mistakes_are_named_at_once_with_place_value_and_what_is_allowed(tmp_path, monkeypatch):
    monkeypatch.setenv("SAPHA__MEMPOOL__BYTES_MAX", "7")
    text = GOOD.replace("26601", "70000") + "sokets_max = 1\n[log]\nlevel = 'LOUD'\n[weather]\n"
    file = write(tmp_path, text) / "node.toml"

    with pytest.raises(BadConfig) as caught:
        load_config(tmp_path)

    assert set(str(caught.value).splitlines()) == {
        "SAPHA__MEMPOOL__BYTES_MAX: mempool.bytes_max = 7: "
        "Input should be greater than or equal to 65536",
        f"{file}: log.level = 'LOUD': Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'",
        f"{file}: rpc.port = 70000: Input should be less than or equal to 65535",
        f"{file}: rpc.sokets_max: no such setting; did you mean sockets_max?",
        f"{file}: weather: no such setting; known are node, p2p, rpc, operator, audit, mempool, "
        "store, blobs, sync, retention, snapshots, sign_state, signer, log",
    }


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SAPHA__RPC__COLOUR", "1", "rpc.colour: no such setting"),
        ("SAPHA__LGO__LEVEL", "INFO", "lgo: no such setting; did you mean log?"),
        ("SAPHA__RPC__PORT", "many", "rpc.port = 'many'"),
        ("SAPHA__RPC__OWN_NETWORKS", "10.1.0.0/16", "is no JSON; a list is given as JSON"),
        ("SAPHA__RPC__OWN_NETWORKS", '["10.1.0.0/99"]', "rpc.own_networks"),
        ("SAPHA__RPC__ORIGINS", '["portal.example"]', "is no origin"),
    ],
)
def test_a_mistake_in_the_environment_is_named_by_its_variable(
    tmp_path, monkeypatch, name, value, said
):
    monkeypatch.setenv(name, value)
    write(tmp_path, GOOD)

    with pytest.raises(BadConfig) as caught:
        load_config(tmp_path)

    assert str(caught.value).startswith(f"{name}: ")
    assert said in str(caught.value)


def test_a_variable_that_is_no_json_hides_no_mistake_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SAPHA__RPC__ORIGINS", "portal")

    with pytest.raises(BadConfig) as caught:
        load_config(write(tmp_path, GOOD.replace("26601", "70000")))

    assert [line.partition(": ")[2][:11] for line in str(caught.value).splitlines()] == [
        "rpc.origins",
        "rpc.port = ",
    ]


def test_settings_are_shown_with_where_each_came_from(tmp_path, monkeypatch):
    monkeypatch.setenv("SAPHA__LOG__LEVEL", "DEBUG")
    file = write(tmp_path, GOOD) / "node.toml"

    shown = {(item.section, item.key): item for item in effective(GOOD, str(file))}
    printed = json_of(sapha("node", "config", "--dir", tmp_path, "--json"))["settings"]

    assert shown["rpc", "port"].source == str(file)
    assert (shown["log", "level"].value, shown["log", "level"].source) == (
        "DEBUG",
        "SAPHA__LOG__LEVEL",
    )
    assert shown["p2p.session", "ping_s"].source == "default"
    assert {"setting": "rpc.port", "value": 26601, "from": str(file)} in printed
    assert len(printed) == len(shown) > 80
