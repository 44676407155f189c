"""pacs.008.001.08, a credit transfer between banks: how a payment on the ledger is told."""

from dataclasses import dataclass

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
from primitives.ids import Address, TransactionId

KIND = "pacs.008.001.08"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A payment as the ledger holds it; the banks are agency ids, None where there is none."""

    transaction_id: TransactionId
    time_ms: int
    payer: Address
    payee: Address
    satang: int
    payer_bank: str | None = None
    payee_bank: str | None = None
    end_to_end: str = ""
    memo: str = ""


def pacs008(transfer: Transfer, *, now_ms: int) -> bytes:
    """Return the message of one payment, made at `now_ms`.

    The transaction's whole id is in the remittance information; TxId holds 35 digits of it.
    Raises BadMessage, ExtraMissing.
    """
    types = messages(KIND)
    amount = types.ActiveCurrencyAndAmount(value=baht(transfer.satang), ccy=BAHT)
    header = types.GroupHeader93(
        msg_id=reference(transfer.transaction_id.hex()),
        cre_dt_tm=moment(now_ms),
        nb_of_txs="1",
        ttl_intr_bk_sttlm_amt=amount,
        intr_bk_sttlm_dt=day(transfer.time_ms),
        sttlm_inf=types.SettlementInstruction7(
            sttlm_mtd=types.SettlementMethod1Code.CLRG,
            clr_sys=types.ClearingSystemIdentification3Choice(prtry=SCHEME),
        ),
    )
    body = types.FitoFicustomerCreditTransferV08(
        grp_hdr=header, cdt_trf_tx_inf=[_transaction(types, transfer, amount)]
    )
    return write(types.Document(fito_ficstmr_cdt_trf=body))


def _transaction(types: Message, transfer: Transfer, amount: Message) -> Message:
    """Return the one transaction; payer and payee are pseudonyms, so they have no names."""
    transaction_id = transfer.transaction_id.hex()
    return types.CreditTransferTransaction39(
        pmt_id=types.PaymentIdentification7(
            end_to_end_id=reference(transfer.end_to_end),
            tx_id=reference(transaction_id),
            uetr=uetr_of(transfer.transaction_id),
        ),
        intr_bk_sttlm_amt=amount,
        accptnc_dt_tm=moment(transfer.time_ms),
        chrg_br=types.ChargeBearerType1Code.SLEV,
        dbtr=types.PartyIdentification135(),
        dbtr_acct=account(types, transfer.payer),
        dbtr_agt=agent(types, transfer.payer_bank),
        cdtr_agt=agent(types, transfer.payee_bank),
        cdtr=types.PartyIdentification135(),
        cdtr_acct=account(types, transfer.payee),
        rmt_inf=remittance(types, transfer.memo, f"transaction {transaction_id}"),
    )
