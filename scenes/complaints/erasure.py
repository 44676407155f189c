"""Erasure of one complaint, and the legal hold that forbids it for another."""

import asyncio
from pathlib import Path

from client.complaints import ledger
from client.complaints.asking import BlobAccount
from client.complaints.blobs import BlobClient
from client.complaints.erasure import record_receipts
from client.complaints.receipt_key import ComplaintReceipt
from client.contract import ask
from client.errors import RpcRefused
from client.wallet import Wallet
from commands.devnet_files import Devnet
from commands.output import CheckFailed
from contracts.complaints.erasures.messages import Erase, PlaceHold, RequestErasure
from contracts.complaints.work.contents import receipts_of_erasure
from primitives.crypto import Digest, SigningKey
from scenes.complaints.bangkok import Complaint
from scenes.complaints.cast import COURT, City, CityStory
from scenes.complaints.days import Filer, file, follow, steps_of
from scenes.complaints.secrecy import files_of, files_with
from scenes.kit.calls import code_from, must

_GONE_S = 20.0
_POLL_S = 0.1


async def erase(city: City, story: CityStory, complaint: Complaint, filer: Filer) -> None:
    """Delete what a case holds at every node, on its citizen's request; receipts are recorded."""
    await file(city, complaint, filer)
    await follow(city, complaint, filer, steps_of(complaint))
    receipt = _receipt_of(filer)
    case_id, officer = complaint.case_id, city.officer(complaint.agency)
    lines = await ledger.contents(city.connection.rpc, case_id)
    outsider = await _asked_by_a_stranger(city, lines[0].digest)
    story.note(
        "who has no part in a case gets none of its content",
        outsider,
        is_kept=outsider == "NOT_A_READER",
    )
    needles = await _bytes_of(officer.actor.blobs(), [line.digest for line in lines])
    before = await asyncio.to_thread(_found, city.devnet, needles)
    await must("asking for erasure", city.citizen(receipt).actor.send(RequestErasure(case_id)))
    erasing = Erase(case_id=case_id, agency=complaint.agency, legal_basis="pdpa-33")
    await must("erasing", officer.actor.send(erasing))
    recorded = await record_receipts(officer.actor, complaint.agency, case_id)
    after = await _until_gone(city.devnet, needles)
    keys = {member.name: member.public_key for member in city.devnet.genesis.members}
    on_record = [
        receipt
        for line in lines
        for receipt in await ask(city.connection.rpc, receipts_of_erasure, line.digest)
    ]
    is_signed = all(keys.get(signed.host) == signed.public_key for signed in on_record)
    story.note(
        "an erased case's ciphertexts and keys are at no node any more",
        f"{len(before)} files with them before, {len(after)} after",
        is_kept=len(before) > 0 and not after,
    )
    story.note(
        "the nodes' signed receipts of the erasure are on the ledger",
        f"{len(on_record)} receipts of {len({signed.host for signed in on_record})} nodes",
        is_kept=is_signed and len(on_record) == len(recorded) >= 2 * len(lines),
    )


async def hold(city: City, story: CityStory, complaint: Complaint, filer: Filer) -> None:
    """A court's hold refuses the erasure that the citizen asked for."""
    await file(city, complaint, filer)
    await follow(city, complaint, filer, steps_of(complaint))
    receipt, case_id = _receipt_of(filer), complaint.case_id
    await must("asking for erasure", city.citizen(receipt).actor.send(RequestErasure(case_id)))
    placing = PlaceHold(case_id=case_id, agency=COURT, legal_basis="evidence")
    await must("placing a hold", city.officer(COURT).actor.send(placing))
    erasing = Erase(case_id=case_id, agency=complaint.agency, legal_basis="pdpa-33")
    code = await code_from(city.officer(complaint.agency).actor.send(erasing))
    case = await ledger.case(city.connection.rpc, case_id)
    story.note(
        "a legal hold refuses the erasure",
        f"{code}, held by {case.held_by}",
        is_kept=code == "LEGAL_HOLD" and case.held_by == COURT and not case.is_erased,
    )


async def _until_gone(devnet: Devnet, needles: list[bytes]) -> list[Path]:
    clock = asyncio.get_running_loop()
    until = clock.time() + _GONE_S
    while True:
        paths = await asyncio.to_thread(_found, devnet, needles)
        if not paths or clock.time() >= until:
            return paths
        await asyncio.sleep(_POLL_S)


def _found(devnet: Devnet, needles: list[bytes]) -> list[Path]:
    return files_with(files_of(devnet), needles)


async def _bytes_of(client: BlobClient, contents: list[Digest]) -> list[bytes]:
    """Return ciphertexts and sealed keys of contents, as nodes keep them."""
    async with client as blobs:
        needles = []
        for content in contents:
            needles += [blob[-64:] for blob in await blobs.fetch(content)]
            documents = await blobs.documents(content)
            needles += [wrap.sealed for document in documents for wrap in document.body.wraps]
    return needles


async def _asked_by_a_stranger(city: City, content: Digest) -> str:
    """Return what nodes say to an account that has no part in a case."""
    chain_id = city.devnet.genesis.chain_id
    stranger = BlobAccount.of_key(chain_id, SigningKey(Wallet.generate().seed))
    async with BlobClient(city.devnet.urls, stranger) as blobs:
        try:
            await blobs.fetch(content)
        except RpcRefused as refused:
            return refused.code
    return "given"


def _receipt_of(filer: Filer) -> ComplaintReceipt:
    if filer.receipt is None:
        raise CheckFailed("the complaint has no content")
    return filer.receipt
