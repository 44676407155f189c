"""Why a QR, a payment message, a payout file or a statement is refused before it is sent.

Rejected
├── BadQr
│   ├── BadTlv            the text is not tags, lengths and values to its end
│   ├── DuplicateTag      a tag is there twice
│   ├── MissingCrc        BadCrc  the checksum is absent, or of another text
│   ├── UnsupportedScheme a sound QR of somebody else's payment scheme
│   ├── WrongKind         a QR of another kind than the reader takes
│   ├── BadCurrency       another currency than the baht
│   ├── BadCountry        another country than Thailand
│   ├── BadInitiation     neither static nor dynamic
│   ├── BadTarget         a phone, tax, wallet or biller number that cannot be one
│   ├── BadBillReference  a bill's reference that cannot be one
│   └── NotTheRequests    another QR than the one that the merchant put on the ledger
├── BadMessage            XML that is not the ISO 20022 message that it should be
├── UnsafeXml             XML with a document type, an entity, or over a size limit
├── BadPayoutFile         a payout file that cannot be read, or has bad rows
├── BadPeriod             a statement's period that ends before it begins
├── BadVoucher            an offline voucher that is not signed, or not for this payment
├── BadAttestationFile    a file that holds no attestation
├── BadTopupFile          a file that holds no payment with a top-up
├── DeviceSpent           a device that has less left than is wanted
└── LedgerMoved           an audit between whose pages blocks came every time
LocalFault
└── ExtraMissing          a package that only some commands need is not installed

Bad addresses and amounts are BadAddress and BadAmount, here as everywhere.
"""

from primitives.errors import LocalFault, Rejected


class BadQr(Rejected):
    """The text is not a QR payment that this program takes."""


class BadTlv(BadQr):
    """The text is not tags, lengths and values to its end."""


class DuplicateTag(BadQr):
    """A tag is there twice."""


class MissingCrc(BadQr):
    """The text does not end with its checksum."""


class BadCrc(BadQr):
    """The checksum is of another text: a digit was changed or misread."""


class UnsupportedScheme(BadQr):
    """The QR is of a payment scheme that this program does not know."""


class WrongKind(BadQr):
    """The QR asks for another kind of payment than the reader takes."""


class BadCurrency(BadQr):
    """The QR's currency is not the baht (764)."""


class BadCountry(BadQr):
    """The QR's country is not Thailand (TH)."""


class BadInitiation(BadQr):
    """The QR says neither that it serves often (11) nor that it serves once (12)."""


class BadTarget(BadQr):
    """The receiver's number cannot be one of its kind."""


class BadBillReference(BadQr):
    """A bill's reference is not 1 to 20 letters and digits."""


class NotTheRequests(BadQr):
    """The QR names a request on the ledger but is not the QR that the merchant made for it."""


class BadMessage(Rejected):
    """The XML is not the ISO 20022 message that it should be."""


class UnsafeXml(Rejected):
    """The XML holds a document type or an entity, or is larger than allowed."""


class BadPayoutFile(Rejected):
    """The payout file cannot be read, or has bad rows."""


class BadPeriod(Rejected):
    """The period ends before it begins."""


class BadVoucher(Rejected):
    """The offline voucher is not signed by its device, or was made for another payment."""


class BadAttestationFile(Rejected):
    """The file holds no attestation of an identity provider."""


class BadTopupFile(Rejected):
    """The file holds no payment that a bank adds to."""


class DeviceSpent(Rejected):
    """The device has less left than is wanted."""


class LedgerMoved(Rejected):
    """Blocks came during every attempt to count all money at one height."""


class ExtraMissing(LocalFault):
    """A package that only some commands need is not installed; the message names it."""
