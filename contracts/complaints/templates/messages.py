"""What may be asked about templates, what observers learn, and what is refused."""

from contracts.complaints.core.messages import (
    AgencyId,
    EncryptionKey,
    Hosts,
    Slug,
    Template,
    Version,
)
from contracts.sdk import event, message


@message
class SetTemplate:
    """Put the next version of a template in force; cases filed before keep theirs."""

    template: Template


@message
class SetHandler:
    """Say where an agency's complaints are sealed to and kept."""

    agency: AgencyId
    encryption_key: EncryptionKey
    hosts: Hosts


@event
class TemplateSet:
    """A version of a template is in force."""

    template: Slug
    version: Version


@event
class HandlerSet:
    """An agency changed its encryption key or hosts."""

    agency: AgencyId
