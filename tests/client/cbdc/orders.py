"""pain.001 messages for tests: a programme that pays some orders."""

import re

from client.wallet import Wallet
from primitives.ids import show_address

AGENCY, ONE, TWO = (Wallet.from_seed(bytes([n]) * 32).address for n in (9, 1, 2))
DAY = "<Dt>2026-11-01</Dt>"
DAY_MS = 1_793_466_000_000  # when 2026-11-01 begins in Bangkok


def account_xml(address, shown=None):
    proxy = shown or show_address(address)
    return (
        "<Id><Othr><Id>NOTPROVIDED</Id></Othr></Id>"
        f"<Prxy><Tp><Prtry>SAPHA</Prtry></Tp><Id>{proxy}</Id></Prxy>"
    )


def order_xml(to=TWO, amount="600.00", end_to_end="k-1", currency="THB", account=None):
    creditor = account_xml(to) if account is None else account
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{end_to_end}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="{currency}">{amount}</InstdAmt></Amt>'
        f"<CdtrAcct>{creditor}</CdtrAcct></CdtTrfTxInf>"
    )


def pain_xml(
    *orders, payer=AGENCY, count=None, total=None, method="TRF", top="", message="M1", day=DAY
):
    count = len(orders) if count is None else count
    ctrl_sum = "" if total is None else f"<CtrlSum>{total}</CtrlSum>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{top}'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>'
        f"<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-11-01T12:00:00+07:00</CreDtTm>"
        f"<NbOfTxs>{count}</NbOfTxs>{ctrl_sum}<InitgPty/></GrpHdr>"
        f"<PmtInf><PmtInfId>P1</PmtInfId><PmtMtd>{method}</PmtMtd>"
        f"<ReqdExctnDt>{day}</ReqdExctnDt><Dbtr/>"
        f"<DbtrAcct>{account_xml(payer)}</DbtrAcct>"
        "<DbtrAgt><FinInstnId><Othr><Id>welfare</Id></Othr></FinInstnId></DbtrAgt>"
        f"{''.join(orders)}</PmtInf></CstmrCdtTrfInitn></Document>"
    ).encode()


def as_version_03(data):
    """The same message in version 03: a plain day, and the address as the account's name."""
    xml = data.decode().replace("pain.001.001.09", "pain.001.001.03").replace(DAY, "2026-11-01")
    proxy = "<Prxy><Tp><Prtry>SAPHA</Prtry></Tp><Id>(.*?)</Id></Prxy>"
    return re.sub(proxy, r"<Nm>\1</Nm>", xml).encode()
