"""The settings of what a node keeps: blocks, and snapshots of the state."""

from pydantic import Field, model_validator

from node.settings import COUNT_MAX, Section


class RetentionSection(Section):
    """What is kept of blocks.

    Never removed are those of the last ten minutes, those that evidence which still counts is
    about, and, where snapshots are made, those from the newest on.
    """

    blocks: int = Field(
        default=0, ge=0, le=COUNT_MAX, description="how many heights of blocks to keep; 0 keeps all"
    )
    days: int = Field(
        default=0,
        ge=0,
        le=100_000,
        description="of block time, for which blocks are kept; 0 keeps all. With `blocks` set too, "
        "a block goes only when both let it",
    )
    index: int = Field(
        default=0,
        ge=0,
        le=COUNT_MAX,
        description="how many heights stay searchable by transaction id; 0 keeps all",
    )
    archive: bool = Field(
        default=False,
        description="true: every block is kept from the first on, so this node joins by no "
        "snapshot; not with the settings above",
    )

    @model_validator(mode="after")
    def _keeps_all(self) -> "RetentionSection":
        if self.archive and (self.blocks or self.days or self.index):
            raise ValueError("archive keeps all: blocks, days and index must be 0")
        return self


class SnapshotsSection(Section):
    """Snapshots of the state, by which nodes join without all blocks."""

    every: int = Field(
        default=10_000,
        ge=0,
        le=COUNT_MAX,
        description="heights: a snapshot is made by itself at each multiple; 0 makes none",
    )
    kept: int = Field(default=2, ge=1, le=100, description="the newest so many are kept")
    load_percent: int = Field(
        default=20, ge=1, le=100, description="of one core, while one is made"
    )
    join_above: int = Field(
        default=20_000,
        ge=0,
        le=COUNT_MAX,
        description="a node so many blocks behind joins by a snapshot of its peers, if they have "
        "one; 0: only where the blocks are pruned everywhere",
    )
