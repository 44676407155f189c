"""Levels as OpenID Connect names them: th-ial2.1-aal2.2, with @v1 for one level table alone."""

from dataclasses import dataclass

from client.identity.assertion import SignedOn
from client.identity.gateway_token import acr_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The least levels that an authentication context names; IAL 2.3 is 230."""

    acr: str
    ial: int
    aal: int

    def are_met_by(self, signed_on: SignedOn) -> bool:
        """Return whether an answer is as strong."""
        return signed_on.ial >= self.ial and signed_on.aal >= self.aal


def levels_in(acr: str, table_version: int, table: tuple[tuple[int, ...], ...]) -> Levels | None:
    """Return the levels of an acr value; None: it is not one, or names no level in force.

    `table` are the IALs and AALs of the level table in force.
    """
    parts = acr_parts(acr)
    if parts is None or parts[2] not in (None, table_version):
        return None
    ial, aal, _ = parts
    is_known = ial in table[0] and aal in table[1]
    return Levels(acr=acr, ial=ial, aal=aal) if is_known else None


def acr_values(table: tuple[tuple[int, ...], ...]) -> list[str]:
    """Return every acr value that may be asked for, for discovery."""
    return [f"th-ial{_shown(ial)}-aal{_shown(aal)}" for ial in table[0] for aal in table[1]]


def acr_reached(signed_on: SignedOn, table_version: int) -> str:
    """Return the name of the levels of an answer, by a level table."""
    return f"th-ial{_shown(signed_on.ial)}-aal{_shown(signed_on.aal)}@v{table_version}"


def _shown(level: int) -> str:
    return f"{level // 100}.{level % 100 // 10}"
