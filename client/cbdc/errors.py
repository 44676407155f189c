"""Why a QR, a payment message, a payout file or a statement is refused before it is sent.

Rejected
├── QrError
│   ├── BadTlv             the text is not tags, lengths and values to its end
│   ├── DuplicateTag       a tag is there twice
│   ├── MissingCrc BadCrc  the checksum is absent, or of another text
│   ├── UnsupportedScheme  a sound QR of somebody else's payment scheme
│   ├── WrongKind          a QR of another kind than the reader takes
│   ├── BadCurrency        another currency than the baht
│   ├── BadCountry         another country than Thailand
│   ├── BadInitiation      neither static nor dynamic
│   ├── BadTarget          a phone, tax, wallet or biller number that cannot be one
│   ├── BadBillReference   a bill's reference that cannot be one
│   └── NotTheRequests     another QR than the one that the merchant put on the ledger
├── BadMessage             XML that is not the ISO 20022 message that it should be
├── UnsafeXml              XML with a document type, an entity, or over a size limit
├── BadPayoutFile          a payout file that cannot be read, or has bad rows
├── BadPeriod              a statement's period that ends before it begins
├── BadVoucher             an offline voucher that is not signed, or not for this payment
├── BadAttestation         a file that holds no attestation
├── BadTopup               a file that holds no payment with a top-up
├── DeviceSpent            a device that has less left than is wanted
└── LedgerMoved            an audit between whose pages blocks came every time
LocalFault
└── ExtraMissing           a package that only some commands need is not installed

Bad addresses and amounts are BadAddress and BadAmount, here as everywhere.
"""

from primitives.errors import LocalFault, Rejected


class QrError(Rejected):
    """The text is not a QR payment that this program takes."""

    code = "BAD_QR"


class BadTlv(QrError):
    """The text is not tags, lengths and values to its end."""

    code = "BAD_TLV"


class DuplicateTag(QrError):
    """A tag is there twice."""

    code = "DUPLICATE_TAG"


class MissingCrc(QrError):
    """The text does not end with its checksum."""

    code = "MISSING_CRC"


class BadCrc(QrError):
    """The checksum is of another text: a digit was changed or misread."""

    code = "BAD_CRC"


class UnsupportedScheme(QrError):
    """The QR is of a payment scheme that this program does not know."""

    code = "UNSUPPORTED_SCHEME"


class WrongKind(QrError):
    """The QR asks for another kind of payment than the reader takes."""

    code = "WRONG_KIND"


class BadCurrency(QrError):
    """The QR's currency is not the baht (764)."""

    code = "BAD_CURRENCY"


class BadCountry(QrError):
    """The QR's country is not Thailand (TH)."""

    code = "BAD_COUNTRY"


class BadInitiation(QrError):
    """The QR says neither that it serves often (11) nor that it serves once (12)."""

    code = "BAD_INITIATION"


class BadTarget(QrError):
    """The receiver's number cannot be one of its kind."""

    code = "BAD_TARGET"


class BadBillReference(QrError):
    """A bill's reference is not 1 to 20 letters and digits."""

    code = "BAD_BILL_REFERENCE"


class NotTheRequests(QrError):
    """The QR names a request on the ledger but is not the QR that the merchant made for it."""

    code = "NOT_THE_REQUESTS"


class BadMessage(Rejected):
    """The XML is not the ISO 20022 message that it should be."""

    code = "BAD_MESSAGE"


class UnsafeXml(Rejected):
    """The XML holds a document type or an entity, or is larger than allowed."""

    code = "UNSAFE_XML"


class BadPayoutFile(Rejected):
    """The payout file cannot be read, or has bad rows."""

    code = "BAD_PAYOUT_FILE"


class BadPeriod(Rejected):
    """The period ends before it begins."""

    code = "BAD_PERIOD"


class BadVoucher(Rejected):
    """The offline voucher is not signed by its device, or was made for another payment."""

    code = "BAD_VOUCHER"


class BadAttestation(Rejected):
    """The file holds no attestation of an identity provider."""

    code = "BAD_ATTESTATION_FILE"


class BadTopup(Rejected):
    """The file holds no payment that a bank adds to."""

    code = "BAD_TOPUP_FILE"


class DeviceSpent(Rejected):
    """The device has less left than is wanted."""

    code = "DEVICE_SPENT"


class LedgerMoved(Rejected):
    """Blocks came during every attempt to count all money at one height."""

    code = "LEDGER_MOVED"


class ExtraMissing(LocalFault):
    """A package that only some commands need is not installed; the message names it."""
