"""The words of `sapha vote`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE, FLAG, NUMBER, SPAN
from commands.framework.listing import leaves
from commands.framework.places import commands
from commands.framework.tree import Group, Leaf
from commands.framework.words import Word
from commands.menu.words import COMMON, WAYS, asks, local, signs

WORDS = {
    "election": Word("Id of the election, such as board-2026."),
    "agency": Word("Id of the agency that acts, such as council."),
    "sid": Word("The person in identity, 0x and 64 hex digits."),
    "--reason": Word("Public reason; no personal data."),
    "--words": Word("File of the voter's 24 words.", FILE, env="SAPHA_WORDS"),
    "--sid": Word("The voter in identity, 0x and 64 digits.", env="SAPHA_SID"),
    "--relay": Word("Relay that sends ballots on, so that no validator sees your address."),
    "--direct": Word("Send to a node yourself: it sees your address.", FLAG),
    "--ballot": Word("File of the prepared ballot.", FILE),
    "--vault": Word("Directory of the registrar's sealed seed.", FILE, env="SAPHA_VAULT"),
    "--secret": Word("File of the trustee's 24 words.", FILE, env="SAPHA_TRUSTEE"),
}

_DATES = f"""
asks {commands.vote.dates.calendar}: calendar election
    Show what is due in an election, from whom and when, as a node says.
signs {commands.vote.dates.extend}: extend election [--move...] --reason --genesis
    Say, as authority or official, that dates which are ahead are later ones; it takes both.
    | Without --move it agrees with what the other office wants.
    > board-2026 --move cast-until+2h --move decrypt-until+2h --reason "the network was down"
    --move  NAME=DATE or NAME+SPAN, such as cast-until=2027-01-31T17:00 or cast-until+2h.
"""

app = Group(
    "Elections: secret ballots, counted in the open. Nobody is protected from coercion.",
    Leaf(
        "template",
        commands.vote.setup.template,
        "--official [--step=1d] [--rpc...]",
        "Print a manifest to edit: one question, and windows of `step` each from now on.",
        words={
            "--official": Word("Address, or key, of who decides objections."),
            "--step": Word("How long each part is.", SPAN),
        },
    ),
    signs(
        "create",
        commands.vote.setup.create,
        "election agency manifest",
        "Found an election; the manifest never changes afterwards.",
        words={"manifest": Word("The manifest, JSON; see: sapha vote template.", FILE)},
    ),
    signs(
        "add-voters",
        commands.vote.setup.add_voters,
        "election roll --genesis",
        "Enter voters on the roll in pages; again after a failure enters those who are missing.",
        words={"roll": Word("A line a voter: 0x and 64 digits, then the class, from 1.", FILE)},
    ),
    signs(
        "admit",
        commands.vote.setup.admit,
        "election sid --reason [--class=1] --genesis",
        "Put a person on the roll after an objection, as the official.",
        words={"--class": Word("Number of the class, from 1.", NUMBER, name="class_number", low=1)},
    ),
    signs(
        "strike",
        commands.vote.setup.strike,
        "election sid --reason --genesis",
        "Take a person off the roll after an objection, as the official.",
    ),
    signs(
        "freeze",
        commands.vote.setup.freeze,
        "election --genesis",
        "Freeze the roll under its root; anyone may.",
    ),
    signs(
        "open",
        commands.vote.setup.open_election,
        "election --genesis",
        "Give the election its context and key, once everything is there; anyone may.",
    ),
    signs(
        "cancel",
        commands.vote.setup.cancel,
        "election --reason --genesis",
        "Give an election up, for ever, before it opens.",
    ),
    signs(
        "close",
        commands.vote.setup.close,
        "election --genesis",
        "Fix which registrars sign for each class, once answers are closed; anyone may.",
    ),
    signs(
        "annul",
        commands.vote.setup.annul,
        "election --reason --genesis",
        "Say, as authority or official, that the election is annulled; it takes both.",
    ),
    signs(
        "accept",
        commands.vote.setup.accept,
        "election --reason --genesis",
        "Say, as authority or official, that it is counted in spite of surplus tokens.",
    ),
    asks(
        "show",
        commands.vote.setup.show,
        "election",
        "Show an election's stage, its windows and its public numbers, as a node says.",
    ),
    *leaves(_DATES, WAYS),
    local(
        "words",
        commands.vote.words.words,
        "file [--recover]",
        "Make a voter's 24 words and show them once; everything of a vote follows from them.",
        words={
            "file": Word("File to make; for its owner only.", FILE),
            "--recover": Word("Read 24 words from standard input.", FLAG),
        },
    ),
    asks(
        "request",
        commands.vote.voter.request,
        "election --words --sid --citizen --genesis --key...",
        "Ask all registrars for a token, under your name; any account may carry the request.",
    ),
    asks(
        "token",
        commands.vote.voter.token,
        "election --words --sid --out --genesis",
        "Fetch your token before you vote; from then on nothing that is asked names you.",
        words={"--out": Word("File to make; keep it until you have voted.", FILE)},
    ),
    asks(
        "voted",
        commands.vote.voter.voted,
        "election [--mark...] --words --genesis [--relay...] [--direct]",
        "Prove whether your pseudonym has a ballot in the box; none means nobody voted for you.",
        words={"--mark": Word("What you marked, as in prepare: is that what the ballot holds?")},
    ),
    asks(
        "prepare",
        commands.vote.ballot.prepare,
        "election --mark... --ballot --words --token --genesis [--relay...] [--direct]",
        "Encrypt a ballot and show its tracker; note it elsewhere, then cast the ballot, or spoil.",
        words={
            "--mark": Word(
                "For each question: 2, or 1,3, or blank; a ranking 3,1=2; options from 1."
            ),
            "--token": Word("File of the voter's token.", FILE, env="SAPHA_TOKEN"),
        },
    ),
    asks(
        "cast",
        commands.vote.ballot.cast,
        "election --ballot --receipt [--qr] [--now] --words --genesis [--relay...] [--direct]",
        "Cast a prepared ballot at a random time in the window, and keep the proof that it is in.",
        words={
            "--receipt": Word("File to make for the receipt.", FILE),
            "--qr": Word("Also the tracker's QR code, as SVG.", FILE),
            "--now": Word("Do not wait for the time that was drawn for you.", FLAG),
        },
    ),
    asks(
        "spoil",
        commands.vote.ballot.spoil,
        "election --ballot --words --genesis [--relay...] [--direct]",
        "Open a prepared ballot for all to see, so that a second device can audit this one.",
    ),
    asks(
        "audit",
        commands.vote.ballot.audit,
        "election tracker --genesis",
        "Show what a spoiled ballot really held; run it on a device other than the one that voted.",
        words={"tracker": Word("What the first device showed: 0x, 128 digits.")},
    ),
    local(
        "receipt",
        commands.vote.ballot.receipt,
        "file --genesis",
        "Check a receipt from the genesis file alone; needs no network.",
        words={"file": Word("The receipt's file.", FILE)},
    ),
    signs(
        "count",
        commands.vote.closing.count,
        "election",
        "Have the closed box counted; anyone may. Trustees decrypt the sums afterwards.",
    ),
    signs(
        "tally",
        commands.vote.closing.tally,
        "election --genesis",
        "Put the trustees' shares together and publish the counts; anyone may.",
    ),
    asks("result", commands.vote.closing.result, "election --genesis", "Show the proven result."),
    asks(
        "export",
        commands.vote.closing.export,
        "election --out --genesis",
        "Write everything public of an election to one file, proven to be whole.",
        words={"--out": Word("File to make for the record.", FILE)},
    ),
    local(
        "check-record",
        commands.vote.closing.check_record,
        "file --genesis",
        "Check that a record is whole and proven; the separate verifier checks everything in it.",
        words={"file": Word("The record's file.", FILE)},
    ),
    asks(
        "relay",
        commands.vote.relay.relay,
        "[--port=26680] [--batch=4] [--hold=120]",
        "Take ballots, hold them back, and send them on mixed. It sees voters' addresses itself.",
        words={
            "--port": Word("0 takes a free one.", NUMBER, low=0, high=65535),
            "--batch": Word("Ballots that go out together.", NUMBER, low=1),
            "--hold": Word("Longest wait, in seconds.", NUMBER, low=1, high=240),
        },
    ),
    groups={
        "registrar": Group(
            "A registrar's keys, and its answers to requests.",
            signs(
                "keys",
                commands.vote.registrar.keys,
                "election agency --vault --genesis",
                "Post the registrar's own key for every class, once the roll is frozen.",
            ),
            signs(
                "serve",
                commands.vote.registrar.serve,
                "election agency [--once] [--refuse] --vault --genesis",
                "Answer requests for tokens until the issue window is over; may be stopped and "
                "started.",
                words={
                    "--once": Word("Answer what is there, and stop.", FLAG),
                    "--refuse": Word(
                        "Whom to refuse: a line a voter, 0x and 64 digits, then the reason.", FILE
                    ),
                },
            ),
        ),
        "trustee": Group(
            "A trustee: key ceremony and decryption shares.",
            local(
                "secret",
                commands.vote.words.trustee_secret,
                "file",
                "Make a trustee's secret: 24 words, for all its elections.",
                words={"file": Word("File to make; back it up.", FILE)},
            ),
            signs(
                "step",
                commands.vote.trustee.step,
                "election agency --secret --genesis",
                "Do what is due at this height: commit, reveal, deal, complain, answer, or "
                "deliver.",
            ),
            signs(
                "run",
                commands.vote.trustee.run,
                "election agency --secret --genesis",
                "Do everything as it becomes due, until the shares are delivered.",
            ),
        ),
    },
    words=WORDS | COMMON,
)
