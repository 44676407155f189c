"""The words of `sapha network`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE
from commands.framework.places import commands
from commands.framework.words import Word
from commands.menu.words import COMMON, listed

WORDS = {
    "file": Word("The file of the statement.", FILE),
    "--dir": Word("Directory of your own node, which is stopped.", FILE, name="directory"),
    "--genesis": Word("The genesis.json to trust; with --rpc", FILE, env="SAPHA_GENESIS"),
}

app = listed(
    "Assemble and verify the genesis of a network.",
    f"""
plain {commands.plan_example.plan_example}: plan-example
    Print a commented plan to begin from: who takes part, and every number.
local {commands.network.init}: init members... --plan [--out=genesis.json]
    Assemble members and their plan into genesis.json; send it to all of them to verify.
    members FILE  The members' member.json files.
    --plan FILE  What was decided (sapha network plan-example).
    --out FILE  Where the genesis goes.
local {commands.network.verify}: verify genesis_path [--expect=] [--install]
    Check a genesis and this node's code against it, and install it once all agree.
    genesis_path FILE  The genesis.json to verify.
    --expect  The hash that the others read out.
    --install FILE  This agency's node directory, to install it in.
""",
    groups={
        "restart-statement": listed(
            "Go on when too few validators may sign: a statement by two thirds of the agencies.",
            f"""
asks {commands.restart.make}: make file --reason [--hours=12] [--suspend...] [--after...] [--dir]
        [--genesis]
    Write a statement above the head of a node, for the administrators to sign.
    --reason  Why, in at most 400 ASCII characters.
    --hours NUMBER low=1 high=168  For how long it may be used.
    --suspend  A contract whose end-of-block hook fails and shall not run; repeatable.
    --after FILE  The file of an earlier statement that no block carries, to name it.
asks {commands.restart.sign}: sign file --agency --key... [--dir] [--genesis] [--without-node]
    Sign that you go on above the block and that you know no certificate above it.
    --agency  Id of the agency that you administer.
    --key  Key of its administrator's account; repeatable.
    --without-node FLAG  Your node is lost; you answer for it by your word.
asks {commands.restart.check}: check files... [--out] [--dir] [--genesis]
    Show who has signed and who is missing; exit 1 while it is not carried.
    files FILE  Files of one statement, to be joined.
    --out FILE  Where the joined file goes.
local {commands.restart.apply}: apply file --dir
    Make a stopped node go on above the statement's block; start it afterwards.
    --dir FILE name=directory  The node's directory.
""",
        )
    },
    words=WORDS | COMMON,
)
