"""What happens to single complaints: handed on, declined, forgotten, split, merged, appealed."""

from collections.abc import Sequence

from client.complaints import ledger
from client.complaints.citizen import Complaint as Written
from client.complaints.officer import Officer, offer_of
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.timeline import story_of
from client.contract import ask
from commands.output import CheckFailed
from contracts.complaints.cases.queries import case_of_receipt, parts_of
from contracts.complaints.parts.messages import Merge
from contracts.complaints.reviews.messages import Rate
from contracts.complaints.templates.first_templates import POLICE
from contracts.complaints.transfers.messages import (
    AcceptTransfer,
    Assign,
    OfferTransfer,
    RejectTransfer,
)
from contracts.complaints.work.messages import Accept, SetStage
from scenes.complaints.bangkok import Complaint, case_id_of
from scenes.complaints.cast import (
    CYBER,
    DAY_S,
    ONLINE,
    STATION,
    SUPERVISOR,
    City,
    CityStory,
)
from scenes.complaints.days import Filer, Step, file, follow, steps_of
from scenes.complaints.texts import GROUNDS, POLICE_FORM, QUESTION, REPLY, RESULT
from scenes.kit.calls import code_from, must

# Which of the real complaints have a story of their own, by their number.
LAPSED, REJECTED, SPLIT, MERGED, MERGED_INTO = 5, 8, 6, 3, 1
ERASED, HELD, UPHELD, OVERTURNED = 0, 19, 27, 149
WITH_TEXT = {SPLIT}  # beside those that get a result
_LAPSE_DAYS = 2.05  # the template gives an offer two days


async def report_to_the_police(city: City, story: CityStory) -> None:
    """Pass an anonymous report through three agencies; its citizen follows it by words alone."""
    receipt = ComplaintReceipt.generate()
    story.secrets += [receipt.words, *POLICE_FORM.values(), QUESTION, REPLY]
    citizen = city.citizen(receipt)
    filed = await citizen.file(
        Written(
            template=POLICE.code,
            category="fraud-online",
            agency=ONLINE,
            area="bang-rak",
            fields=POLICE_FORM,
        )
    )
    case_id = filed.case_id
    if not filed.outcome.is_ok:
        raise CheckFailed("the police report was not filed")
    read = await _hand_on(city, case_id)
    station = city.officer(STATION)
    await must("the appointment", station.set_stage(case_id, "statement"))
    await must("asking", station.ask(case_id, QUESTION))
    again = city.citizen(ComplaintReceipt.from_words(receipt.words))
    await must("answering", again.answer(case_id, REPLY))
    for stage in ("investigating", "prosecutor"):
        await must(stage, station.set_stage(case_id, stage))
    await must("the result", station.resolve(case_id, "to-prosecutor", RESULT))
    read += await _failures(station, case_id)
    former = [city.officer(name, is_patient=False) for name in (ONLINE, CYBER)]
    past = {failure for item in former for failure in await _failures(item, case_id)}
    await must("stars", again.actor.send(Rate(case_id=case_id, stars=5)))
    await _follow_by_words(city, story, receipt.words)
    custody = [line.holder for line in await ledger.custody(city.connection.rpc, case_id)]
    story.note(
        "a police report passes three agencies, each of which can read it while it is theirs",
        " -> ".join(custody) + f", {len(read)} items read; afterwards {', '.join(past)}",
        is_kept=custody == [ONLINE, CYBER, STATION] and not any(read) and past == {"NOT_A_READER"},
    )


async def _hand_on(city: City, case_id: bytes) -> list[str]:
    """Pass the report on; return why each holder could not read an item, "" where it could."""
    online, cyber, station = (city.officer(name) for name in (ONLINE, CYBER, STATION))
    await must("accepting", online.actor.send(Accept(case_id)))
    await must("screening", online.set_stage(case_id, "screened"))
    read = await _failures(online, case_id)
    for holder, to in ((online, cyber), (cyber, station)):
        await must("offering", holder.offer(case_id, to.agency, "competence"))
        number = await offer_of(city.connection.rpc, case_id)
        await must("taking over", to.actor.send(AcceptTransfer(case_id, number)))
        read += await _failures(to, case_id)
    await must("assigning", station.set_stage(case_id, "assigned"))
    return read


async def _failures(officer: Officer, case_id: bytes) -> list[str]:
    return [item.failure for item in await officer.actor.read(case_id)]


async def _follow_by_words(city: City, story: CityStory, words: str) -> None:
    """Find the case by the words of the receipt, and tell it in both languages."""
    receipt = ComplaintReceipt.from_words(words)
    rpc = city.connection.rpc
    case_id = await ask(rpc, case_of_receipt, receipt.address)
    if case_id is None:
        raise CheckFailed("the words of the receipt find no case")
    timeline = await story_of(rpc, case_id)
    story.timelines = {language: timeline.text(language) for language in ("th", "en")}
    texts = [item.writing for item in await city.citizen(receipt).actor.read(case_id)]
    story.note(
        "twelve words find the case, its timeline in Thai and English, and its texts",
        f"{len(timeline.steps)} steps, {len(texts)} items",
        is_kept=len(timeline.steps) > 12 and all(text is not None for text in texts),
    )


async def lapse(city: City, story: CityStory, complaint: Complaint, filer: Filer) -> None:
    """An offer that nobody answers stays with its sender, lapses and escalates."""
    case_id, holder, to = complaint.case_id, complaint.agency, complaint.bureau
    await file(city, complaint, filer)
    wallet = city.wallet(holder)
    for message in (
        Accept(case_id),
        SetStage(case_id, "forwarded", None),
        OfferTransfer(case_id, to, "competence"),
    ):
        await city.post.must("an offer that lapses", wallet, message)
    await city.days.until(city.days.now_s() + _LAPSE_DAYS * DAY_S)
    late = await city.post.send(city.wallet(to), AcceptTransfer(case_id, 1))
    case = await ledger.case(city.connection.rpc, case_id)
    supervisor = city.wallet(SUPERVISOR)
    assigned = Assign(case_id, SUPERVISOR, to, "offer-lapsed")
    await city.post.must("assigning a stuck case", supervisor, assigned)
    await city.post.must(
        "taking up an assigned case", city.wallet(to), SetStage(case_id, complaint.stage, None)
    )
    after = await ledger.case(city.connection.rpc, case_id)
    is_home = case.holder == holder and case.offer is None and case.custodies == 1
    story.note(
        "an offer without an answer lapses and escalates; its sender held the case all along",
        f"{holder}, {after.escalations} escalated, late answer {late}; then assigned to {to}",
        is_kept=is_home and after.escalations > 0 and late in {"STALE_OFFER", "DEADLINE_OVER"},
    )


async def reject(city: City, story: CityStory, complaint: Complaint, filer: Filer) -> None:
    """A rejected offer changes nothing; another agency takes the case."""
    case_id, holder = complaint.case_id, complaint.agency
    await file(city, complaint, filer)
    wallet, first, second = city.wallet(holder), "environment", complaint.bureau
    await follow(
        city,
        complaint,
        filer,
        [
            Step(holder, Accept(case_id)),
            Step(holder, SetStage(case_id, "forwarded", None)),
            Step(holder, OfferTransfer(case_id, first, "competence")),
            Step(first, RejectTransfer(case_id, 1, "other-competence")),
        ],
    )
    case = await ledger.case(city.connection.rpc, case_id)
    await city.post.must("another offer", wallet, OfferTransfer(case_id, second, "competence"))
    for message in (AcceptTransfer(case_id, 2), SetStage(case_id, complaint.stage, None)):
        await city.post.must("taking it over", city.wallet(second), message)
    story.note(
        "a rejected transfer leaves the case with its sender",
        f"{first} rejects, {case.holder} holds; then {second} takes it",
        is_kept=case.holder == holder and case.offer is None and case.custodies == 1,
    )


async def split(city: City, story: CityStory, complaint: Complaint, filer: Filer) -> None:
    """A complaint of two matters becomes two parts, resolved before it."""
    await file(city, complaint, filer)
    await follow(city, complaint, filer, steps_of(complaint))
    officer, case_id = city.officer(complaint.agency), complaint.case_id
    parted = await officer.split(case_id, ("tree", "obstruction"))
    if not parted.outcome.is_ok:
        raise CheckFailed("the complaint was not split")
    early = await code_from(officer.resolve(case_id, "fixed", RESULT))
    for part in parted.parts:
        await must("working on a part", officer.set_stage(part, "study"))
        await must("resolving a part", officer.resolve(part, "fixed", RESULT))
    rpc = city.connection.rpc
    case = await ledger.case(rpc, case_id)
    parts = await ask(rpc, parts_of, case_id)
    story.note(
        "a split case is resolved after its parts",
        f"{len(parts)} parts resolved, {case.open_children} open; before that {early}",
        is_kept=set(parts) == set(parted.parts)
        and case.open_children == 0
        and early == "PARTS_OPEN",
    )


async def merge(city: City, story: CityStory, complaint: Complaint, filer: Filer) -> None:
    """The second complaint of a matter is merged into the first, which goes on."""
    await file(city, complaint, filer)
    await follow(city, complaint, filer, steps_of(complaint)[:1])
    target = case_id_of(MERGED_INTO)
    message = Merge(complaint.case_id, target)
    await city.post.must("merging", city.wallet(complaint.agency), message)
    rpc = city.connection.rpc
    case, other = await ledger.case(rpc, complaint.case_id), await ledger.case(rpc, target)
    story.note(
        "two complaints of one matter become one case",
        f"{case.state} into complaint {MERGED_INTO}, which is {other.state}",
        is_kept=case.merged_into == target and other.state != "merged",
    )


async def appeal(city: City, story: CityStory, pair: Sequence[tuple[Complaint, Filer]]) -> None:
    """Of two appeals one is upheld; the other case goes to another agency."""
    (first, _), (second, _) = pair
    for complaint, whose in pair:
        await file(city, complaint, whose)
    for complaint, whose in pair:
        await follow(city, complaint, whose, steps_of(complaint))
        if whose.receipt is not None:
            citizen = city.citizen(whose.receipt)
            await must("appealing", citizen.appeal(complaint.case_id, GROUNDS, (SUPERVISOR,)))
    supervisor, to = city.supervisor, second.bureau
    read = [item.failure for item in await supervisor.actor.read(first.case_id)]
    await must("upholding", supervisor.decide(first.case_id, "uphold"))
    await must("overturning", supervisor.decide(second.case_id, "reassign", to))
    await city.post.must("taking it up", city.wallet(to), Accept(second.case_id))
    rpc = city.connection.rpc
    upheld, overturned = (
        await ledger.case(rpc, first.case_id),
        await ledger.case(rpc, second.case_id),
    )
    story.note(
        "an appeal is upheld, another gives the case to another agency",
        f"{upheld.state} at {upheld.holder}; {overturned.state} at {overturned.holder}"
        f"; the supervisor read {len(read)} items",
        is_kept=upheld.state == "closed" and overturned.holder == to and not any(read),
    )
