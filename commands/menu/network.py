"""The words of `sapha network`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE
from commands.framework.places import commands, contracts
from commands.framework.words import Word
from commands.menu.agency import WORDS as AGENCY_WORDS
from commands.menu.agency import proposes
from commands.menu.node import rotates
from commands.menu.words import COMMON, WAYS, listed

_messages = contracts.governance.network.messages
_upgrades = contracts.governance.network.messages

WORDS = {
    "node": Word("Name of the node.", sample="validator-4"),
    "file": Word("The file of the statement.", FILE),
    "--dir": Word("Directory of your own node, which is stopped.", FILE, name="directory"),
    "--genesis": Word("The genesis.json to trust; with --rpc", FILE, env="SAPHA_GENESIS"),
}

app = listed(
    "The genesis of a network, its record of nodes, and changes of it.",
    f"""
asks {commands.network_record.show}: show
    Show every node, whether it decides, since when, and the changes that wait.
asks {commands.network_record.history}: history
    Show every change of the record, with the first height of which it counts.
asks {commands.network_record.diff}: diff genesis
    Show what is other than in a genesis: nodes that came, left, moved or changed.
    genesis FILE  The genesis.json to compare with.
sends {_messages.Ready}: ready node height block_hash
    Say that a node which is to get a seat has this block, of its last 100.
    height HEIGHT low=0  The height of the block.
    block_hash ID  Its hash (sapha chain head at that node).
asks {commands.upgrades.show}: upgrades
    Show which version of each contract runs, what waits, and which validators lack it.
sends {_upgrades.Carries}: carries node contract version code_hash
    Say that your agency's node has the code of a version that waits, if it cannot itself.
    contract  Name of the contract.
    version NUMBER low=1  The version.
    code_hash ID  Its code (sapha network upgrades).
plain {commands.plan_example.plan_example}: plan-example
    Print a commented plan to begin from: who takes part, and every number.
local {commands.network.init}: init members... --plan [--out=genesis.json]
    Assemble members and their plan into genesis.json; send it to all of them to verify.
    members FILE  The members' member.json files.
    --plan FILE  What was decided (sapha network plan-example).
    --out FILE  Where the genesis goes.
sends {_messages.MoveNode}: move node host port
    Say where other nodes find your agency's node from now on.
    host  A host name or address.
    port NUMBER low=1 high=65535  The port for other nodes.
rotates {commands.rotation.rotation}: rotate-key file
    Give a node of your agency another consensus key, in its turn.
    file FILE  What `sapha node new-key` wrote at that node.
rotates {commands.rotation.theft}: report-stolen file
    Say that the key of your agency's node is stolen: it has another from the next height on.
    file FILE  What `sapha node new-key` wrote at that node.
sends {commands.certificate.addition}: add-certificate node file
    Let a node of your agency show another TLS certificate too, of another TLS key.
    file FILE  The certificate in PEM (sapha node next-certificate).
sends {commands.certificate.withdrawal}: withdraw-certificate node file
    Take one of the two TLS certificates of your agency's node away; sessions with it end.
    file FILE  The certificate in PEM.
local {commands.network.verify}: verify genesis_path [--expect=] [--install] [--joining]
    Check a genesis and this node's code against it, and install it once all agree.
    genesis_path FILE  The genesis.json to verify.
    --expect  The hash that the others read out.
    --install FILE  This agency's node directory, to install it in.
    --joining FLAG  The node joins later, by vote; the genesis does not name it.
""",
    groups={
        "propose": listed(
            "Propose a change of nodes and seats to the member agencies.",
            f"""
proposes {_messages.SeatChange}: seat node
    Propose a seat among the validators for a node; it gets it once carried and ready.
    = is_validator yes
proposes {_messages.SeatChange}: unseat node
    Propose to take a node's seat away; it goes on as an observer.
    = is_validator no
proposes {commands.network_record.admission}: admit file [--agency=]
    Propose to admit the node of a member file; with a seat, once ready, if it says so.
    file FILE  The node's member.json (sapha member new).
    --agency  Id of the agency that bears it; without it, the one of the node's name.
proposes {_messages.NodeRetirement}: retire node
    Propose to take a node out of the network; its seat ends first, in its turn.
proposes {commands.rotation.stolen_key}: stolen-key file
    Propose another key for a node whose key is stolen; it comes before all that waits.
    file FILE  What `sapha node new-key` wrote at that node.
proposes {commands.upgrades.upgrade}: upgrade contract --release [--in=2d] [--for=7d]
    Propose that a contract goes on as the release of this command has it.
    contract  Name of the contract.
    --release  That release, for people who lack it.
    --in SPAN name=begins  So long after now it begins, at the soonest.
    --for SPAN name=lasts  So long after that it is void if too few validators carry it.
""",
            ways=WAYS | {"proposes": proposes},
        ),
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
        ),
    },
    ways=WAYS | {"rotates": rotates},
    words=AGENCY_WORDS | WORDS | COMMON,
)
