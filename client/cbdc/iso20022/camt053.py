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

KIND = "camt.053.001.08"
_OPENING, _CLOSING, _BOOKED = "OPBD", "CLBD", "BOOK"


def camt053(statement: Statement, *, now_ms: int, bank: str | None = None) -> bytes:
    """Return the message of a statement, made at `now_ms`; `bank` is the wallet's agency.

    An entry's reference is its block height and place there. Raises BadMessage, ExtraMissing.
    """
    types = messages(KIND)
    name = f"{statement.from_height}-{statement.to_height}"
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
        ntry=[_entry(types, statement, entry) for entry in statement.entries],
    )
    header = types.GroupHeader81(msg_id=reference(name), cre_dt_tm=moment(now_ms))
    body = types.BankToCustomerStatementV08(grp_hdr=header, stmt=[told])
    return write(types.Document(bk_to_cstmr_stmt=body))


def _balance(types: ModuleType, code: str, at: tuple[int, int]) -> Message:
    satang, time_ms = at
    return types.CashBalance8(
        tp=types.BalanceType13(cd_or_prtry=types.BalanceType10Choice(cd=code)),
        amt=types.ActiveOrHistoricCurrencyAndAmount(value=baht(satang), ccy=BAHT),
        cdt_dbt_ind=types.CreditDebitCode.CRDT,
        dt=types.DateAndDateTime2Choice(dt=day(time_ms)),
    )


def _entry(types: ModuleType, statement: Statement, entry: Entry) -> Message:
    directions = types.CreditDebitCode
    place = reference(f"{entry.height}-{entry.index}")
    return types.ReportEntry10(
        ntry_ref=place,
        amt=types.ActiveOrHistoricCurrencyAndAmount(value=baht(abs(entry.satang)), ccy=BAHT),
        cdt_dbt_ind=directions.CRDT if entry.satang > 0 else directions.DBIT,
        sts=types.EntryStatus1Choice(cd=_BOOKED),
        bookg_dt=types.DateAndDateTime2Choice(dt_tm=moment(entry.time_ms)),
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
