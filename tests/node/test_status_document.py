"""What operators are shown of an engine is what the OpenRPC document promises."""

import json

import pytest

from consensus.events import Received
from consensus.turns import Turn
from node.view import status_document, turns_document
from tests.consensus.builders import (
    block_on,
    engine_of,
    genesis_head,
    key_of,
    pre_prepare,
    prepare,
)
from tests.rpc.described import validator_of

BLOCK = block_on(genesis_head(4), proposer=1)
PROPOSED = ((1, pre_prepare(BLOCK, sender=1)), (2, prepare(BLOCK, 2)))


@pytest.mark.parametrize("messages", [(), PROPOSED], ids=["idle", "proposed"])
def test_the_status_of_an_engine_is_as_documented(messages):
    engine = engine_of(0)
    for sender, message in messages:
        engine.step(Received(key_of(sender), message.encode()))
    turns = {"v1": Turn(missed=1, charged=2, until=3)}

    shown = status_document(engine.status()) | {
        "turns": turns_document(turns),
        "seconds_since_commit": 0.5,
    }

    validator_of("node_getConsensus").validate(json.loads(json.dumps(shown)))
