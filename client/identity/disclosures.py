"""What a credential keeps back: claims and elements behind digests, shown one by one.

`Hidden` marks a value, at any depth and within another hidden one. Each becomes a disclosure, which
is base64url of [salt, name, value], or [salt, value] of an element; in its place stands a digest.
Source: RFC 9901 (SD-JWT) §4.2, §7.1; SD-JWT VC draft §2.2.2.2.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from client.identity.errors import BadCredential
from client.identity.jose import from_base64url, to_base64url, to_json

DIGESTS, ELEMENT, ALGORITHM = "_sd", "...", "_sd_alg"
OF_THE_FORMAT = frozenset({DIGESTS, ELEMENT})
# Said of the credential itself; a verifier must see them whatever the holder shows.
ALWAYS_SHOWN = frozenset({
    "iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "att_id", ALGORITHM,
})  # fmt: skip
DISCLOSURES_MAX = 64
_DEPTH_MAX = 16
_SALT_BYTES = 16
_MEMBER_PARTS, _ELEMENT_PARTS = 3, 2

Path: TypeAlias = tuple[str | int, ...]  # names of members and numbers of elements, from 0


@dataclass(frozen=True, slots=True)
class Hidden:
    """A claim's value, or an element of an array, that the holder may keep back."""

    value: Any


@dataclass(frozen=True, slots=True)
class _Opened:
    """A disclosure as it was read: `name` is None of an element."""

    text: str
    name: str | None
    value: Any


def conceal(claims: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the claims with digests where they are hidden, and the disclosures, inner ones first.

    Raises:
        BadCredential: a name that the format uses, or one that must not be hidden.
    """
    made: list[str] = []
    for name, value in claims.items():
        if isinstance(value, Hidden) and name in ALWAYS_SHOWN:
            raise BadCredential(f"{name} is always shown and cannot be hidden")
    concealed = _concealed(claims, made, 0)
    if len(made) > DISCLOSURES_MAX:
        raise BadCredential(f"{len(made)} hidden claims, at most {DISCLOSURES_MAX}")
    return concealed, tuple(made)


def reveal(claims: Mapping[str, Any], disclosures: Iterable[str]) -> dict[str, Any]:
    """Return the claims with what is disclosed in its place, and no digests.

    Raises:
        BadCredential: a disclosure that no digest names, or that is there twice; one of the wrong
            kind for its place; a name that the format uses, is there already, or is always shown.
    """
    return _Reader(claims, disclosures).read()[0]


def places(claims: Mapping[str, Any], disclosures: Iterable[str]) -> dict[Path, str]:
    """Return where each disclosure belongs; elements are counted with those kept back.

    Raises:
        BadCredential: as `reveal` does.
    """
    return _Reader(claims, disclosures).read()[1]


def needed_for(chosen: Iterable[Path], known: Mapping[Path, str]) -> tuple[str, ...]:
    """Return the disclosures that show these places: theirs and those that they lie in.

    Raises:
        BadCredential: a place where nothing is hidden.
    """
    wanted = set()
    for path in chosen:
        if path not in known:
            raise BadCredential("the credential lacks a claim that is to be shown")
        wanted |= {path[:length] for length in range(1, len(path) + 1)}
    return tuple(text for path, text in known.items() if path in wanted)


def digest_of(text: str) -> str:
    """Return base64url of SHA-256 over the ASCII text."""
    return to_base64url(sha256(text.encode("ascii")).digest())


def _concealed(value: Any, made: list[str], depth: int) -> Any:  # noqa: ANN401 - any JSON
    if depth > _DEPTH_MAX:
        raise BadCredential(f"claims nested deeper than {_DEPTH_MAX}")
    if isinstance(value, Mapping):
        return _concealed_object(value, made, depth)
    if isinstance(value, list | tuple):
        return [
            {ELEMENT: _hide(made, _concealed(item.value, made, depth + 1))}
            if isinstance(item, Hidden)
            else _concealed(item, made, depth + 1)
            for item in value
        ]
    return value


def _concealed_object(value: Mapping[str, Any], made: list[str], depth: int) -> dict[str, Any]:
    if clash := OF_THE_FORMAT & value.keys():
        raise BadCredential(f"a claim cannot be named {min(clash)}")
    shown: dict[str, Any] = {}
    digests = []
    for name, item in value.items():
        if isinstance(item, Hidden):
            digests.append(_hide(made, name, _concealed(item.value, made, depth + 1)))
        else:
            shown[name] = _concealed(item, made, depth + 1)
    return shown | ({DIGESTS: sorted(digests)} if digests else {})  # sorted: it says nothing


def _hide(made: list[str], *parts: object) -> str:
    salt = to_base64url(secrets.token_bytes(_SALT_BYTES))
    made.append(to_base64url(to_json([salt, *parts])))
    return digest_of(made[-1])


def _opened(text: str) -> _Opened:
    try:
        parts = json.loads(from_base64url(text), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise BadCredential("a disclosure that cannot be read") from error
    if not isinstance(parts, list) or len(parts) not in {_ELEMENT_PARTS, _MEMBER_PARTS}:
        raise BadCredential("a disclosure of another form")
    if len(parts) == _ELEMENT_PARTS:
        return _Opened(text, None, parts[1])
    if not isinstance(parts[1], str):
        raise BadCredential("a disclosure without a name")
    if parts[1] in OF_THE_FORMAT:
        raise BadCredential(f"a disclosure named {parts[1]}")
    return _Opened(text, parts[1], parts[2])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadCredential("a name is given twice in a disclosure")
    return found


class _Reader:
    """Puts disclosures in their places, each once."""

    def __init__(self, claims: Mapping[str, Any], disclosures: Iterable[str]) -> None:
        self._claims = claims
        listed = [_opened(text) for text in disclosures]
        self._by_digest = {digest_of(each.text): each for each in listed}
        if len(self._by_digest) != len(listed):
            raise BadCredential("a disclosure is there twice")
        self._seen: set[str] = set()
        self._places: dict[Path, str] = {}

    def read(self) -> tuple[dict[str, Any], dict[Path, str]]:
        if self._claims.get(ALGORITHM, "sha-256") != "sha-256":
            raise BadCredential("the credential's digests are no list of sha-256")
        plain = {name: value for name, value in self._claims.items() if name != ALGORITHM}
        found = self._object(plain, ())
        if len(self._places) != len(self._by_digest):
            raise BadCredential("a disclosure that the issuer did not sign")
        return found, self._places

    def _value(self, value: Any, path: Path) -> Any:  # noqa: ANN401 - any JSON
        if len(path) > _DEPTH_MAX:
            raise BadCredential(f"claims nested deeper than {_DEPTH_MAX}")
        if isinstance(value, dict):
            return self._object(value, path)
        return self._array(value, path) if isinstance(value, list) else value

    def _object(self, value: dict[str, Any], path: Path) -> dict[str, Any]:
        if ELEMENT in value:
            raise BadCredential("a digest of an element stands outside an array")
        plain = {name: item for name, item in value.items() if name != DIGESTS}
        found = {name: self._value(item, (*path, name)) for name, item in plain.items()}
        digests = value.get(DIGESTS, [])
        if not isinstance(digests, list):
            raise BadCredential("the credential's digests are no list of sha-256")
        for digest in digests:
            opened = self._take(digest)
            if opened is None:
                continue
            if opened.name is None:
                raise BadCredential("an element is disclosed where a claim is hidden")
            if opened.name in found or (path == () and opened.name in ALWAYS_SHOWN):
                raise BadCredential(f"{opened.name} cannot be disclosed here")
            place = (*path, opened.name)
            self._places[place] = opened.text
            found[opened.name] = self._value(opened.value, place)
        return found

    def _array(self, value: list[Any], path: Path) -> list[Any]:
        found = []
        for number, item in enumerate(value):
            place = (*path, number)
            if not isinstance(item, dict) or ELEMENT not in item:
                found.append(self._value(item, place))
                continue
            opened = self._take(item[ELEMENT]) if len(item) == 1 else None
            if len(item) != 1:
                raise BadCredential("a digest of an element with other members")
            if opened is None:
                continue
            if opened.name is not None:
                raise BadCredential("a claim is disclosed where an element is hidden")
            self._places[place] = opened.text
            found.append(self._value(opened.value, place))
        return found

    def _take(self, digest: object) -> _Opened | None:
        """Return what a digest hides if it is disclosed; each digest stands in one place."""
        if not isinstance(digest, str):
            raise BadCredential("a digest that is no text")
        if digest in self._seen:
            raise BadCredential("a digest is there twice")
        self._seen.add(digest)
        return self._by_digest.get(digest)
