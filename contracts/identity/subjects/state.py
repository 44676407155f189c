"""Which tags and keys are taken; subjects themselves are in `core`."""

from contracts.identity.core.messages import Id, Slug
from contracts.sdk import Map, PublicKey

uid_tags = Map[tuple[Slug, Id], Id]("uid_tags")  # (namespace, tag) -> sid
subject_keys = Map[PublicKey, Id]("subject_keys")  # every key that a subject ever had
