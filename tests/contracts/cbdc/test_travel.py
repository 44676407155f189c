"""Above the threshold every way to pay commits to what the providers exchanged, and says so."""

import pytest

from contracts.cbdc.core.messages import TravelRule
from contracts.cbdc.holds.messages import Hold
from contracts.cbdc.payments.messages import TransferWithTravel
from contracts.cbdc.requests.messages import CreateRequest, PayRequest
from contracts.cbdc.vouchers.messages import IssueVoucher, SpendVoucher
from contracts.cbdc.wallets.messages import Delegate, TransferFor
from primitives.crypto import digest
from tests.contracts.cbdc.town import BAHT, DAY_MS, Town

SALARY = 60_000 * BAHT
DAO, SHOP, HELPER = (Town.address(name) for name in ("dao", "shop", "helper"))
TRAVEL = digest("travel", b"data")


@pytest.fixture
def rich(town):
    """Dao, of tier T3, may pay a shop more than the threshold."""
    town.person("dao", 300, money=100_000 * BAHT)
    town.merchant("shop")
    town.institution("welfare", money=100)
    return town


def by_delegate(town, travel):
    town.do("dao", Delegate(HELPER, SALARY, SALARY, (), town.now + DAY_MS))
    return "helper", TransferFor(DAO, SHOP, SALARY, "", travel)


def by_request(town, travel):
    town.do("shop", CreateRequest("R-1", SALARY, town.now + DAY_MS, "", "", None))
    return "dao", PayRequest(SHOP, "R-1", SALARY, 0, travel)


def by_hold(town, travel):
    return "dao", Hold(SHOP, SALARY, town.now + DAY_MS, None, None, "", travel)


def by_voucher_and_cash(town, travel):
    end = town.now + DAY_MS
    town.do("welfare", IssueVoucher("P", DAO, 100, (SHOP,), (), "", 0, end))
    return "dao", SpendVoucher((last_id(town),), SHOP, 100, SALARY, travel)


def last_id(town):
    """The id of the last transaction."""
    return digest("txid", town.ledger._calls.to_bytes(8, "big"))


@pytest.mark.parametrize("way", [by_delegate, by_request, by_hold, by_voucher_and_cash])
def test_a_large_payment_is_refused_without_travel_data_and_done_with_them(rich, way):
    who, bare = way(rich, None)
    rich.refuse(who, TravelRule, bare)

    rich.do(who, type(bare)(**fields_of(bare) | {"travel": TRAVEL}))

    assert rich.fields("TravelDataNamed") == (DAO, SHOP, TRAVEL)


def fields_of(message):
    """The fields of a message by name."""
    return {name: getattr(message, name) for name in type(message).__dataclass_fields__}


def test_a_transfer_names_its_travel_data(rich):
    rich.do("dao", TransferWithTravel(SHOP, SALARY, "", TRAVEL))

    assert rich.fields("TravelDataNamed") == (DAO, SHOP, TRAVEL)
