"""A ledger on which a seat was given by vote: proposed, voted, executed, ready."""

from dataclasses import replace
from pathlib import Path

from contracts.governance.messages import Change, Execute, Propose, Vote
from contracts.governance.network.messages import Ready, SeatChange
from contracts.registry import code_hash
from contracts.sdk.schema import record_of
from genesis.schema import Genesis, GenesisContract, GenesisMember
from primitives.crypto import SigningKey
from primitives.ids import address_of, show_address
from primitives.names import method_name
from tests.builders import key
from tests.execution.chain import Chain, genesis

NAMES = ("v0", "v1", "v2", "v3", "v4")
ADMINS = {name: key(2000 + number) for number, name in enumerate(NAMES)}
NEWCOMER = key(77)


def founded() -> Genesis:
    """Four validators, each of an agency that votes, and a node v4 that does not decide."""
    base = genesis()
    node = GenesisMember(
        name="v4",
        public_key=NEWCOMER.public_key,
        certificate_der=b"\x30\x00",
        host="127.0.0.1",
        port=26_700,
        is_validator=False,
    )
    agencies = [
        {
            "id": name,
            "name_th": name,
            "name_en": name,
            "kinds": ["validator" if name != "v4" else "rp"],
            "administrator": show_address(address_of(admin.public_key)),
        }
        for name, admin in ADMINS.items()
    ]
    governance = GenesisContract(
        name="governance",
        version=1,
        code_hash=code_hash("governance"),
        config={"agencies": agencies},
    )
    contracts = (*(one for one in base.contracts if one.name == "accounts"), governance)
    return replace(base, members=(*base.members, node), contracts=contracts)


def act(chain: Chain, by: SigningKey, message: object):
    """A transaction of governance."""
    args = record_of(type(message)).write(message, "message")
    return chain.transaction(by, method_name(type(message)), *args, contract="governance")


def chain_with_a_seat_by_vote(folder: Path) -> Chain:
    """A chain whose last block announces that v4 decides beside the four of the genesis."""
    chain = Chain(folder, document=founded())
    parts = dict.fromkeys(record_of(Change).names) | {"seat": SeatChange("v4", is_validator=True)}
    now_ms = chain.next_ms
    proposal = Propose(Change(**parts), now_ms + 2_000, now_ms + 600_000)
    chain.commit(act(chain, ADMINS["v0"], proposal))
    chain.commit(*(act(chain, ADMINS[name], Vote(1, is_yes=True)) for name in NAMES[:3]))
    chain.commit()
    chain.commit(act(chain, ADMINS["v1"], Execute(1)))
    chain.commit()
    head = chain.ledger.head()
    ready = Ready("v4", head.header.height - 1, head.header.parent_hash)

    chain.commit(act(chain, ADMINS["v4"], ready))
    return chain
