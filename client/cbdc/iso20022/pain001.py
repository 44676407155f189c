"""pain.001.001.09, a customer's orders to a bank: how a payout file of a programme is read."""

from collections.abc import Callable
from typing import TypeVar

from client.cbdc.errors import BadMessage
from client.cbdc.iso20022.parts import address_of_account, satang_of
from client.cbdc.iso20022.schema import Message, read
from client.cbdc.payout_file import Collector, PayoutFile, RowProblem, reference_in
from primitives.ids import Address

KIND = "pain.001.001.09"
_TRANSFER = "TRF"
_Part = TypeVar("_Part")


def read_pain001(data: bytes, payer: Address) -> PayoutFile:
    """Return the orders of a message as payouts of `payer`; a row's line is its number, from 1.

    The whole message must be sound; an order that cannot be paid is a bad row.

    Raises:
        UnsafeXml, BadMessage, ExtraMissing: see client.cbdc.iso20022.schema.
        BadMessage: another payer, another method, or counts and sums that do not match.
        BadPayoutFile: too many orders.
    """
    message = read(data, KIND).cstmr_cdt_trf_initn
    collector = Collector()
    number = 0
    for group in message.pmt_inf:
        _check_group(group, payer)
        for order in group.cdt_trf_tx_inf:
            number += 1
            collector.take(number, _reader(order))
    _check_header(message, number)
    return collector.file()


def _check_group(group: Message, payer: Address) -> None:
    if group.pmt_mtd.value != _TRANSFER:
        raise BadMessage(f"the method is {group.pmt_mtd.value}, must be {_TRANSFER}")
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


def _reader(order: Message) -> Callable[[], tuple[Address, int, str]]:
    def row() -> tuple[Address, int, str]:
        if order.cdtr_acct is None:
            raise RowProblem("CdtrAcct", "the order names no account")
        if order.amt.instd_amt is None:
            raise RowProblem("InstdAmt", "the order's amount is not in its own currency")
        return (
            _or_problem("CdtrAcct", address_of_account, order.cdtr_acct),
            _or_problem("InstdAmt", satang_of, order.amt.instd_amt),
            reference_in(order.pmt_id.end_to_end_id, "EndToEndId"),
        )

    return row


def _or_problem(column: str, read_part: Callable[[Message], _Part], part: Message) -> _Part:
    try:
        return read_part(part)
    except BadMessage as error:
        raise RowProblem(column, error.message) from error
