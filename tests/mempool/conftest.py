"""A chain where ALICE has money, and a mempool over it."""

import pytest

from tests.execution.chain import ALICE, Chain
from tests.mempool.builders import Mempool


@pytest.fixture
def chain(tmp_path):
    chain = Chain(tmp_path / "store")
    chain.commit(chain.issue(ALICE, 1_000_000))
    yield chain
    chain.ledger.close()


@pytest.fixture
def mempool(chain, tmp_path):
    mempool = Mempool(chain, tmp_path)
    yield mempool
    mempool.close()
