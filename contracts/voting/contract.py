"""Voting: the first state, which says how small a group of voters may be in this network."""

from contracts.sdk import Config, Context
from contracts.voting.core.state import class_size_least, contract

CLASS_SIZE_MIN = 5  # development networks may state less (genesis.verify)


@contract.genesis
def found(ctx: Context, config: Config) -> None:
    """Keep the least `class_size_min` that a manifest may state."""
    least = config.integer("class_size_min", low=1, high=1000, default=CLASS_SIZE_MIN)
    class_size_least.save(ctx, least)
