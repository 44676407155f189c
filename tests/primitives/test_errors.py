"""The error tree: stable codes, one class each, drawn in full at the top of its module."""

import inspect

from primitives import errors
from primitives.certificate import BadCertificate
from primitives.errors import InvariantBroken, LocalFault, PeerFault, Rejected, SaphaError
from primitives.state_proof import BadProof

CLASSES = [
    item
    for _, item in inspect.getmembers(errors, inspect.isclass)
    if issubclass(item, Rejected) and item is not Rejected
]
# A code is part of the protocol: it may be added here, never changed or given another meaning.
CODES = {
    "ARGUMENT_OUT_OF_BOUNDS BAD_ADDRESS BAD_SHAPE BAD_SIGNATURE BAD_TEXT BAD_VERSION",
    "CONTRACT_ERROR EXPIRED EXPIRY_TOO_FAR FOREIGN_SIGNATURE KEY_NOT_IN_ACCOUNT MEMPOOL_FULL",
    "MISSING_SIGNATURE NOT_ALLOWED NOT_CANONICAL QUOTA_EXCEEDED REPEATED_SIGNATURE REPLAYED",
    "TOO_DEEP TOO_LARGE TOO_MANY_ITEMS UNKNOWN_CONTRACT UNKNOWN_METHOD UNKNOWN_QUERY",
    "WRONG_ARGUMENT_COUNT WRONG_ARGUMENT_TYPE WRONG_CHAIN",
}


def test_published_codes_keep_their_meaning():
    published = {code for line in CODES for code in line.split()}

    assert published <= {item.code for item in CLASSES}


def test_a_code_is_the_name_of_its_class():
    codes = (BadCertificate.code, BadProof.code, errors.TooManyItems.code)

    assert codes == ("BAD_CERTIFICATE", "BAD_PROOF", "TOO_MANY_ITEMS")


def test_the_tree_at_the_top_names_every_class():
    drawn = errors.__doc__

    assert [item.__name__ for item in CLASSES if item.__name__ not in drawn] == []


def test_blame_is_never_shared():
    for blame in (Rejected, PeerFault, LocalFault, InvariantBroken):
        assert blame.__bases__ == (SaphaError,)


def test_details_are_sorted_by_name():
    assert Rejected("no", b=1, a="x").details == (("a", "x"), ("b", 1))
