"""What a relying party asks to be told: claims of the IdP, and claims of sources by service.

The scope is committed to by the request and opened to citizen, IdP and sources. Whoever releases
picks from it, and whoever receives compares with it: nobody is told a claim that was not asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from client.identity.errors import BadPayload, MoreThanAsked, NotWhatWasAsked
from client.identity.payload import Opening, Payload, open_new
from contracts.identity.requests.messages import OpenRequest

SCOPE_NAMESPACE = "scope"
_NAMES = ("rp", "purpose", "claims", "services")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one request asks: `claims` of the citizen's IdP, `services` of sources."""

    rp: str
    purpose: str
    claims: tuple[str, ...]
    services: Mapping[str, tuple[str, ...]]

    def commit_to(self) -> Opening:
        """Return the scope with a fresh salt. Raises BadPayload."""
        services = {name: list(claims) for name, claims in self.services.items()}
        payload = {"rp": self.rp, "purpose": self.purpose, "claims": list(self.claims)}
        return open_new(SCOPE_NAMESPACE, payload | {"services": services})

    def of_service(self, service: str) -> tuple[str, ...]:
        """Return the claims asked of a service. Raises MoreThanAsked when it was not asked."""
        if service not in self.services:
            raise MoreThanAsked(f"the request asks nothing of the service {service}")
        return self.services[service]


def scope_in(opening: Opening) -> Scope:
    """Return the scope that an opening holds. Raises BadPayload."""
    payload = opening.payload
    if opening.namespace != SCOPE_NAMESPACE or set(payload) != set(_NAMES):
        raise BadPayload(f"a scope names {', '.join(_NAMES)}; this one {', '.join(payload)}")
    services = payload["services"]
    if not isinstance(services, Mapping):
        raise BadPayload("the services of the scope are no object")
    return Scope(
        rp=str(payload["rp"]),
        purpose=str(payload["purpose"]),
        claims=_texts(payload["claims"]),
        services={str(name): _texts(claims) for name, claims in services.items()},
    )


def check_asked(scope: Scope, asked: OpenRequest) -> None:
    """Raise NotWhatWasAsked unless a scope is for the receiver, ends and services of a request.

    The request's commitment says which claims; who opens it checks that first.
    """
    named = (scope.rp, scope.purpose, sorted(scope.services))
    if named != (asked.agency, asked.purpose, sorted(each.service for each in asked.services)):
        raise NotWhatWasAsked(f"the scope names {named}: another's, or for other ends")


def picked(record: Payload, claims: Iterable[str]) -> dict[str, object]:
    """Return of a record what is asked for, and nothing more. Raises BadPayload."""
    names = tuple(claims)
    if missing := [name for name in names if name not in record]:
        raise BadPayload(f"the record lacks {', '.join(missing)}")
    return {name: record[name] for name in names}


def check_within(released: Iterable[str], claims: Iterable[str]) -> None:
    """Raise MoreThanAsked, naming what is too much, unless all that is released was asked for."""
    asked = tuple(claims)
    if more := [name for name in released if name not in asked]:
        raise MoreThanAsked(f"released and not asked for: {', '.join(sorted(more))}")


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadPayload("the claims of a scope are no list of texts")
    return tuple(value)
