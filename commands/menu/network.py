"""The words of `sapha network`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE, FLAG, NUMBER
from commands.framework.places import commands
from commands.framework.tree import Group, Leaf
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, local

WORDS = {
    "file": Word("The file of the statement.", FILE),
    "--dir": Word("Directory of your own node, which is stopped.", FILE, name="directory"),
    "--genesis": Word("The genesis.json to trust; with --rpc", FILE, env="SAPHA_GENESIS"),
}

app = Group(
    "Assemble and verify the genesis of a network.",
    Leaf(
        "plan-example",
        commands.plan_example.plan_example,
        "",
        "Print a commented plan to begin from: who takes part, and every number.",
    ),
    local(
        "init",
        commands.network.init,
        "members... --plan [--out=genesis.json]",
        "Assemble members and their plan into genesis.json; send it to all of them to verify.",
        words={
            "members": Word("The members' member.json files.", FILE),
            "--plan": Word("What was decided (sapha network plan-example).", FILE),
            "--out": Word("Where the genesis goes.", FILE),
        },
    ),
    local(
        "verify",
        commands.network.verify,
        "genesis_path [--expect=] [--install]",
        "Check a genesis and this node's code against it, and install it once all agree.",
        words={
            "genesis_path": Word("The genesis.json to verify.", FILE),
            "--expect": Word("The hash that the others read out."),
            "--install": Word("This agency's node directory, to install it in.", FILE),
        },
    ),
    groups={
        "restart-statement": Group(
            "Go on when too few validators may sign: a statement by two thirds of the agencies.",
            asks(
                "make",
                commands.restart.make,
                "file --reason [--hours=12] [--suspend...] [--after...] [--dir] [--genesis]",
                "Write a statement above the head of a node, for the administrators to sign.",
                words={
                    "--reason": Word("Why, in at most 400 ASCII characters."),
                    "--hours": Word("For how long it may be used.", NUMBER, low=1, high=168),
                    "--suspend": Word(
                        "A contract whose end-of-block hook fails and shall not run; repeatable."
                    ),
                    "--after": Word(
                        "The file of an earlier statement that no block carries, to name it.", FILE
                    ),
                },
            ),
            asks(
                "sign",
                commands.restart.sign,
                "file --agency --key... [--dir] [--genesis] [--without-node]",
                "Sign that you go on above the block and that you know no certificate above it.",
                words={
                    "--agency": Word("Id of the agency that you administer."),
                    "--key": Word("Key of its administrator's account; repeatable."),
                    "--without-node": Word(
                        "Your node is lost; you answer for it by your word.", FLAG
                    ),
                },
            ),
            asks(
                "check",
                commands.restart.check,
                "files... [--out] [--dir] [--genesis]",
                "Show who has signed and who is missing; exit 1 while it is not carried.",
                words={
                    "files": Word("Files of one statement, to be joined.", FILE),
                    "--out": Word("Where the joined file goes.", FILE),
                },
            ),
            local(
                "apply",
                commands.restart.apply,
                "file --dir",
                "Make a stopped node go on above the statement's block; start it afterwards.",
                words={"--dir": Word("The node's directory.", FILE, name="directory")},
            ),
        )
    },
    words=WORDS | COMMON,
)
