"""node.toml, as an operator writes it."""

from pathlib import Path

from node.config import BadConfig, read_config
from node.setup import NodePlan, _node_toml

DIRECTORY = Path("node")


def check(data: bytes) -> None:
    """A configuration is read, or refused by the name of its field."""
    said = refusal_of(data.decode(errors="replace"))
    assert not said or said.startswith("node.toml: ")


def refusal_of(text: str) -> str:
    """What is said of a wrong file, nothing of a right one."""
    try:
        read_config(DIRECTORY, text, "node.toml")
    except BadConfig as refusal:
        return str(refusal)
    return ""


def seeds() -> list[bytes]:
    """What `sapha member new` writes, with and without what may be left out."""
    plan = {"name": "v0", "address": "127.0.0.1", "p2p_host": "127.0.0.2", "p2p_port": 26600}
    served = plan | {"rpc_host": "127.0.0.1", "rpc_port": 26601}
    rich = NodePlan(**served, strangers_per_second=5, share_percent=10, sign_state_dir="/signs")
    lines = '[rpc]\norigins = ["https://portal.go.th"]\nown_networks = ["10.0.0.0/8"]\n'
    return [_node_toml(NodePlan(**served)).encode(), _node_toml(rich).encode(), lines.encode()]
