"""Who appears in the identity scene: agencies that the founding members admit by vote, as nodes.

The founders are the agencies of genesis; their administrators' seeds are in agencies.json of the
development network, {agency id: hex seed}.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

from client.answers import uint_field
from client.governance import Agency, Member, Times, admission, agencies, number_of
from client.identity import (
    AuthoritativeSource,
    BoxKey,
    CitizenKeys,
    CitizenWallet,
    FaceVerification,
    Idp,
    Office,
    RelyingParty,
    TagAuthority,
)
from client.identity.office import CONTRACT as IDENTITY
from client.outcome import Outcome
from client.rpc import RpcClient
from client.transaction import TransactionBuilder
from client.wallet import Wallet
from commands.demo.outcomes import code_of, must, must_all
from commands.devnet_files import Devnet
from commands.output import CheckFailed, say
from contracts.identity.nodes.messages import RegisterNode, SetNamespace, SetNodeStatus, SetService
from primitives.crypto import SEED_BYTES, SigningKey

NAMESPACE = "th.cid"
ADDRESS_SERVICE = "address"
SUPERVISOR, DOPA, BANK, FACES = "digital-supervisor", "civil-registry", "first-bank", "face-service"
REVENUE, SOCIAL, LAND = "revenue", "social-security", "land-office"
_EXECUTE_AFTER_BLOCKS = 12
_EXECUTE_TRIES = 40
_VOTE_MS = 600_000


@dataclass(frozen=True, slots=True)
class Part:
    """An agency of the scene; a sector groups relying parties that may know one name."""

    agency: str
    name_th: str
    name_en: str
    kinds: tuple[str, ...]
    sector: str


PARTS = (
    Part(SUPERVISOR, "ผู้กำกับดูแลดิจิทัล", "Digital identity supervisor", ("supervisor",), ""),
    Part(DOPA, "ทะเบียนราษฎร", "Civil registry", ("as",), "registry"),
    Part(BANK, "ธนาคารที่หนึ่ง", "First Bank", ("bank", "idp"), "banking"),
    Part(FACES, "บริการตรวจใบหน้า", "Face verification service", ("fvs",), "faces"),
    Part(REVENUE, "กรมสรรพากร", "Revenue Department", ("rp",), "tax"),
    Part(SOCIAL, "ประกันสังคม", "Social Security Office", ("rp",), "benefit"),
    Part(LAND, "กรมที่ดิน", "Department of Lands", ("rp",), "land"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody, ready to act."""

    rpc: RpcClient
    chain_id: str
    bank: Idp
    faces: FaceVerification
    registry: AuthoritativeSource
    tags: TagAuthority
    relying_parties: dict[str, RelyingParty]
    boxes: dict[str, BoxKey]

    def citizen(self) -> tuple[CitizenKeys, CitizenWallet]:
        """Return the keys and the wallet of somebody new."""
        keys = CitizenKeys.generate()
        return keys, CitizenWallet(keys, self.chain_id)


async def assemble(devnet: Devnet, rpc: RpcClient) -> Cast:
    """Admit the agencies, make them nodes, and return them. Raises CheckFailed."""
    chain_id = devnet.genesis.chain_id
    builder = await TransactionBuilder.from_node(rpc, ["governance", IDENTITY], chain_id)
    accounts = {part.agency: Wallet.generate() for part in PARTS}
    say(f"{len(PARTS)} agencies are admitted by vote of the members")
    await _admit(
        rpc, [Member(rpc, builder, wallet) for wallet in devnet.founders.values()], accounts
    )
    offices = {name: Office(rpc, builder, name, wallet) for name, wallet in accounts.items()}
    keys = {part.agency: SigningKey(secrets.token_bytes(SEED_BYTES)) for part in PARTS}
    say("the supervisor makes them nodes of identity")
    await _make_nodes(offices[SUPERVISOR], keys)
    return Cast(
        rpc=rpc,
        chain_id=chain_id,
        bank=Idp(offices[BANK], keys[BANK]),
        faces=FaceVerification(offices[FACES]),
        registry=AuthoritativeSource(offices[DOPA], keys[DOPA]),
        tags=TagAuthority(chain_id, keys[DOPA], secrets.token_bytes(SEED_BYTES)),
        relying_parties={name: RelyingParty(offices[name]) for name in (REVENUE, SOCIAL, LAND)},
        boxes={name: BoxKey(secrets.token_bytes(SEED_BYTES)) for name in (REVENUE, SOCIAL, LAND)},
    )


async def _admit(rpc: RpcClient, members: Sequence[Member], accounts: dict[str, Wallet]) -> None:
    height = uint_field(await rpc.call("chain_getStatus"), "height")
    times = Times(
        execute_at_height=height + _EXECUTE_AFTER_BLOCKS,
        expires_at_ms=time.time_ns() // 1_000_000 + _VOTE_MS,
    )
    changes = [
        admission(
            Agency(
                agency_id=part.agency,
                name_th=part.name_th,
                name_en=part.name_en,
                kinds=part.kinds,
                administrator=accounts[part.agency].address,
            )
        )
        for part in PARTS
    ]
    proposed = await must_all(
        "proposing", [members[0].propose(change, times) for change in changes]
    )
    numbers = [number for outcome in proposed if (number := number_of(outcome)) is not None]
    ballots = [member.vote(number, is_yes=True) for member in members for number in numbers]
    await must_all("voting", ballots)
    for number in numbers:
        await must("admitting an agency", _execute(members[0], number))
    admitted = {agency.agency_id for agency in await agencies(rpc)}
    if missing := set(accounts) - admitted:
        raise CheckFailed(f"not admitted: {', '.join(sorted(missing))}")


async def _execute(member: Member, number: int) -> Outcome:
    """Execute a proposal; each try is in a block, so the height that it waits for comes."""
    for _ in range(_EXECUTE_TRIES):
        outcome = await member.execute(number)
        if code_of(outcome) != "BEFORE_ITS_HEIGHT":
            break
    return outcome


async def _make_nodes(supervisor: Office, keys: dict[str, SigningKey]) -> None:
    nodes = [part for part in PARTS if part.sector]
    registry, others = nodes[0], nodes[1:]
    await must("registering", supervisor.send(_node(registry, keys, ())))
    await must("namespace", supervisor.send(SetNamespace(NAMESPACE, DOPA, is_unique=True)))
    joining = [supervisor.send(_node(part, keys, (NAMESPACE,))) for part in others]
    await must_all("registering", joining)
    activating = [SetNodeStatus(part.agency, "active", "") for part in nodes]
    await must_all("activating", [supervisor.send(message) for message in activating])
    service = SetService(ADDRESS_SERVICE, 210, 220, (DOPA,))
    await must("service", supervisor.send(service))


def _node(part: Part, keys: dict[str, SigningKey], namespaces: tuple[str, ...]) -> RegisterNode:
    max_ial, max_aal = (230, 220) if "idp" in part.kinds else (0, 0)
    return RegisterNode(
        agency=part.agency,
        sector=part.sector,
        max_ial=max_ial,
        max_aal=max_aal,
        namespaces=namespaces,
        keys=(keys[part.agency].public_key,),
    )
