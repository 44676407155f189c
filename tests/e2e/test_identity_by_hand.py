"""A citizen's whole way by hand on real validators: `sapha id` alone, files between the parties."""

import asyncio

import pytest

from client.contract import Actor
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.devnet_files import load_devnet
from contracts.tools.testing import key_of
from scenes.identity.cast import FACES, REVENUE, members_of
from scenes.kit.cast import BANK_A, CITIZEN_REGISTRY, DIGITAL_SUPERVISOR, Agencies, admit
from tests.cli.identity_node import Town
from tests.e2e.network import running_network

pytestmark = pytest.mark.e2e

NAMES = (DIGITAL_SUPERVISOR, CITIZEN_REGISTRY, BANK_A, FACES, REVENUE)


async def assemble(devnet):
    """Admit the agencies with the keys that the town's files hold, and make them nodes."""
    made = Agencies(NAMES)
    made.wallets = {name: Wallet.from_seed(key_of(name).seed) for name in NAMES}
    made.nodes = {name: key_of(f"{name}-node") for name in made.nodes}
    async with RpcClient(devnet.urls) as rpc:
        await admit(members_of(devnet, rpc), made.to_admit())
        chain_id, wallet = devnet.genesis.chain_id, made.wallets[DIGITAL_SUPERVISOR]
        await made.register_nodes(Actor(rpc=rpc, wallet=wallet, chain_id=chain_id))


def test_a_citizen_is_registered_proofed_signs_on_and_consents_by_hand(tmp_path):
    with running_network(tmp_path / "net") as network:
        devnet = load_devnet(network.directory)
        asyncio.run(assemble(devnet))
        folder = tmp_path / "files"
        folder.mkdir()
        here = Town(devnet.urls[0], folder, NAMES, bank=BANK_A, registry=CITIZEN_REGISTRY)

        sid = here.registered()
        here.proofed(sid, faces=FACES)
        req_id, words = here.asked(REVENUE)
        here.answered(req_id, words)
        path, consent = here.draft("consent", BANK_A, req_id)
        here.sign(path, "somchai", "--words", words)
        here.send(path, BANK_A)

        assert here.json("show", "subject", sid)["effective_ial"] == 230
        assert here.state_of(req_id) == "confirmed"
        shown = here.json("show", "consent", consent["con_id"])["consent"]
        assert shown["state"] == "granted"
        trail = here.json("trail", citizen="somchai")["trail"]
        assert [line["rp"] for line in trail] == [REVENUE]
