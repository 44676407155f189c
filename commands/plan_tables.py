"""The tables of network.toml, and what people are told when one of them is wrong.

A mistake is a place and a reason in plain words: `agency 3 (dopa): name_th`, `missing`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from contracts.governance.messages import KINDS, NAME_CHARS_MAX, SLUG_CHARS_MAX
from contracts.sdk import SIGNATURES_MAX

Mistake = tuple[str, str]

PLACEHOLDERS = ("0x...", "sph1...")  # of the example, until somebody fills them in

_SLUG = f"1 to {SLUG_CHARS_MAX} lower-case letters, digits and hyphens, a letter first"
_NAME = f"a text of 1 to {NAME_CHARS_MAX} characters"
_KEY = "0x01 and 64, or 0x02 and 66, lower-case hex digits, as `sapha keys show` prints it"

_Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=SLUG_CHARS_MAX)]
_Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARS_MAX)]
_Key = Annotated[str, Field(pattern=r"^0x(01[0-9a-f]{64}|02[0-9a-f]{66})$")]
_Kind = Annotated[str, Field(pattern=f"^({'|'.join(KINDS)})$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Account(_Table):
    """[[account]]: keys that share an account; the descriptions say what each field must be."""

    name: _Slug = Field(description=_SLUG)
    threshold: int = Field(
        ge=1, le=SIGNATURES_MAX, description=f"a whole number, 1 to {SIGNATURES_MAX}"
    )
    keys: list[_Key] = Field(
        min_length=1,
        max_length=SIGNATURES_MAX,
        description=f"a list of 1 to {SIGNATURES_MAX} keys, each {_KEY}",
    )


class Agency(_Table):
    """[[agency]]: who takes part from the beginning."""

    id: _Slug = Field(description=_SLUG)
    name_th: _Name = Field(description=_NAME)
    name_en: _Name = Field(description=_NAME)
    kinds: list[_Kind] = Field(min_length=1, description=f"a list of {', '.join(KINDS)}")
    administrator: str = Field(description="an account of this file, or an address")


class Head(_Table):
    """What stands before the tables, and that the tables are such."""

    network: str = Field(description="a text")
    kind: Literal["production", "development"] = Field(
        "production", description="production or development"
    )
    begins: AwareDatetime | None = Field(
        None, description="a date and time with its zone, as 2027-01-04T08:00:00+07:00"
    )
    parameters: dict[str, object] = Field({}, description="a table: [parameters]")
    account: list[dict[str, object]] = Field([], description="tables: [[account]]")
    agency: list[dict[str, object]] = Field(min_length=1, description="tables: [[agency]]")
    contracts: dict[str, dict[str, object]] = Field({}, description="tables, as [contracts.cbdc]")


_T = TypeVar("_T", bound=_Table)


@dataclass
class Mistakes:
    """What is wrong in a plan, in the order in which it was found; placeholders are said once."""

    found: list[Mistake] = field(default_factory=list)
    blanks: list[str] = field(default_factory=list)

    def add(self, place: str, reason: str) -> None:
        """Note one mistake."""
        self.found.append((place, reason))

    def listed(self) -> list[Mistake]:
        """Return all of them."""
        if not self.blanks:
            return self.found
        places = "; ".join(dict.fromkeys(self.blanks))
        blank = ("not filled in yet", f"{' or '.join(PLACEHOLDERS)} still stands at {places}")
        return [blank, *self.found]

    def read(self, model: type[_T], value: Mapping[str, Any], who: str = "") -> _T | None:
        """Return the table that `value` is, None with its mistakes noted."""
        try:
            return model.model_validate(value)
        except ValidationError as error:
            self._note(model, error, who)
            return None

    def _note(self, model: type[_Table], error: ValidationError, who: str) -> None:
        found = error.errors(include_url=False)
        known = list(model.model_fields)
        unknown = [each["loc"][0] for each in found if each["type"] == "extra_forbidden"]
        meant = [name for each in unknown for name in get_close_matches(str(each), known, n=1)]
        said: set[str] = set()
        for each in found:
            name, *rest = map(str, each["loc"])
            place = f"{who}: {name}" if who else name
            if rest and rest[0].isdecimal():
                place += f" {int(rest[0]) + 1}"
            if each["input"] in PLACEHOLDERS:
                self.blanks.append(place)
            elif each["type"] == "extra_forbidden":
                self.add(place, unknown_name(name, known))
            elif each["type"] == "missing":
                if name not in meant:
                    self.add(place, "missing")
            elif place not in said:
                must = model.model_fields[name].description
                self.add(place, f"is {_shown(each['input'])}, must be {must}")
            said.add(place)


def unknown_name(name: str, known: Iterable[str]) -> str:
    """Return what is said of a name that a table does not have."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    return f"unknown; did you mean {near[0]}?" if near else f"unknown; known are {', '.join(names)}"


def place_of(kind: str, index: int, name: object) -> str:
    """Return how people are told which table of several is meant: agency 3 (dopa)."""
    return f"{kind} {index + 1} ({name:.40})" if isinstance(name, str) else f"{kind} {index + 1}"


def refusal(mistakes: Sequence[str]) -> str:
    """Return the text that names all mistakes, a line each."""
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    return "\n  ".join([count, *mistakes])


def _shown(value: object) -> str:
    return f"{value!r:.80}" if isinstance(value, str | int | bool | float) else "something else"
