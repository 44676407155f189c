"""The registrars' keys: fresh RSA-3072, one for each class, shown to be sound."""

from contracts.sdk import Context, emit, require
from contracts.sdk.crypto import digest
from contracts.sdk.rsa import has_roots, is_usable_modulus
from contracts.voting.access import acts_for, manifest_of, preparing
from contracts.voting.declaration import contract
from contracts.voting.errors import (
    BadRegistrarKey,
    KeyExists,
    KeyReused,
    MissingRegistrarKey,
    UnknownClass,
    UnknownRegistrar,
)
from contracts.voting.events import KeyRegistered
from contracts.voting.fields import Manifest
from contracts.voting.log import note
from contracts.voting.setup_messages import RegisterKey
from contracts.voting.state import moduli, registrar_keys
from contracts.voting.token_messages import IssueToken, RefuseToken
from contracts.voting.windows import keys_span, require_in


def by_registrar(ctx: Context, msg: RegisterKey | IssueToken | RefuseToken) -> bool:
    """Only who acts for the agency that is the registrar of this number."""
    agencies = manifest_of(ctx, msg.election_id).registrars.agencies
    require(msg.registrar <= len(agencies), UnknownRegistrar, registrar=msg.registrar)
    return acts_for(ctx, agencies[msg.registrar - 1])


@contract.execute(RegisterKey, allow=by_registrar)
def register_key(ctx: Context, msg: RegisterKey) -> None:
    """Register a key for one class, once; no key serves twice, in whatever election."""
    manifest = preparing(ctx, msg.election_id)
    require_in(ctx, keys_span(manifest.windows))
    require(msg.class_id < len(manifest.classes), UnknownClass, class_id=msg.class_id)
    key = (msg.election_id, msg.registrar, msg.class_id)
    require(not registrar_keys.has(ctx, key), KeyExists)
    fingerprint = digest("voting/modulus", msg.modulus)
    require(not moduli.has(ctx, fingerprint), KeyReused)

    registrar_keys.save(ctx, key, msg.modulus)
    moduli.save(ctx, fingerprint, msg.election_id)
    note(ctx, msg.election_id)
    emit(ctx, KeyRegistered(msg.election_id, msg.registrar, msg.class_id))


@contract.precheck(RegisterKey)
def check_key(_ctx: Context, msg: RegisterKey) -> None:
    """Check size and factors of the modulus, and the roots of its challenges."""
    require(is_usable_modulus(msg.modulus), BadRegistrarKey, field="modulus")
    require(has_roots(msg.modulus, msg.proof), BadRegistrarKey, field="proof")


def class_moduli(
    ctx: Context, election_id: str, manifest: Manifest, class_id: int
) -> tuple[bytes, ...]:
    """Return the keys of a class, by registrar. Rejects: MissingRegistrarKey."""
    return tuple(
        [
            registrar_keys.load(ctx, (election_id, place + 1, class_id), absent=MissingRegistrarKey)
            for place in range(len(manifest.registrars.agencies))
        ]
    )
