"""What is set up before a case can be filed: templates, and how agencies receive complaints."""

from typing import Annotated

from contracts.complaints.cases.views import PAGE
from contracts.complaints.core.access import (
    HANDLER,
    SUPERVISOR,
    by_agency_administrator,
    by_supervisor_administrator,
)
from contracts.complaints.core.messages import (
    AgencyInactive,
    BadField,
    Slug,
    Template,
    WrongVersion,
)
from contracts.complaints.core.rules import require_encryption_key, require_template, rules_of
from contracts.complaints.core.state import (
    Handler,
    categories,
    contract,
    edges,
    handlers,
    in_force,
    outcomes,
    rules,
    templates,
)
from contracts.complaints.templates.messages import HandlerSet, SetHandler, SetTemplate, TemplateSet
from contracts.sdk import Context, CountMax, emit, require
from contracts.sdk.roles import is_of_kind
from contracts.sdk.words import is_distinct


@contract.execute(SetTemplate, allow=by_supervisor_administrator)
def set_template(ctx: Context, msg: SetTemplate) -> None:
    """Put the next version of a template in force for cases that are filed from now on."""
    template = msg.template
    require_template(template)
    last = in_force.get(ctx, template.code, None)
    wanted = 1 if last is None else last.version + 1
    require(template.version == wanted, WrongVersion, wanted=wanted)

    install(ctx, template)
    emit(ctx, TemplateSet(template.code, template.version))


@contract.execute(SetHandler, allow=by_agency_administrator)
def set_handler(ctx: Context, msg: SetHandler) -> None:
    """Replace an agency's encryption key and hosts; a supervisor has them for appeals."""
    kinds = [kind for kind in (HANDLER, SUPERVISOR) if is_of_kind(ctx, msg.agency, kind)]
    require(len(kinds) > 0, AgencyInactive, agency=msg.agency)
    require_encryption_key(msg.encryption_key)
    require(is_distinct(msg.hosts), BadField, field="hosts")

    handlers.save(ctx, msg.agency, Handler(msg.encryption_key, msg.hosts))
    emit(ctx, HandlerSet(msg.agency))


def install(ctx: Context, template: Template) -> None:
    """Write a template, and the small entries by which acts are checked against it."""
    key = (template.code, template.version)
    kept = rules_of(template)
    templates.save(ctx, key, template)
    rules.save(ctx, key, kept)
    in_force.save(ctx, template.code, kept)
    for stage in template.stages:
        for code in stage.following:
            edges.save(ctx, (*key, stage.code, code), code != kept.last_stage)
    for label in template.categories:
        categories.save(ctx, (*key, label.code), ctx.height)
    for label in template.outcomes:
        outcomes.save(ctx, (*key, label.code), ctx.height)


handler = contract.expose(
    "handler", handlers, ("agency",), "Where an agency's complaints are sealed to and kept."
)


template = contract.expose("template", templates, ("code", "version"), "A version of a template.")


@contract.query
def template_in_force(ctx: Context, code: Slug) -> Template | None:
    """The version of a template that cases are filed with now."""
    form = in_force.get(ctx, code, None)
    return None if form is None else templates.get(ctx, (code, form.version), None)


@contract.query
def template_codes(ctx: Context) -> Annotated[tuple[Slug, ...], CountMax(PAGE)]:
    """The templates that cases can be filed with; the first hundred."""
    return tuple([code for code, _ in in_force.page(ctx, limit=PAGE)])
