"""A complaint from filing to its end, by those who take part, over contents on a real store."""

from dataclasses import replace

import pytest

from client.complaints import ledger
from client.complaints.citizen import Citizen, Complaint
from client.complaints.erasure import record_receipts
from client.complaints.errors import CaseNotFound, NoOffer, NoReadingKey
from client.complaints.officer import offer_of
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.writing import Attachment, Form, Note
from client.wallet import Wallet
from contracts.complaints.erasures.messages import Erase, LiftHold, PlaceHold, RequestErasure
from contracts.complaints.parts.messages import Merge
from contracts.complaints.reviews.messages import Confirm, Rate, Reopen, Withdraw
from contracts.complaints.transfers.messages import (
    AcceptJoint,
    AcceptTransfer,
    CancelTransfer,
    RejectTransfer,
    RemoveJoint,
)
from contracts.complaints.work.messages import Accept
from contracts.tools.testing import key_of
from tests.client.complaints.chain import BROKEN_FOOTPATH
from tests.contracts.identity.signing import name_of

PHOTO = Attachment("หน้าบ้าน.jpg", "image/jpeg", bytes(range(256)) * 40)


def writings(items):
    return [one.writing for one in items]


def failures(items):
    return {one.line.number: one.failure for one in items if one.failure}


async def filed(chain, **changes):
    citizen = chain.citizen()
    done = await citizen.file(replace(BROKEN_FOOTPATH, **changes))
    assert done.outcome.is_ok, done.outcome.receipt
    return citizen, done.case_id


async def take_over(chain, officer, case_id):
    number = await offer_of(chain, case_id)
    return await officer.actor.send(AcceptTransfer(case_id, number))


async def worked(chain):
    citizen, case_id = await filed(chain)
    officer = chain.officer("khet")
    assert (await officer.actor.send(Accept(case_id))).is_ok
    assert (await officer.set_stage(case_id, "in-progress")).is_ok
    return citizen, officer, case_id


async def test_what_is_filed_is_read_by_the_agency_and_the_citizen(chain):
    told = []
    citizen = chain.citizen()

    done = await citizen.file(
        replace(BROKEN_FOOTPATH, attachments=(PHOTO,)), lambda *bytes_done: told.append(bytes_done)
    )
    form, photo = writings(await chain.officer("khet").actor.read(done.case_id))

    assert form.texts == dict(BROKEN_FOOTPATH.fields)
    assert photo == PHOTO
    assert writings(await citizen.actor.read(done.case_id)) == [form, photo]
    assert told[-1][0] == told[-1][1]


async def test_whoever_has_the_words_of_the_receipt_follows_the_case(chain):
    receipt = ComplaintReceipt.generate()
    done = await chain.citizen(receipt).file(BROKEN_FOOTPATH)

    again = chain.citizen(ComplaintReceipt.from_words(receipt.words))
    [case_id] = await ledger.cases_of(chain, again.actor.address)
    tracked = await again.track(case_id)

    assert case_id == done.case_id
    assert (tracked.case.holder, tracked.case.state) == ("khet", "filed")
    assert {one.clock for one in tracked.deadlines} == {"acceptance", "interim", "resolution"}
    assert [line.kind for line in tracked.timeline] == ["filed"]


async def test_a_citizen_files_openly_and_reads_with_a_key_of_the_account(chain):
    wallet = Wallet([key_of("malee")])
    done = await Citizen.by_account(chain.connection, wallet).file(BROKEN_FOOTPATH)

    again = Citizen.by_account(chain.connection, wallet)

    assert (await again.track(done.case_id)).case.filer == "account"
    assert writings(await again.actor.read(done.case_id))[0].texts == dict(BROKEN_FOOTPATH.fields)


async def test_a_verified_citizen_reports_to_the_police(chain):
    chain.proof()
    wallet = Wallet([key_of("somchai-1")])
    somchai = Citizen.by_account(chain.connection, wallet, name_of("somchai"))
    texts = {"incident": "โทรศัพท์หาย", "incident-time": "เมื่อวาน", "place": "ตลาด"}
    theft = Complaint(
        template="police-report", category="theft", agency="police", area="bkk", fields=texts
    )

    done = await somchai.file(theft)
    added = await somchai.add(done.case_id, PHOTO)

    assert (done.outcome.is_ok, added.is_ok) == (True, True)
    assert (await somchai.track(done.case_id)).case.filer == "verified"
    assert writings(await chain.officer("police").actor.read(done.case_id))[1] == PHOTO


async def test_a_template_that_is_not_in_force_is_refused_before_anything_is_put(chain):
    with pytest.raises(CaseNotFound, match="no template"):
        await chain.citizen().file(replace(BROKEN_FOOTPATH, template="nothing"))


async def test_a_citizen_who_is_not_content_reopens_in_time(chain):
    citizen, officer, case_id = await worked(chain)
    await officer.resolve(case_id, "fixed", "ซ่อมแล้ว")

    reopened = await citizen.actor.send(Reopen(case_id, ""))

    assert reopened.is_ok
    assert (await citizen.track(case_id)).case.state == "reopened"


async def test_an_agency_that_has_no_part_reads_nothing(chain):
    _citizen, case_id = await filed(chain)

    found = await chain.officer("water").actor.read(case_id)

    assert writings(found) == [None]
    assert failures(found) == {1: "NOT_A_READER"}


async def test_a_question_is_answered_and_both_are_read_by_both(chain):
    citizen, officer, case_id = await worked(chain)

    asked = await officer.ask(case_id, "บ้านเลขที่เท่าไร")
    answered = await citizen.answer(case_id, "๙๙")

    assert (asked.is_ok, answered.is_ok) == (True, True)
    for reader in (citizen, officer):
        assert writings(await reader.actor.read(case_id))[1:] == [Note("บ้านเลขที่เท่าไร"), Note("๙๙")]


async def test_internal_notes_are_for_agencies_and_public_ones_for_everybody(chain):
    citizen, officer, case_id = await worked(chain)
    await officer.add(case_id, Note("ภายใน"), "internal")
    await officer.add(case_id, Note("ประกาศ"), "public")

    by_citizen = await citizen.actor.read(case_id)
    by_stranger = await chain.officer("water").actor.read(case_id)

    assert writings(await officer.actor.read(case_id))[1:] == [Note("ภายใน"), Note("ประกาศ")]
    assert failures(by_citizen) == {2: "NOT_A_READER"}
    assert failures(by_stranger) == {1: "NOT_A_READER", 2: "NOT_A_READER"}
    assert writings(by_stranger)[2] == Note("ประกาศ")


async def test_a_case_that_is_handed_over_takes_its_content_along(chain):
    citizen, officer, case_id = await worked(chain)
    await officer.add(case_id, Note("ภายใน"), "internal")
    roads = chain.officer("roads")

    offered = await officer.offer(case_id, "roads", "their-road")
    before = writings(await roads.actor.read(case_id))
    taken = await take_over(chain, roads, case_id)
    replied = await roads.add(case_id, Note("รับเรื่องแล้ว"), "participant")

    assert (offered.is_ok, taken.is_ok, replied.is_ok) == (True, True, True)
    assert [type(one) for one in before] == [Form, Note]
    assert writings(await roads.actor.read(case_id))[1:] == [Note("ภายใน"), Note("รับเรื่องแล้ว")]
    assert writings(await citizen.actor.read(case_id))[2] == Note("รับเรื่องแล้ว")
    assert failures(await officer.actor.read(case_id)) == dict.fromkeys((1, 2, 3), "NOT_A_READER")


async def test_an_offer_that_is_rejected_or_cancelled_leaves_the_case_where_it_is(chain):
    _citizen, officer, case_id = await worked(chain)
    roads = chain.officer("roads")
    await officer.offer(case_id, "roads", "their-road")
    first = await offer_of(chain, case_id)
    rejected = await roads.actor.send(RejectTransfer(case_id, first, "not-our-road"))
    await officer.offer(case_id, "water", "a-pipe")
    second = await offer_of(chain, case_id)
    cancelled = await officer.actor.send(CancelTransfer(case_id, second))

    assert (rejected.is_ok, cancelled.is_ok) == (True, True)
    assert [one.case_id for one in await ledger.inbox(chain, "khet", "held")] == [case_id]
    with pytest.raises(NoOffer):
        await offer_of(chain, case_id)


async def test_agencies_work_together_and_part_again(chain):
    _citizen, officer, case_id = await worked(chain)
    roads = chain.officer("roads")
    invited = await officer.invite(case_id, "roads")
    joined = await roads.actor.send(AcceptJoint(case_id, "roads"))
    added = await roads.add(case_id, Note("วัดแล้ว"), "internal")
    read_by_holder = writings(await officer.actor.read(case_id))
    left = await roads.actor.send(RemoveJoint(case_id, "roads"))

    assert all(one.is_ok for one in (invited, joined, added, left))
    assert read_by_holder[1] == Note("วัดแล้ว")
    assert failures(await roads.actor.read(case_id)) == dict.fromkeys((1, 2), "NOT_A_READER")


async def test_each_part_of_a_split_case_has_the_form_and_reaches_the_citizen(chain):
    citizen, officer, case_id = await worked(chain)

    parted = await officer.split(case_id, ["road", "drain"])
    water = chain.officer("water")
    await officer.offer(parted.parts[1], "water", "a-drain")
    await take_over(chain, water, parted.parts[1])
    note = await water.add(parted.parts[1], Note("ท่อ"), "participant")

    assert parted.outcome.is_ok
    assert note.is_ok
    cases = await ledger.cases_of(chain, citizen.actor.address)
    assert set(cases) == {case_id, *parted.parts}
    assert isinstance(writings(await water.actor.read(parted.parts[1]))[0], Form)
    assert writings(await citizen.actor.read(parted.parts[1]))[1] == Note("ท่อ")
    clocks = {one.clock for one in (await citizen.track(parted.parts[0])).deadlines}
    assert "interim" in clocks  # the form is the citizen's own, no reply to them


async def test_a_case_is_merged_into_another(chain):
    _first, officer, case_id = await worked(chain)
    _second, other = await filed(chain)
    await officer.actor.send(Accept(other))

    merged = await officer.actor.send(Merge(other, case_id))

    assert merged.is_ok, merged.receipt
    assert [one.case_id for one in await ledger.inbox(chain, "khet", "held")] == [case_id]


async def test_a_result_is_rated_once(chain):
    citizen, officer, case_id = await worked(chain)
    resolved = await officer.resolve(case_id, "fixed", "ซ่อมแล้ว")

    rated = await citizen.actor.send(Rate(case_id, 5))
    again = await citizen.actor.send(Confirm(case_id))

    assert (resolved.is_ok, rated.is_ok, again.is_ok) == (True, True, False)
    assert again.receipt == {"code": "BAD_STATE"}
    assert (await citizen.track(case_id)).case.stars == 5


async def test_an_appeal_is_read_by_the_supervisor_who_gives_the_case_to_another(chain):
    citizen, officer, case_id = await worked(chain)
    await officer.resolve(case_id, "not-justified", "ไม่พบ")
    supervisor = chain.supervisor()

    appealed = await citizen.appeal(case_id, "ยังพังอยู่", ["etda"])
    waiting = [one.case_id for one in await ledger.appeals(chain)]
    seen = writings(await supervisor.actor.read(case_id))
    decided = await supervisor.decide(case_id, "reassign", "roads")

    assert (appealed.is_ok, decided.is_ok) == (True, True)
    assert waiting == [case_id]
    assert seen[1:] == [Note("ไม่พบ"), Note("ยังพังอยู่")]
    assert isinstance(writings(await chain.officer("roads").actor.read(case_id))[0], Form)


async def test_a_stuck_case_is_assigned_and_the_citizen_shares_what_it_holds(chain):
    citizen, case_id = await filed(chain)
    chain.wait(2 * 86_400)
    chain.wait(1)
    supervisor = chain.supervisor()
    [missed] = await ledger.escalations(chain)

    assigned = await supervisor.assign(case_id, "roads", "no-answer")
    before = failures(await chain.officer("roads").actor.read(case_id))
    await citizen.actor.share(case_id)

    assert (missed.clock, missed.agency) == ("acceptance", "khet")
    assert assigned.is_ok
    assert before == {1: "no wrap is for this key"}
    assert isinstance(writings(await chain.officer("roads").actor.read(case_id))[0], Form)


async def test_an_erased_case_is_gone_and_its_receipts_are_on_the_ledger(chain):
    citizen, officer, case_id = await worked(chain)
    await citizen.actor.send(Withdraw(case_id))
    await citizen.actor.send(RequestErasure(case_id))
    court, erasing = chain.supervisor().actor, Erase(case_id, "khet", "pdpa-33")
    hold = await court.send(PlaceHold(case_id, "etda", "trial"))
    refused = await officer.actor.send(erasing)
    await court.send(LiftHold(case_id, "etda"))

    erased = await officer.actor.send(erasing)
    receipts = await record_receipts(officer.actor, "khet", case_id)

    assert (hold.is_ok, refused.receipt, erased.is_ok) == (True, {"code": "LEGAL_HOLD"}, True)
    assert [(one.host, one.outcome.is_ok) for one in receipts] == [("dopa", True)]
    assert await record_receipts(officer.actor, "khet", case_id) == ()
    assert await citizen.actor.read(case_id) == ()


async def test_an_officer_files_for_someone_who_gets_the_words(chain):
    receipt = ComplaintReceipt.generate()

    done = await chain.officer("khet").take_in(BROKEN_FOOTPATH, receipt)

    citizen = chain.citizen(receipt)
    assert done.outcome.is_ok
    assert await ledger.cases_of(chain, receipt.address) == (done.case_id,)
    assert (await citizen.track(done.case_id)).case.filer == "intake"
    assert writings(await citizen.actor.read(done.case_id))[0].texts == dict(BROKEN_FOOTPATH.fields)


async def test_nothing_is_sealed_to_an_agency_that_has_no_key(chain):
    citizen = chain.citizen()

    with pytest.raises(NoReadingKey, match="mute"):
        await citizen.file(replace(BROKEN_FOOTPATH, agency="mute"))

    assert await ledger.cases_of(chain, citizen.actor.address) == ()
