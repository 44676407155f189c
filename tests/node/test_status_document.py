"""What operators are shown of an engine is what the OpenRPC document promises."""

import inspect
import json
import re
from dataclasses import fields

import pytest

from consensus.events import Received
from consensus.status import Status
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


NOT_SHOWN = {"needed", "behind", "evidence"}  # part of others, for the driver, for tests


def test_every_field_of_a_status_is_shown_to_operators_or_named_here():
    source = inspect.getsource(status_document)

    shown = set(re.findall(r"status\.(\w+)", source))

    assert {field.name for field in fields(Status)} == shown | NOT_SHOWN


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
