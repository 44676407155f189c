"""The words of `sapha query, demo, bench`: what a user can write, and where it is done."""

from commands.framework.kinds import SECONDS
from commands.framework.places import commands
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, local

query = asks(
    "query",
    commands.query.query,
    "contract name [fields...]",
    "Ask a contract's query and print the answer.",
    words=COMMON
    | {
        "name": Word("Query, such as balance."),
        "fields": Word("Arguments: name=value, or one JSON object."),
    },
)
demo = local(
    "demo",
    commands.demo.demo,
    "[--only...]",
    "Run four validators here for each scene, and check every promise; a few minutes in all.",
    words=COMMON
    | {
        "--only": Word("Play this scene: payments, identity, cbdc, voting, complaints. Repeatable.")
    },
)
bench = local(
    "bench",
    commands.bench.bench,
    "[--seconds=15.0]",
    "Measure four validators: saturated throughput, latency at half of it and at 10 a second.",
    words=COMMON | {"--seconds": Word("Length of each phase.", SECONDS, low=2, high=600)},
)
