"""What an operator may write into node.toml, and how each mistake is named."""

from pathlib import Path

import pytest

from node.config import BadConfig, load_config
from node.store.pruning import Retention
from node.store_settings import retention_of

GOOD = """
[node]
name = "dopa"
[p2p]
port = 26600
[rpc]
port = 26601
"""


def write(directory: Path, text: str) -> Path:
    (directory / "node.toml").write_text(text, encoding="utf-8")
    return directory


def test_a_minimal_file_is_complete(tmp_path):
    directory = write(tmp_path, GOOD)

    config = load_config(directory)

    assert config.node.name == "dopa"
    assert config.p2p.host == "127.0.0.1"
    assert config.data_dir == tmp_path / "data"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (GOOD.replace('name = "dopa"', ""), "node.name"),
        (GOOD.replace("port = 26600", ""), "p2p.port"),
        (GOOD.replace("26601", "70000"), "rpc.port"),
        (GOOD.replace("26601", "true"), "rpc.port"),
        (GOOD.replace("26601", '"26601"'), "rpc.port"),
        (GOOD + "colour = 1\n", "rpc.colour"),
        (GOOD + '[log]\nlevel = "LOUD"\n', "log.level"),
        (GOOD + "[weather]\n", "weather"),
        (GOOD.replace("26601", '26601\nhosts = ["*"]'), "rpc.hosts"),
        (GOOD.replace("26601", "26601\nsockets_max = 99999999999999999999"), "rpc.sockets_max"),
        (GOOD.replace("26601", "26601\nheader_s = 1e308"), "rpc.header_s"),
        (GOOD + "[retention]\nblocks = -1\n", "retention.blocks"),
        (GOOD + '[operator]\nhost = "127.0.0.1"\n', "operator: "),
        (GOOD + '[operator]\nhost = "10.0.0.1"\ntokens = {me = "t"}\n', "loopback"),
        (GOOD + 'certificate = "c.pem"\n', "together"),
        ("[node", "node.toml"),
    ],
)
def test_each_mistake_is_named_by_its_place(tmp_path, text, place):
    directory = write(tmp_path, text)

    with pytest.raises(BadConfig) as caught:
        load_config(directory)

    assert place in str(caught.value)


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(BadConfig, match="sapha member new"):
        load_config(tmp_path)


def test_a_retention_of_zero_keeps_everything(tmp_path):
    config = load_config(write(tmp_path, GOOD + "[retention]\nblocks = 0\nindex = 500\n"))

    retention = retention_of(config)

    assert retention == Retention(blocks=None, index=500)
