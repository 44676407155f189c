"""What can be wrong with a genesis document; each error says where.

LocalFault
└── GenesisFault             `place` is a path such as members[2].port
    ├── GenesisUnreadable    not a file, not UTF-8, not JSON
    ├── GenesisFieldMissing  a field is not there
    ├── GenesisFieldUnknown  a field that the format does not have, or the same field twice
    ├── GenesisFieldWrong    a field of another type, form or range
    ├── GenesisNotSigned     a member file without the signature of the key that it names
    ├── GenesisContradiction two fields that cannot both hold
    └── GenesisCodeDiffers   this node ships other contract code than the genesis names
"""

from primitives.errors import LocalFault


class GenesisFault(LocalFault):
    """The genesis document cannot be used."""

    def __init__(self, place: str, reason: str) -> None:
        """Keep the `place` in the document; the message is "place: reason"."""
        self.place = place
        self.reason = reason
        super().__init__(f"{place}: {reason}")


class GenesisUnreadable(GenesisFault):
    """The document is not a readable JSON object."""


class GenesisFieldMissing(GenesisFault):
    """A field is missing."""


class GenesisFieldUnknown(GenesisFault):
    """A field is not part of the format, or appears twice."""


class GenesisFieldWrong(GenesisFault):
    """A field has another type, form or range."""


class GenesisNotSigned(GenesisFault):
    """A member file is not signed by its key, or was changed afterwards."""


class GenesisContradiction(GenesisFault):
    """Two parts of the document cannot both hold."""


class GenesisCodeDiffers(GenesisFault):
    """This node ships other contract code."""
