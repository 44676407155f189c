"""What holds the key: a file, or a PKCS#11 token, which signs and never gives the key out.

Source: PKCS #11 v3.0 §2.3.10 to 2.3.15 (CKK_EC_EDWARDS, CKM_EDDSA); RFC 8410 (the OID); tokens of
before v3.0 name the curve by a printable string.
"""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from node.files import read_key
from node.secret_files import read_secret
from node.signer.faults import TokenFault
from node.signer.settings import KEY_FILE, SignerConfig, TokenSection
from node.signer.signer import KeyDevice
from primitives.crypto import (
    ED25519,
    PUBLIC_KEY_BYTES,
    PublicKey,
    Signature,
    digest,
    is_ed25519,
    is_ed25519_point,
)

if TYPE_CHECKING:
    import pkcs11

EC_PARAMS = {
    "oid": bytes.fromhex("06032b6570"),  # id-Ed25519, 1.3.101.112
    "printable": b"\x13\x0cedwards25519",
}
_OCTET_STRING = b"\x04\x20"  # in which most tokens wrap the 32 bytes of the point


class TokenKey:
    """An Ed25519 key in a token. Calls block, one at a time."""

    def __init__(self, session: Any, settings: TokenSection) -> None:  # noqa: ANN401 - of a library without types
        """Find the key pair of the label. Raises TokenFault."""
        self._session = session
        self._settings = settings
        self._lock = threading.Lock()
        with _faults(settings):
            self._private = _only(session, _classes().PRIVATE_KEY, settings)
            point = _point_of(_only(session, _classes().PUBLIC_KEY, settings), settings)
        self.public_key = PublicKey(ED25519 + point)

    def __repr__(self) -> str:
        return f"TokenKey(public_key={self.public_key.hex()})"

    def sign(self, tag: str, data: bytes) -> Signature:
        """Return the signature over H(tag, data), checked. Raises TokenFault."""
        import pkcs11  # noqa: PLC0415 - only who has a token has the library

        message = digest(tag, data)
        with self._lock, _faults(self._settings):
            made = bytes(self._private.sign(message, mechanism=pkcs11.Mechanism.EDDSA))
        if not is_ed25519(self.public_key[1:], message, made):
            raise TokenFault(f"{_name(self._settings)} signs, but not as its public key says")
        return Signature(made)


@contextmanager
def open_device(config: SignerConfig) -> Iterator[KeyDevice]:
    """Hold the key of a signer; a token's session ends with it.

    Raises:
        TokenFault: the token's library, the token or its key cannot be used; names which.
        SecretFault, BadKey: the file with the key, or with the PIN, cannot be used.
    """
    if not config.token.module:
        yield read_key(config.directory / KEY_FILE)
        return
    with closing(_session(config, is_writing=False)) as session:
        yield TokenKey(session, config.token)


def make_token_key(config: SignerConfig) -> PublicKey:
    """Make a new key pair in the token, which the token does not give out; return its public key.

    Raises:
        TokenFault: there is a key of this label, or the token cannot make one.
    """
    settings = config.token
    import_of(settings)
    import pkcs11  # noqa: PLC0415 - only who has a token has the library

    with closing(_session(config, is_writing=True)) as session, _faults(settings):
        if list(session.get_objects({pkcs11.Attribute.LABEL: settings.key})):
            raise TokenFault(f"{_name(settings)} is there already; choose another [token] key")
        curve = {pkcs11.Attribute.EC_PARAMS: EC_PARAMS[settings.curve]}
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC_EDWARDS, curve, local=True)
        public, _private = parameters.generate_keypair(
            mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
            label=settings.key,
            id=settings.key.encode()[:32],
            store=True,
        )
        return PublicKey(ED25519 + _point_of(public, settings))


def import_of(settings: TokenSection) -> None:
    """Require the library that speaks PKCS#11. Raises TokenFault."""
    try:
        import pkcs11  # noqa: F401, PLC0415 - only who has a token has the library
    except ImportError as error:
        raise TokenFault(
            f"{settings.module}: the package python-pkcs11 is not installed; pip install"
            " 'sapha[pkcs11]'"
        ) from error


def _session(config: SignerConfig, *, is_writing: bool) -> "pkcs11.Session":
    settings = config.token
    import_of(settings)
    import pkcs11  # noqa: PLC0415 - only who has a token has the library

    pin = read_secret(config.directory / settings.pin_file).strip()
    with _faults(settings):
        token = pkcs11.lib(settings.module).get_token(token_label=settings.label)
        return token.open(user_pin=pin, rw=is_writing)


def _classes() -> Any:  # noqa: ANN401 - of a library without types
    import pkcs11  # noqa: PLC0415 - only who has a token has the library

    return pkcs11.ObjectClass


def _only(session: Any, kind: Any, settings: TokenSection) -> Any:  # noqa: ANN401
    """Return the one object of a kind with the label. Raises TokenFault."""
    import pkcs11  # noqa: PLC0415 - only who has a token has the library

    attributes = pkcs11.Attribute
    found = list(session.get_objects({attributes.CLASS: kind, attributes.LABEL: settings.key}))
    if len(found) != 1:
        raise TokenFault(f"{_name(settings)}: {len(found)} objects of {kind.name}, must be 1")
    return found[0]


def _point_of(public: Any, settings: TokenSection) -> bytes:  # noqa: ANN401
    """Return the 32 bytes of the public key, bare or in a DER octet string."""
    import pkcs11  # noqa: PLC0415 - only who has a token has the library

    curve = bytes(public[pkcs11.Attribute.EC_PARAMS])
    if curve not in EC_PARAMS.values():
        raise TokenFault(f"{_name(settings)} is of curve {curve.hex()}, not Ed25519")
    point = bytes(public[pkcs11.Attribute.EC_POINT]).removeprefix(_OCTET_STRING)
    if len(point) != PUBLIC_KEY_BYTES - 1 or not is_ed25519_point(point):
        raise TokenFault(f"{_name(settings)}: its point is no Ed25519 key, {point.hex()}")
    return point


def _name(settings: TokenSection) -> str:
    return f"key {settings.key!r} in token {settings.label!r}"


@contextmanager
def _faults(settings: TokenSection) -> Iterator[None]:
    """Turn what the library raises into TokenFault."""
    import pkcs11  # noqa: PLC0415 - only who has a token has the library

    try:
        yield
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        words = str(error) or type(error).__name__
        raise TokenFault(
            f"{settings.module}: {_name(settings)} cannot be used: {words} ({type(error).__name__})"
        ) from error
