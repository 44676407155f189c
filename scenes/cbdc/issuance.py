"""The scene's beginning: licences, money from the central bank, wallets of citizens and shops."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from client.cbdc.attesting import AttestationIssuer
from client.contract import ask
from client.envelope import co_sign, write_envelope
from client.outcome import Outcome, send
from commands.output import say
from contracts.cbdc.authority.messages import AcknowledgeRedeem, Issue, Redeem, RegisterFsp
from contracts.cbdc.core.messages import INSTITUTION, PERSON
from contracts.cbdc.payments.messages import Fund
from contracts.cbdc.wallets.handlers import wallet
from contracts.cbdc.wallets.messages import Opening, OpenWallets
from scenes.cbdc.cast import (
    BANKS,
    FIRST_BAHT,
    IDP,
    LEVELS,
    SUPERVISOR,
    TIERS,
    WELFARE,
    Customer,
    Town,
    TownStory,
    baht,
    shown,
)
from scenes.kit.calls import code_from, must, must_all
from scenes.kit.cast import BANK_A, BANK_B, CENTRAL, new_key
from scenes.kit.load import all_together

_MINTED_BAHT = 20_000_000  # to each bank
_WELFARE_BAHT = 2_000_000
_REDEEMED_BAHT = 1_000_000
_OPENINGS = 80  # in one transaction


async def found(town: Town) -> None:
    """License both banks, and let the supervisor make the identity provider a node."""
    say("the central bank licenses two banks; the supervisor registers the identity provider")
    licences = [
        RegisterFsp(
            agency=CENTRAL,
            fsp=name,
            keys=town.agent(name).wallet.public_keys,
            licence=f"licence-{name}",
        )
        for name in BANKS
    ]
    await must_all("licensing", map(town.central.send, licences))
    await town.agencies.register_nodes(town.agent(SUPERVISOR))


async def mint(story: TownStory) -> None:
    """Issue money by two of three signatures; one is not enough."""
    town = story.town
    first, second = [
        Issue(to=town.agent(name).address, amount=baht(_MINTED_BAHT), reference=f"rtgs-{number}")
        for number, name in enumerate(BANKS, start=1)
    ]
    alone = town.central_by(0)
    code = await code_from(alone.send(first))
    story.note_code("one signature of three mints nothing", code, "MISSING_SIGNATURE")

    say("two officers of the central bank sign the same file, and money is issued")
    file = story.files / "issue.json"
    write_envelope(file, alone.sign(first))
    signed = co_sign(file, town.agencies.shared[CENTRAL].wallet(2))
    both = (send(town.rpc, signed), town.central.send(second))
    await must_all("issuing", both)
    seen = f"{shown(baht(2 * _MINTED_BAHT))} to two banks"
    story.note("two of three signatures mint", seen, is_kept=True)
    again = await code_from(town.central.send(second))
    story.note_code("a settlement's reference mints once", again, "REFERENCE_REUSED")


async def redeem(story: TownStory) -> None:
    """Give money back: the bank sets it aside, the central bank destroys it."""
    town = story.town
    bank = town.agent(BANK_B)
    back = Redeem(amount=baht(_REDEEMED_BAHT), reference="rtgs-back-1")
    await must("giving back", bank.send(back))
    taken = AcknowledgeRedeem(agency=CENTRAL, holder=bank.address, reference=back.reference)
    await must("acknowledging", town.central.send(taken))


async def open_wallets(story: TownStory) -> None:
    """Open all wallets in bulk, each by an attestation that the identity provider signed."""
    town, count = story.town, len(story.town.citizens)
    say(f"{count} citizens and {len(town.merchants)} merchants open wallets, attested and signed")
    await open_all(town)
    tiers = Counter(await asyncio.gather(*(_tier_of(town, customer) for customer in town.citizens)))
    seen = ", ".join(f"{tiers[tier]} of {tier}" for tier in TIERS)
    is_kept = all(tiers[tier] == count // len(TIERS) for tier in TIERS)
    story.note(f"{count} citizens have the tier attested", seen, is_kept=is_kept)
    await _refuse_bad_attestations(story)


async def open_all(town: Town) -> None:
    """Open the wallets of all customers and of the welfare office, many in one transaction."""
    calls = []
    for name in BANKS:
        customers = (*town.citizens, *town.merchants)
        openings = [town.opening(customer) for customer in customers if customer.bank == name]
        if name == BANK_A:
            openings.append(Opening(town.agent(WELFARE).address, INSTITUTION, None, None))
        for start in range(0, len(openings), _OPENINGS):
            part = tuple(openings[start : start + _OPENINGS])
            calls.append(town.agent(name).sign(OpenWallets(name, part)))
    await all_together("opening wallets", town.devnet, calls)


async def fund(story: TownStory) -> None:
    """Move money from the banks to their customers and to the welfare office."""
    town = story.town
    calls = []
    for number, customer in enumerate(town.citizens):
        satang = baht(FIRST_BAHT[number % len(FIRST_BAHT)])
        message = Fund(customer.bank, customer.address, satang, f"cash-in-{number}")
        calls.append(town.agent(customer.bank).sign(message))
    welfare = Fund(BANK_A, town.agent(WELFARE).address, baht(_WELFARE_BAHT), "budget-1")
    calls.append(town.agent(BANK_A).sign(welfare))
    await all_together("funding", town.devnet, calls)


async def _tier_of(town: Town, customer: Customer) -> str:
    found = await ask(town.rpc, wallet, customer.address)
    return "" if found is None else found.tier


def _open(town: Town, bank: str, opening: Opening) -> Coroutine[Any, Any, Outcome]:
    return town.agent(bank).send(OpenWallets(fsp=bank, openings=(opening,)))


async def _refuse_bad_attestations(story: TownStory) -> None:
    """An attestation counts only from the registered key, and serves one customer."""
    town = story.town
    forger = AttestationIssuer(IDP, new_key(), town.chain_id)
    stranger = town.newcomer("stranger", PERSON, BANK_A, LEVELS[-1])
    forged = _open(town, BANK_A, town.opening(stranger, forger))
    story.note_code(
        "a forged attestation opens nothing", await code_from(forged), "NOT_ISSUERS_KEY"
    )

    known = town.citizens[0]
    twice = town.newcomer(known.label, PERSON, BANK_B, known.ial)
    stacked = _open(town, BANK_B, town.opening(twice))
    story.note_code(
        "one person has one tier, at one bank", await code_from(stacked), "NULLIFIER_USED"
    )
