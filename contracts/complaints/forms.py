"""What a template is: the stages, deadlines, fields and outcomes of one kind of complaint."""

from typing import Annotated

from contracts.complaints.fields import Count, Slug, Version
from contracts.sdk import Chars, CountMax, Range, record

STAGES_MAX = 24
NEXT_MAX = 12
CATEGORIES_MAX = 40
OUTCOMES_MAX = 16
FIELDS_MAX = 24
YEAR_S = 366 * 86_400

Name = Annotated[str, Chars(1, 120)]
Seconds = Annotated[int, Range(1, 10 * YEAR_S)]
Slugs = Annotated[tuple[Slug, ...], CountMax(FIELDS_MAX)]


@record
class Stage:
    """A step of the work, and the steps that may follow it."""

    code: Slug
    name_th: Name
    name_en: Name
    following: Annotated[tuple[Slug, ...], CountMax(NEXT_MAX)]


@record
class Label:
    """A code with its names: a category or an outcome."""

    code: Slug
    name_th: Name
    name_en: Name


@record
class FormField:
    """A field of the form; filing needs those that are required."""

    code: Slug
    name_th: Name
    name_en: Name
    is_required: bool


@record
class Limits:
    """Seconds on each clock, and how often things may happen."""

    accept_s: Seconds
    transfer_s: Seconds
    interim_s: Seconds
    resolve_s: Seconds
    appeal_s: Seconds
    pause_s: Seconds  # of one question to the citizen, at most
    pauses_max: Annotated[int, Range(0, 100)]
    hops_max: Annotated[int, Range(1, 100)]


@record
class Template:
    """One kind of complaint; its first stage begins a case, its last ends it."""

    code: Slug
    version: Version
    name_th: Name
    name_en: Name
    is_sensitive: bool  # the public view has counts only
    filers: Annotated[tuple[Slug, ...], CountMax(4, low=1)]
    min_ial: Annotated[int, Range(0, 999)]
    limits: Limits
    stages: Annotated[tuple[Stage, ...], CountMax(STAGES_MAX, low=2)]
    reopen_stage: Slug
    categories: Annotated[tuple[Label, ...], CountMax(CATEGORIES_MAX, low=1)]
    outcomes: Annotated[tuple[Label, ...], CountMax(OUTCOMES_MAX, low=1)]
    fields: Annotated[tuple[FormField, ...], CountMax(FIELDS_MAX)]


@record
class Rules:
    """What of a template the contract needs to run a case; frozen for a case at filing."""

    version: Version
    is_sensitive: bool
    filers: Annotated[tuple[Slug, ...], CountMax(4, low=1)]
    min_ial: Count
    limits: Limits
    first_stage: Slug
    last_stage: Slug
    reopen_stage: Slug
    required: Slugs
