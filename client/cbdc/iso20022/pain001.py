"""pain.001, versions 03 and 09, a customer's orders to a bank: how a payout file is read.

The ledger names an order by message, payment information and row, so it is paid once whatever
comes beside it. What a message holds and this reader does not act on is refused by name: the parts
that are understood are listed here. Some say nothing about who is paid how much and when; the
payer may let those be left out, also by name.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import TypeVar

from client.cbdc.errors import BadMessage
from client.cbdc.iso20022.parts import BANGKOK, UNKNOWN, address_of_account, satang_of
from client.cbdc.iso20022.schema import Message, kind_of, read
from client.cbdc.payout_file import (
    REFERENCE_CHARS_MAX,
    Collector,
    Payout,
    PayoutFile,
    RowProblem,
    reference_in,
    travel_in,
)
from primitives.codec import encode
from primitives.crypto import Digest, digest
from primitives.ids import Address

KINDS = ("pain.001.001.03", "pain.001.001.09")
_TRANSFER = "TRF"
_SERIES_HEX = 32
_TRAVEL = "travel "  # then 0x and hex digits, in what the order instructs its own bank
_HEADER = frozenset({"MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"})
_GROUP = frozenset(
    {"PmtInfId", "PmtMtd", "NbOfTxs", "CtrlSum", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt"}
    | {"ChrgBr", "CdtTrfTxInf"}  # there are no charges, so that whoever bears them is right
)
_ORDER = frozenset({"PmtId", "Amt", "ChrgBr", "Cdtr", "CdtrAgt", "CdtrAcct", "InstrForDbtrAgt"})
# What may be left out, since the ledger pays alike without it.
IGNORABLE = frozenset(
    {"BtchBookg", "PmtTpInf", "UltmtDbtr", "UltmtCdtr", "Purp", "RgltryRptg", "Tax", "RltdRmtInf"}
    | {"RmtInf", "SplmtryData", "InstrForCdtrAgt", "ChrgsAcct", "ChrgsAcctAgt", "FwdgAgt"}
    | {"UETR", "Tp"}  # of the payment, which the ledger names itself; of an account
)
_ACCOUNT = frozenset({"Id", "Ccy", "Nm", "Prxy"})
_NAMES = frozenset({"InstrId", "EndToEndId"})
_Part = TypeVar("_Part")


def read_pain001(data: bytes, payer: Address, ignored: Collection[str] = ()) -> PayoutFile:
    """Return the orders of a message as payouts of `payer`; a row's line is its number, from 1.

    The whole message must be sound and, but for the parts named in `ignored`, understood; an order
    that cannot be paid is a bad row. A row is not due before its group's requested execution date.

    Raises:
        UnsafeXml, BadMessage, ExtraMissing: see client.cbdc.iso20022.schema.
        BadMessage: another payer, method, version, a part that is not understood, or counts and
            sums that do not match.
        BadPayoutFile: too many orders.
    """
    _check_ignorable(ignored)
    kind = kind_of(data)
    if kind not in KINDS:
        raise BadMessage(f"not a {' or '.join(KINDS)}: {kind[:60]!r}")
    message = read(data, kind).cstmr_cdt_trf_initn
    _check_understood(message, frozenset({"GrpHdr", "PmtInf"}), ignored, "")
    _check_understood(message.grp_hdr, _HEADER, ignored, "GrpHdr/")
    collector = Collector()
    number = 0
    for group in message.pmt_inf:
        _check_group(group, payer, ignored)
        row_of = _rows_of(message.grp_hdr.msg_id, group, ignored)
        for place, order in enumerate(group.cdt_trf_tx_inf, start=1):
            number += 1
            collector.take(number, row_of(place, order))
    _check_header(message, number)
    return collector.file()


def _check_ignorable(ignored: Collection[str]) -> None:
    for name in ignored:
        if name not in IGNORABLE:
            raise BadMessage(f"{name[:40]!r} is none of {', '.join(sorted(IGNORABLE))}")


def _check_understood(
    part: Message, known: Collection[str], ignored: Collection[str], place: str
) -> None:
    for name in _unknown_in(part, known, ignored):
        raise BadMessage(f"{place}{name} {_refusal_of(name)}")


def _refusal_of(name: str) -> str:
    hint = f"; --ignore {name} pays without it" if name in IGNORABLE else ""
    return f"is not understood here{hint}"


def _unknown_in(part: Message, known: Collection[str], ignored: Collection[str]) -> Iterator[str]:
    """Yield the names of the elements that are there and neither known nor ignored."""
    for field in fields(part):
        name = str(field.metadata["name"])
        value = getattr(part, field.name)
        is_there = value is not None and value != []
        if is_there and name not in known and name not in ignored:
            yield name


def _check_group(group: Message, payer: Address, ignored: Collection[str]) -> None:
    if group.pmt_mtd.value != _TRANSFER:
        raise BadMessage(f"the method is {group.pmt_mtd.value}, must be {_TRANSFER}")
    _check_understood(group, _GROUP, ignored, f"PmtInf {group.pmt_inf_id}/")
    _check_understood(group.dbtr_acct, _ACCOUNT, ignored, f"PmtInf {group.pmt_inf_id}/DbtrAcct/")
    if address_of_account(group.dbtr_acct) != payer:
        raise BadMessage(f"{group.pmt_inf_id} is to be paid by another account than the one given")
    _check_totals(group, len(group.cdt_trf_tx_inf), group.cdt_trf_tx_inf)


def _check_header(message: Message, count: int) -> None:
    orders = [order for group in message.pmt_inf for order in group.cdt_trf_tx_inf]
    _check_totals(message.grp_hdr, count, orders)


def _check_totals(part: Message, count: int, orders: list[Message]) -> None:
    if part.nb_of_txs is not None and int(part.nb_of_txs) != count:
        raise BadMessage(f"NbOfTxs is {part.nb_of_txs}, there are {count}")
    instructed = [order.amt.instd_amt for order in orders if order.amt.instd_amt is not None]
    total = sum(amount.value for amount in instructed)
    if part.ctrl_sum is not None and part.ctrl_sum != total:
        raise BadMessage(f"CtrlSum is {part.ctrl_sum}, the orders sum to {total}")


def _rows_of(
    message_id: str, group: Message, ignored: Collection[str]
) -> Callable[[int, Message], Callable[[int], Payout]]:
    """Return what reads the orders of a group, each with its place in the group, from 1."""
    series = digest("cbdc/pain001", encode((message_id, group.pmt_inf_id))).hex()[:_SERIES_HEX]
    due_ms = _begin_of(group.reqd_exctn_dt)

    def reader(place: int, order: Message) -> Callable[[int], Payout]:
        def row(line: int) -> Payout:
            _check_order(order, ignored)
            return Payout(
                line=line,
                to=_or_problem("CdtrAcct", address_of_account, order.cdtr_acct),
                satang=_or_problem("InstdAmt", satang_of, order.amt.instd_amt),
                reference=_reference_of(order, place),
                series=series,
                travel=_travel_of(order),
                due_ms=due_ms,
            )

        return row

    return reader


def _check_order(order: Message, ignored: Collection[str]) -> None:
    """Raise RowProblem for what an order lacks, or holds and is not understood."""
    if order.cdtr_acct is None:
        raise RowProblem("CdtrAcct", "the order names no account")
    if order.amt.instd_amt is None:
        raise RowProblem("InstdAmt", "the order's amount is not in its own currency")
    known = ((order, _ORDER), (order.pmt_id, _NAMES), (order.cdtr_acct, _ACCOUNT))
    for part, names in known:
        for name in _unknown_in(part, names, ignored):
            raise RowProblem(name, _refusal_of(name))


def _reference_of(order: Message, place: int) -> str:
    """Return what names an order in its group: EndToEndId, else InstrId, else its place."""
    named = order.pmt_id.end_to_end_id
    if named != UNKNOWN:
        return reference_in(named, "EndToEndId")
    if order.pmt_id.instr_id not in {None, UNKNOWN}:
        return reference_in(order.pmt_id.instr_id, "InstrId")
    return f"row {place}"[:REFERENCE_CHARS_MAX]


def _travel_of(order: Message) -> Digest | None:
    """Return the digest that the order gives its own bank, which is all that it may say to it."""
    text = order.instr_for_dbtr_agt
    if text is None:
        return None
    if not text.startswith(_TRAVEL):
        raise RowProblem("InstrForDbtrAgt", "is understood only as 'travel 0x...'")
    return travel_in(text.removeprefix(_TRAVEL), "InstrForDbtrAgt")


def _begin_of(wanted: Message) -> int:
    """Return when a requested day begins in Bangkok, or a requested time."""
    is_choice = is_dataclass(wanted)
    if is_choice and wanted.dt_tm is not None:
        moment = wanted.dt_tm.to_datetime()
        begins = moment if moment.tzinfo is not None else moment.replace(tzinfo=BANGKOK)
    else:
        day = (wanted.dt if is_choice else wanted).to_date()
        begins = datetime(day.year, day.month, day.day, tzinfo=BANGKOK)
    return int(begins.timestamp() * 1_000)


def _or_problem(column: str, read_part: Callable[[Message], _Part], part: Message) -> _Part:
    try:
        return read_part(part)
    except BadMessage as error:
        raise RowProblem(column, error.message) from error
