"""camt.053.001.08, a bank's statement to its customer: how a wallet's statement is told."""

from dataclasses import replace
from types import ModuleType

from client.cbdc.iso20022.parts import (
    BAHT,
    SCHEME,
    account,
    agent,
    baht,
    day,
    moment,
    reference,
    remittance,
    uetr_of,
)
from client.cbdc.iso20022.schema import Message, messages, write
from client.cbdc.statement import Entry, Statement
from primitives.codec import encode
from primitives.crypto import digest

KIND = "camt.053.001.08"
_NAME_HEX = 32
_OPENING, _CLOSING, _BOOKED = "OPBD", "CLBD", "BOOK"


def camt053(
    statement: Statement, *, now_ms: int, bank: str | None = None, has_times: bool = True
) -> bytes:
    """Return the message of a statement, made at `now_ms`; `bank` is the wallet's agency.

    The message and the statement are named by account and period, an entry by its place in the
    ledger. Every entry has the day of its booking as value date; with `has_times` its booking date
    has the time as well, which not every reader takes. Raises BadMessage, ExtraMissing.
    """
    types = messages(KIND)
    name = _name_of(statement)
    owned = replace(account(types, statement.address, "CashAccount39"), svcr=agent(types, bank))
    told = types.AccountStatement9(
        id=reference(name),
        cre_dt_tm=moment(now_ms),
        fr_to_dt=types.DateTimePeriod1(
            fr_dt_tm=moment(statement.from_ms), to_dt_tm=moment(statement.to_ms)
        ),
        acct=owned,
        bal=[
            _balance(types, _OPENING, (statement.opening, statement.from_ms)),
            _balance(types, _CLOSING, (statement.closing, statement.to_ms)),
        ],
        ntry=[_entry(types, statement, entry, has_times=has_times) for entry in statement.entries],
    )
    header = types.GroupHeader81(msg_id=reference(name), cre_dt_tm=moment(now_ms))
    body = types.BankToCustomerStatementV08(grp_hdr=header, stmt=[told])
    return write(types.Document(bk_to_cstmr_stmt=body))


def _name_of(statement: Statement) -> str:
    heights = (statement.from_height, statement.to_height)
    content = encode((statement.address, *heights, statement.from_ms, statement.to_ms))
    return digest("cbdc/camt053", content).hex()[:_NAME_HEX]


def _balance(types: ModuleType, code: str, at: tuple[int, int]) -> Message:
    satang, time_ms = at
    return types.CashBalance8(
        tp=types.BalanceType13(cd_or_prtry=types.BalanceType10Choice(cd=code)),
        amt=types.ActiveOrHistoricCurrencyAndAmount(value=baht(satang), ccy=BAHT),
        cdt_dbt_ind=types.CreditDebitCode.CRDT,
        dt=types.DateAndDateTime2Choice(dt=day(time_ms)),
    )


def _entry(types: ModuleType, statement: Statement, entry: Entry, *, has_times: bool) -> Message:
    directions = types.CreditDebitCode
    place = reference(f"{entry.height}-{entry.index}-{entry.place}")
    booked_on = types.DateAndDateTime2Choice(dt=day(entry.time_ms))
    booked_at = types.DateAndDateTime2Choice(dt_tm=moment(entry.time_ms))
    return types.ReportEntry10(
        ntry_ref=place,
        amt=types.ActiveOrHistoricCurrencyAndAmount(value=baht(abs(entry.satang)), ccy=BAHT),
        cdt_dbt_ind=directions.CRDT if entry.satang > 0 else directions.DBIT,
        sts=types.EntryStatus1Choice(cd=_BOOKED),
        bookg_dt=booked_at if has_times else booked_on,
        val_dt=booked_on,
        acct_svcr_ref=place,
        bk_tx_cd=types.BankTransactionCodeStructure4(
            prtry=types.ProprietaryBankTransactionCodeStructure1(
                cd=reference(entry.kind), issr=SCHEME
            )
        ),
        ntry_dtls=[types.EntryDetails9(tx_dtls=[_details(types, statement, entry)])],
        addtl_ntry_inf=f"transaction {entry.transaction_id.hex()}",
    )


def _details(types: ModuleType, statement: Statement, entry: Entry) -> Message:
    return types.EntryTransaction10(
        refs=types.TransactionReferences6(
            end_to_end_id=reference(entry.reference), uetr=uetr_of(entry.transaction_id)
        ),
        rltd_pties=_parties(types, statement, entry),
        rmt_inf=remittance(types, entry.text),
    )


def _parties(types: ModuleType, statement: Statement, entry: Entry) -> Message:
    if entry.counterparty is None:
        return None
    own, other = account(types, statement.address), account(types, entry.counterparty)
    payer, payee = (other, own) if entry.satang > 0 else (own, other)
    return types.TransactionParties6(dbtr_acct=payer, cdtr_acct=payee)
