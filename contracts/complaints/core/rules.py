"""Pure rules: texts, templates and keys."""

from contracts.complaints.core.messages import FILERS, BadField, BadKey, Rules, Stage, Template
from contracts.sdk import require
from contracts.sdk.words import is_distinct, is_slug

# What is no result of a complaint: the case is to be transferred instead.
NO_OUTCOMES = ("not-ours", "not-us", "wrong-agency", "other-agency", "transferred", "forwarded")

_FIELD_PRIME = 57896044618658097711785492504343953926634992332820282019728792003956564819949
# The points of Curve25519 and its twist whose order divides 8: a secret shared with one is known
# to everybody. Source: RFC 7748 section 6.1; the table of libsodium.
_LOW_ORDER = (
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    _FIELD_PRIME - 1,
)


def require_slugs(texts: tuple[str, ...], field: str) -> None:
    """Reject with BadField what is not a-z, 0-9 and hyphens, beginning with a letter."""
    for text in texts:
        require(is_slug(text), BadField, field=field)


def require_encryption_key(key: bytes) -> None:
    """Reject with BadKey what is no canonical X25519 key, or one of low order."""
    value = int.from_bytes(key, "little")
    require(value < _FIELD_PRIME and value not in _LOW_ORDER, BadKey)


def require_template(template: Template) -> None:
    """Check that a template can be followed from its first stage to its last. Rejects: BadField."""
    stages = tuple([stage.code for stage in template.stages])
    labels = (*template.categories, *template.outcomes)
    outcomes = tuple([label.code for label in template.outcomes])
    categories = tuple([label.code for label in template.categories])
    fields = tuple([field.code for field in template.fields])
    require_slugs((template.code,), "code")
    require_slugs(tuple([label.code for label in labels]), "labels")
    for codes, field in ((stages, "stages"), (fields, "fields")):
        require_slugs(codes, field)
        require(is_distinct(codes), BadField, field=field)
    require(is_distinct(categories), BadField, field="categories")
    require(is_distinct(outcomes), BadField, field="outcomes")
    require(all([code not in NO_OUTCOMES for code in outcomes]), BadField, field="outcomes")
    is_known = all([filer in FILERS for filer in template.filers])
    require(is_known and is_distinct(template.filers), BadField, field="filers")
    _require_ways(template.stages, stages)
    require(template.reopen_stage in stages[:-1], BadField, field="reopen_stage")


def rules_of(template: Template) -> Rules:
    """Return what the contract needs of a template."""
    return Rules(
        template.version,
        template.is_sensitive,
        template.filers,
        template.min_ial,
        template.limits,
        template.stages[0].code,
        template.stages[-1].code,
        template.reopen_stage,
        tuple([field.code for field in template.fields if field.is_required]),
    )


def _require_ways(stages: tuple[Stage, ...], codes: tuple[str, ...]) -> None:
    """Every way leads to a known stage, and from every stage but the last one leads to it."""
    for stage in stages:
        is_known = all([code in codes and code != stage.code for code in stage.following])
        require(is_known and is_distinct(stage.following), BadField, field="following")
    require(len(stages[-1].following) == 0, BadField, field="following")
    ending: tuple[str, ...] = (codes[-1],)
    for _ in codes:
        nearer = [one.code for one in stages if any([code in ending for code in one.following])]
        ending = (codes[-1], *nearer)
    require(all([code in ending for code in codes]), BadField, field="stages")
