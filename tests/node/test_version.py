"""The version has one source, pyproject.toml; whatever shows it shows that."""

import tomllib

from node.app import build
from node.config import load_config
from node.facts import facts_of
from node.observe.metrics import NodeMetrics
from tests.cli.network import sapha
from tests.meta.sources import texts
from tests.node.homes import new_home, start

VERSION = tomllib.loads(texts()["pyproject.toml"])["project"]["version"]


def test_the_command_shows_the_version_of_the_project():
    assert sapha("--version").stdout == f"sapha {VERSION}\n"


async def test_a_node_shows_the_version_of_the_project(tmp_path):
    home = new_home(tmp_path)
    own, files = start(home)
    metrics = NodeMetrics()

    build(load_config(home), own, files, metrics)
    files.close()

    assert f'sapha_build_info{{version="{VERSION}"}} 1.0' in metrics.page().decode()
    assert facts_of("v0", own.genesis, dict).version == VERSION
