"""Parts that the messages share: accounts, agents, amounts, times.

An account's identification holds at most 34 characters, an address has 43. So it is written twice:
as proxy, whole; and as identification, its 32 characters between "sph1p" and the checksum.
"""

import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from types import ModuleType

from client.cbdc.errors import BadMessage
from client.cbdc.iso20022.schema import Message, datatypes
from primitives.errors import BadAddress
from primitives.ids import Address, TransactionId, read_address, show_address
from primitives.limits import AMOUNT_SATANG_MAX

BAHT = "THB"
SCHEME = "SAPHA"
UNKNOWN = "NOTPROVIDED"  # what ISO 20022 usage guides write where nothing is known

BANGKOK = timezone(timedelta(hours=7))
_BODY = slice(5, 37)
_REFERENCE_CHARS_MAX = 35
_REMITTANCE_CHARS_MAX = 140


def account(types: ModuleType, address: Address, kind: str = "CashAccount38") -> Message:
    """Return the account of an address, in baht."""
    shown = show_address(address)
    identification = types.GenericAccountIdentification1(
        id=shown[_BODY], schme_nm=types.AccountSchemeName1Choice(prtry=SCHEME)
    )
    return getattr(types, kind)(
        id=types.AccountIdentification4Choice(othr=identification),
        ccy=BAHT,
        prxy=types.ProxyAccountIdentification1(
            tp=types.ProxyAccountType1Choice(prtry=SCHEME), id=shown
        ),
    )


def address_of_account(found: Message) -> Address:
    """Return the address of an account: of its proxy, which its identification must repeat.

    In messages of versions without proxies the account's name (Nm) is the address.

    Raises:
        BadMessage: no proxy of ours, another currency, a typing error, or another identification.
    """
    if found.ccy not in {None, BAHT}:
        raise BadMessage(f"the account's currency is {found.ccy}, must be {BAHT}")
    try:
        address = read_address(_written_address(found))
    except BadAddress as error:
        raise BadMessage(error.message) from error
    other = found.id.othr
    if other is not None and other.id not in {show_address(address)[_BODY], UNKNOWN}:
        raise BadMessage(f"the account is {other.id!r}, its proxy names another")
    return address


def _written_address(found: Message) -> str:
    if not hasattr(found, "prxy"):
        if found.nm is None:
            raise BadMessage(f"the account's name (Nm) must be an address of {SCHEME}")
        return str(found.nm)
    if found.prxy is None:
        raise BadMessage(f"the account has no proxy (Prxy) with an address of {SCHEME}")
    kind = found.prxy.tp
    if kind is not None and kind.prtry != SCHEME:
        raise BadMessage(f"the account's proxy is of type {kind.cd or kind.prtry}, not {SCHEME}")
    return str(found.prxy.id)


def agent(types: ModuleType, agency: str | None) -> Message:
    """Return the bank of an agency id."""
    return types.BranchAndFinancialInstitutionIdentification6(
        fin_instn_id=types.FinancialInstitutionIdentification18(
            othr=types.GenericFinancialIdentification1(id=reference(agency or UNKNOWN))
        )
    )


def baht(satang: int) -> Decimal:
    """Return satang as baht, exactly."""
    return Decimal(satang).scaleb(-2)


def satang_of(found: Message) -> int:
    """Return the satang of an amount. Raises BadMessage unless it is whole satang of baht."""
    if found.ccy != BAHT:
        raise BadMessage(f"the currency is {found.ccy}, must be {BAHT}")
    sign, digits, exponent = found.value.as_tuple()
    if not isinstance(exponent, int) or exponent < -2:
        raise BadMessage(f"{found.value} baht has more than 2 decimals")
    satang = int(found.value.scaleb(2))
    if sign or not digits or not 1 <= satang <= AMOUNT_SATANG_MAX:
        raise BadMessage(f"{found.value} baht is outside what may be paid")
    return satang


def moment(time_ms: int) -> Message:
    """Return a time in Bangkok's clock, as messages write it."""
    return datatypes().XmlDateTime.from_datetime(_bangkok(time_ms))


def day(time_ms: int) -> Message:
    """Return the Bangkok day of a time, as messages write it."""
    return datatypes().XmlDate.from_date(_bangkok(time_ms).date())


def reference(text: str) -> str:
    """Return a text as a reference of at most 35 characters; an empty one says so."""
    return text[:_REFERENCE_CHARS_MAX] or UNKNOWN


def remittance(types: ModuleType, *texts: str) -> Message:
    """Return unstructured remittance information of the texts that are not empty."""
    given = [text[:_REMITTANCE_CHARS_MAX] for text in texts if text]
    return types.RemittanceInformation16(ustrd=given) if given else None


def uetr_of(transaction_id: TransactionId) -> str:
    """Return the end-to-end reference of a transaction: 122 bits of its id, as UUID version 4."""
    return str(uuid.UUID(bytes=transaction_id[:16], version=4))


def _bangkok(time_ms: int) -> datetime:
    seconds, rest = divmod(time_ms, 1_000)
    return datetime.fromtimestamp(seconds, BANGKOK).replace(microsecond=rest * 1_000)
