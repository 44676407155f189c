"""What relays take of elections: ballots, announced, cast or spoiled."""

from client.relay.kind import Kind
from client.voting.events import CONTRACT

BALLOTS = Kind(
    contract=CONTRACT,
    methods=frozenset({"commit_ballot", "cast_ballot", "spoil_ballot"}),
    nameless=(
        "elections",
        "manifests",
        "openings",
        "roll_contexts",
        "extended",
        "signer_keys",
        "signing_sets",
        "pseudonyms",
        "box",
        "spoiled",
        "closings",
        "results",
        "log_heads",
    ),
    act="ballot",
)
