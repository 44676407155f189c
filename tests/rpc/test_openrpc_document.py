"""What `rpc.discover` answers is what was last reviewed.

`SAPHA_WRITE_OPENRPC=1 pytest tests/rpc/test_openrpc_document.py` writes it anew; read the
difference.
"""

import json
import os
from pathlib import Path

from node.rpc.methods import METHODS
from node.rpc.openrpc import document

PAGE = Path(__file__).resolve().parents[1] / "vectors" / "openrpc.json"


def test_the_openrpc_document_is_what_was_last_reviewed():
    found = json.dumps(document(METHODS.values(), "0"), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("SAPHA_WRITE_OPENRPC"):
        PAGE.write_text(found, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == found
