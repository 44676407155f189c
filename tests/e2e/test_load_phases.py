"""What a saturated network is said to have done is counted on real validators."""

import pytest

from client.rpc import RpcClient
from commands.bench import loaded_devnet
from commands.devnet_files import DevnetPlan
from commands.load_phases import saturate
from commands.temporary import temporary_devnet

pytestmark = pytest.mark.e2e


async def test_every_validator_verifies_every_committed_transfer_and_says_so():
    async with (
        temporary_devnet(DevnetPlan(validators=4)) as devnet,
        RpcClient(devnet.urls) as rpc,
    ):
        saturated = await saturate(await loaded_devnet(devnet, rpc), seconds=1.0)

    assert saturated.committed > 0
    assert saturated.signatures_checked >= 1.0  # of a transaction and validator
    assert saturated.processor_us > 0
    assert saturated.disk_bytes > 0
