"""The page of settings is what the program has.

`SAPHA_WRITE_SETTINGS=1 pytest tests/docs/test_settings.py` writes it anew; read the difference.
"""

import os
from pathlib import Path

from node.setup import NodePlan, _node_toml
from node.sources import Settings
from tests.docs.settings_page import page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_the_page_of_settings_is_made_from_the_settings():
    if os.environ.get("SAPHA_WRITE_SETTINGS"):
        PAGE.write_text(page(), encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_setting_says_what_it_means():
    def meanings(model):
        for name, field in model.model_fields.items():
            if hasattr(field.annotation, "model_fields"):
                yield from meanings(field.annotation)
            else:
                yield name, field.description

    assert [name for name, meaning in meanings(Settings) if not meaning] == []


def test_a_new_nodes_file_names_the_page_of_settings():
    plan = NodePlan(
        name="n1", address="", p2p_host="h", p2p_port=1, rpc_host="127.0.0.1", rpc_port=2
    )

    assert "Every setting: docs/settings.md" in _node_toml(plan)
