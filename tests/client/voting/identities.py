"""Registers voters in identity: a registry that makes tags, and a bank that proofs."""

from client.identity.drafts import Proofing
from client.identity.idp import Idp
from client.identity.keys import CitizenKeys
from client.identity.office import Office
from client.identity.source import TagAuthority
from client.identity.wallet import CitizenWallet
from client.wallet import Wallet
from contracts.identity.core.messages import RecoveryPolicy
from contracts.identity.nodes.messages import RegisterNode, SetNamespace, SetNodeStatus
from contracts.tools.testing import key_of
from tests.client.voting.chain import VotingChain


async def register_voters(chain: VotingChain, names: tuple[str, ...]) -> dict[str, bytes]:
    """Return the subject of each name, proofed at IAL 2.1."""

    def office(agency: str) -> Office:
        wallet, chain_id = Wallet([key_of(agency)]), chain.genesis.chain_id
        return Office(rpc=chain, wallet=wallet, chain_id=chain_id, agency=agency)

    bank_key, registry_key = key_of("bank-node"), key_of("registry-node")
    for message in (
        RegisterNode("registry", "registry", 0, 0, (), (registry_key.public_key,)),
        SetNamespace("th.cid", "registry", is_unique=True),
        RegisterNode("first-bank", "first-bank", 230, 220, ("th.cid",), (bank_key.public_key,)),
        SetNodeStatus("registry", "active", ""),
        SetNodeStatus("first-bank", "active", ""),
    ):
        assert (await office("supervisor").send(message)).is_ok, message
    bank = Idp(office("first-bank"), bank_key)
    tags = TagAuthority(chain.genesis.chain_id, registry_key, b"t" * 32)
    now = chain.blocks.ledger.block.time_ms // 1000
    return {
        name: await _register(bank, tags, (name, number, now)) for number, name in enumerate(names)
    }


async def _register(bank: Idp, tags: TagAuthority, voter: tuple[str, int, int]) -> bytes:
    name, number, now = voter
    wallet = CitizenWallet(citizen_keys(name), bank.office.chain_id)
    policy = RecoveryPolicy(allows_idp=True, guardians=())
    draft = bank.drafts.subject(wallet.subject_key, "th.cid", 220, policy)
    subject = wallet.prove_key(tags.certify(draft, citizen_id(number), expires_at=now + 3_600))
    assert (await bank.office.send(subject)).is_ok
    found = Proofing(
        sid=subject.sid,
        ial=210,
        method="counter",
        claims={"given_name": name},
        expires_at=now + 86_400,
    )
    attested = wallet.take_proofing(*bank.drafts.proofing(found))
    assert (await bank.office.send(attested)).is_ok
    return subject.sid


def citizen_keys(name: str) -> CitizenKeys:
    return CitizenKeys(key_of(f"citizen-{name}").seed)


def citizen_id(number: int) -> str:
    digits = f"9{number:011}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=True))
    return digits + str((11 - total % 11) % 10)
