"""The scene's beginning: licences, money from the central bank, wallets of citizens and shops."""

import asyncio
import secrets
from collections import Counter

from client.answers import text_field
from client.cbdc.asking import ask
from client.cbdc.attesting import AttestationIssuer
from client.envelope import co_sign, write_envelope
from client.outcome import send
from commands.demo.cbdc_cast import (
    BANK_A,
    BANK_B,
    CITIZENS,
    FIRST_BAHT,
    IDP,
    LEVELS,
    MERCHANTS,
    TIERS,
    Customer,
    Town,
)
from commands.demo.cbdc_story import Story, baht, shown
from commands.demo.outcomes import code_from, must, must_all
from commands.demo.together import all_together
from commands.output import say
from contracts.cbdc.core.messages import INSTITUTION, PERSON
from contracts.cbdc.payments.messages import Fund
from contracts.cbdc.wallets.messages import Opening, OpenWallets
from contracts.identity.nodes.messages import RegisterNode, SetNodeStatus
from primitives.crypto import SEED_BYTES, SigningKey

_MINTED_BAHT = 20_000_000  # to each bank
_WELFARE_BAHT = 2_000_000
_REDEEMED_BAHT = 1_000_000
_OPENINGS = 80  # in one transaction


async def found(story: Story) -> None:
    """License both banks, and let the supervisor make the identity provider a node."""
    town = story.town
    say("the central bank licenses two banks; the supervisor registers the identity provider")
    licences = [
        town.central.license_bank(name, fsp.actor.wallet.public_keys, f"licence-{name}")
        for name, fsp in town.banks.items()
    ]
    node = RegisterNode(IDP, "state", max(LEVELS), 220, (), (town.node_key.public_key,))
    office = town.supervisor_of_identity
    await must_all("licensing and registering", [*licences, office.send(node)])
    await must("activating", office.send(SetNodeStatus(IDP, "active", "")))


async def mint(story: Story) -> None:
    """Issue money by two of three signatures; one is not enough."""
    town = story.town
    first, second = (fsp.actor.address for fsp in town.banks.values())
    alone = town.central_by(0)
    code = await code_from(alone.issue(first, baht(_MINTED_BAHT), "rtgs-0"))
    story.note_code("one signature of three mints nothing", code, "MISSING_SIGNATURE")

    say("two officers of the central bank sign the same file, and money is issued")
    file = story.files / "issue.json"
    issue = {"to": first, "amount": baht(_MINTED_BAHT), "reference": "rtgs-1"}
    write_envelope(file, alone.sign("issue", **issue))
    signed = co_sign(file, town.keys.central.wallet(2))
    both = (send(town.rpc, signed), town.central.issue(second, baht(_MINTED_BAHT), "rtgs-2"))
    await must_all("issuing", both)
    seen = f"{shown(baht(2 * _MINTED_BAHT))} to two banks"
    story.note("two of three signatures mint", seen, is_kept=True)
    again = await code_from(town.central.issue(second, baht(_MINTED_BAHT), "rtgs-2"))
    story.note_code("a settlement's reference mints once", again, "REFERENCE_REUSED")


async def redeem(story: Story) -> None:
    """Give money back: the bank sets it aside, the central bank destroys it."""
    town = story.town
    bank, satang = town.banks[BANK_B], baht(_REDEEMED_BAHT)
    await must("giving back", bank.redeem(satang, "rtgs-back-1"))
    acknowledged = town.central.acknowledge_redemption(bank.actor.address, "rtgs-back-1")
    await must("acknowledging", acknowledged)


async def open_wallets(story: Story) -> None:
    """Open all wallets in bulk, each by an attestation that the identity provider signed."""
    town = story.town
    say(f"{CITIZENS} citizens and {MERCHANTS} merchants open wallets, attested and signed")
    calls = []
    for name, bank in town.banks.items():
        openings = [
            town.opening(who) for who in (*town.citizens, *town.merchants) if who.bank == name
        ]
        if name == BANK_A:
            openings.append(Opening(town.welfare.actor.address, INSTITUTION, None, None))
        for start in range(0, len(openings), _OPENINGS):
            part = tuple(openings[start : start + _OPENINGS])
            calls.append(bank.actor.sign(OpenWallets(name, part)))
    await all_together("opening wallets", town.devnet, calls)
    tiers = Counter(await asyncio.gather(*(_tier_of(town, who) for who in town.citizens)))
    seen = ", ".join(f"{tiers[tier]} of {tier}" for tier in TIERS)
    is_kept = all(tiers[tier] == CITIZENS // len(TIERS) for tier in TIERS)
    story.note(f"{CITIZENS} citizens have the tier attested", seen, is_kept=is_kept)
    await _refuse_bad_attestations(story)


async def fund(story: Story) -> None:
    """Move money from the banks to their customers and to the welfare office."""
    town = story.town
    calls = []
    for number, who in enumerate(town.citizens):
        satang = baht(FIRST_BAHT[number % len(FIRST_BAHT)])
        message = Fund(who.bank, who.address, satang, f"cash-in-{number}")
        calls.append(town.banks[who.bank].actor.sign(message))
    welfare = Fund(BANK_A, town.welfare.actor.address, baht(_WELFARE_BAHT), "budget-1")
    calls.append(town.banks[BANK_A].actor.sign(welfare))
    await all_together("funding", town.devnet, calls)


async def _tier_of(town: Town, who: Customer) -> str:
    return text_field(await ask(town.rpc, "wallet", who.address), "tier")


async def _refuse_bad_attestations(story: Story) -> None:
    """An attestation counts only from the registered key, and serves one customer."""
    town = story.town
    forger = AttestationIssuer(IDP, SigningKey(secrets.token_bytes(SEED_BYTES)), town.chain_id)
    stranger = town.newcomer("stranger", PERSON, BANK_A, LEVELS[-1])
    forged = town.banks[BANK_A].open_wallets([town.opening(stranger, forger)])
    story.note_code(
        "a forged attestation opens nothing", await code_from(forged), "BAD_ATTESTATION"
    )

    known = town.citizens[0]
    twice = town.newcomer(known.label, PERSON, BANK_B, known.ial)
    stacked = town.banks[BANK_B].open_wallets([town.opening(twice)])
    story.note_code(
        "one person has one tier, at one bank", await code_from(stacked), "NULLIFIER_USED"
    )
