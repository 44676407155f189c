"""What the parts of the digital baht's scene share: who acts, files, and what was seen."""

from dataclasses import dataclass, field
from pathlib import Path

from client.amount import SATANG_PER_BAHT, show_baht
from client.cbdc.holder import balance_of
from commands.demo.cbdc_cast import Customer, Town
from commands.demo.stage import Check


@dataclass(slots=True, kw_only=True)
class Story:
    """Who acts, a directory for files, and what was seen of each promise."""

    town: Town
    files: Path
    checks: list[Check] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)

    def note(self, name: str, seen: str, *, is_kept: bool) -> None:
        """Keep what was seen of a promise."""
        self.checks.append(Check(name, seen, is_kept))

    def note_code(self, name: str, code: str, wanted: str) -> None:
        """Keep a refusal that was promised by its code."""
        self.note(name, code, is_kept=code == wanted)

    async def satang_of(self, who: Customer) -> int:
        """Return what a customer has now."""
        return await balance_of(self.town.rpc, who.address)


def baht(whole: int) -> int:
    """Return the satang of whole baht."""
    return whole * SATANG_PER_BAHT


def shown(satang: int) -> str:
    """Return an amount as people read it."""
    return f"{show_baht(satang)} baht"
