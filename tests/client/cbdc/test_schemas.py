"""What is written and read is valid against the schemas that ISO 20022 publishes."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from client.cbdc.iso20022 import camt053, pacs008, read_pain001
from tests.client.cbdc.orders import AGENCY, ONE, as_version_03, order_xml, pain_xml
from tests.client.cbdc.test_iso20022 import NOON_MS, STATEMENT, TRANSFER

SCHEMAS = Path(__file__).parents[2] / "vectors" / "iso20022"
BARE = replace(TRANSFER, payer_bank=None, payee_bank=None, end_to_end="", memo="")
EMPTY = replace(STATEMENT, to_height=4, closing=100_000, entries=())


def problems(kind, data):
    """What a schema finds wrong in a message."""
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / f"{kind}.xsd")))
    schema.validate(etree.fromstring(data))
    return [str(error) for error in schema.error_log]


@pytest.mark.parametrize("transfer", [TRANSFER, BARE], ids=["whole", "bare"])
def test_a_payment_is_valid_against_the_published_schema(transfer):
    assert problems("pacs.008.001.08", pacs008(transfer, now_ms=NOON_MS)) == []


@pytest.mark.parametrize("has_times", [True, False])
@pytest.mark.parametrize("statement", [STATEMENT, EMPTY], ids=["entries", "no blocks"])
def test_a_statement_is_valid_against_the_published_schema(statement, has_times):
    data = camt053(statement, now_ms=NOON_MS, bank="kbank", has_times=has_times)

    assert problems("camt.053.001.08", data) == []


@pytest.mark.parametrize("kind", ["pain.001.001.09", "pain.001.001.03"])
def test_orders_that_are_read_are_valid_against_the_published_schemas(kind):
    data = pain_xml(order_xml(), order_xml(ONE, "0.25", "k-2"), total="600.25")
    data = data if kind.endswith("09") else as_version_03(data)

    assert problems(kind, data) == []
    assert len(read_pain001(data, AGENCY).rows) == 2


def test_the_schemas_find_what_is_wrong():
    data = pacs008(TRANSFER, now_ms=NOON_MS).replace(b"THB", b"baht")

    assert "baht" in problems("pacs.008.001.08", data)[0]
