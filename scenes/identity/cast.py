"""Who acts in the identity scene: agencies that the founding members admit by vote, as nodes."""

import secrets
from dataclasses import dataclass

from client.contract import Actor
from client.identity.face import FaceVerification
from client.identity.idp import Idp
from client.identity.keys import CitizenKeys
from client.identity.office import Office
from client.identity.relying_party import RelyingParty
from client.identity.source import AuthoritativeSource, TagAuthority
from client.identity.wallet import CitizenWallet
from client.rpc import RpcClient
from commands.devnet_files import Devnet
from commands.output import say
from contracts.identity.nodes.messages import SetService
from primitives.crypto import SEED_BYTES
from scenes.kit.calls import must
from scenes.kit.cast import (
    BANK_A,
    CITIZEN_REGISTRY,
    DIGITAL_SUPERVISOR,
    Agencies,
    admit,
    new_box,
    state_contacts,
)

ADDRESS_SERVICE = "address"
FACES, REVENUE, SOCIAL, LAND = "face-service", "revenue", "social-security", "land-office"
_NAMES = (DIGITAL_SUPERVISOR, CITIZEN_REGISTRY, BANK_A, FACES, REVENUE, SOCIAL, LAND)
_IAL_SERVICE, _AAL_SERVICE = 210, 220


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Everybody, ready to act."""

    rpc: RpcClient
    chain_id: str
    bank: Idp
    faces: FaceVerification
    registry: AuthoritativeSource
    tags: TagAuthority
    relying_parties: dict[str, RelyingParty]

    def citizen(self) -> tuple[CitizenKeys, CitizenWallet]:
        """Return the keys and the wallet of somebody new."""
        keys = CitizenKeys.generate()
        return keys, CitizenWallet(keys, self.chain_id)


def members_of(devnet: Devnet, rpc: RpcClient) -> list[Actor]:
    """Return the agencies of genesis, which vote."""
    chain_id = devnet.genesis.chain_id
    founders = devnet.founders.values()
    return [Actor(rpc=rpc, wallet=wallet, chain_id=chain_id) for wallet in founders]


async def assemble(devnet: Devnet, rpc: RpcClient) -> Parties:
    """Admit the agencies, make them nodes, and return them. Raises CheckFailed."""
    chain_id, made = devnet.genesis.chain_id, Agencies(_NAMES)
    say(f"{len(_NAMES)} agencies are admitted by vote of the members")
    await admit(members_of(devnet, rpc), made.to_admit())
    offices = {
        name: Office(rpc=rpc, wallet=wallet, chain_id=chain_id, agency=name)
        for name, wallet in made.wallets.items()
    }
    say("the supervisor makes them nodes of identity")
    supervisor, registry_key = offices[DIGITAL_SUPERVISOR], made.nodes[CITIZEN_REGISTRY]
    await made.register_nodes(supervisor)
    service = SetService(ADDRESS_SERVICE, _IAL_SERVICE, _AAL_SERVICE, (CITIZEN_REGISTRY,))
    await must("service", supervisor.send(service))
    asking = (REVENUE, SOCIAL, LAND)
    boxes = {name: new_box() for name in (*asking, BANK_A, CITIZEN_REGISTRY)}
    await state_contacts(offices, boxes)
    return Parties(
        rpc=rpc,
        chain_id=chain_id,
        bank=Idp(offices[BANK_A], made.nodes[BANK_A]),
        faces=FaceVerification(offices[FACES]),
        registry=AuthoritativeSource(
            offices[CITIZEN_REGISTRY], registry_key, boxes[CITIZEN_REGISTRY]
        ),
        tags=TagAuthority(chain_id, registry_key, secrets.token_bytes(SEED_BYTES)),
        relying_parties={name: RelyingParty(offices[name], boxes[name]) for name in asking},
    )
