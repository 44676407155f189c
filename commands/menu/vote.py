"""The words of `sapha vote`: what a user can write, and where it is done."""

from commands.framework.places import commands, contracts
from commands.menu.vote_words import VOTE_WAYS, WORDS
from commands.menu.words import COMMON, listed

_commands, _contract = commands.vote, contracts.voting
_WORDS = COMMON | WORDS

registrar = listed(
    "A registrar's keys, and its answers to requests.",
    f"""
registrar {_commands.registrar.keys}: keys election agency
    Post the registrar's own key for every class, once the roll is frozen.
registrar {_commands.registrar.run}: run election agency [--refuse]
    Post the keys and answer requests, each when it is due, until answers are closed.
registrar {_commands.registrar.serve}: serve election agency [--once] [--refuse]
    Answer requests for tokens until the issue window is over; may be stopped and started.
    --once FLAG  Answer what is there, and stop.
""",
    ways=VOTE_WAYS,
)
trustee = listed(
    "A trustee: key ceremony and decryption shares.",
    f"""
local {_commands.words.trustee_secret}: secret file [--lang=en]
    Make a trustee's secret: 24 words, for all its elections.
    file FILE  File to make; back it up.
trustee {_commands.trustee.step}: step election agency
    Do what is due at this height: commit, reveal, deal, complain, answer, or deliver.
trustee {_commands.trustee.run}: run election agency
    Do everything as it becomes due, until the shares are delivered.
""",
    ways=VOTE_WAYS,
)
app = listed(
    "Elections: secret ballots, counted in the open. Nobody is protected from coercion.",
    f"""
local {_commands.plan.plan}: plan file [--election] [--as] [--official] [--committee] [--within]
    Check an election's plan and show what it says; make one to edit where there is none.
    > board.toml --election board-2026 --as council --official supervisor
    file FILE  The plan, TOML: dates, parties, classes, questions, seats.
    --committee FLAG  Make a committee's: 5 to 200 vote as a ring; three dates, no registrars.
    --within SPAN  Of a new plan: the box closes so soon from now, to try it.
    --official  Address, or key, of who decides objections.
acts {_commands.plan.found}: found plan [--roll] [--wait]
    Do all of an election that is the authority's and due now; again later, or --wait to its result.
    --wait FLAG  Go on until there is a result.
proves {_commands.plan.protocol}: protocol plan [--seed] --out
    Write the protocol of a counted election as PDF in Thai, for its officials to sign.
    --seed  The public seed of lots, where seats are tied.
    --out FILE  File to make, A4.
local {_commands.office.staff}: staff file plan --subjects --roll --people [--column...] [--skip]
    Make a roll without names of a staff list, and the office's own list of persons.
    | Done by the office that knows the persons; the authority gets the roll alone.
    > staff.csv board.toml --subjects subjects.csv --roll roll --people people.csv --column name=ชื่อ
    file FILE  CSV, UTF-8, with a header: number, name, email, class.
    plan FILE  The election's plan, TOML.
    --subjects FILE  CSV with a header: number, sid; from the identity provider.
    --roll FILE  File to make for the authority: subjects and classes.
    --people FILE  File to make that stays here: subjects, names, e-mail.
    --column  A column of another name, as OURS=THEIRS.
    --skip FLAG  Leave refused rows out, and go on.
proves {_commands.office.invite}: invite election --people --link --from --outbox
        [--from-name=] [--remind]
    Write a mail in Thai and English for each person, or for those who have not asked.
    --link  Address of the page where voters begin.
    --from name=sender  Address that the mails are from.
    --from-name name=sender_name  Name that the mails are from.
    --outbox FILE  Directory to write the mails to.
    --remind FLAG  Only to who has not asked for a token.
local {_commands.office.send}: send folder --host [--port=587] [--user] [--plain]
    Send what waits in an outbox by SMTP; again sends what is left.
    folder FILE  The outbox.
    --host  The mail server.
    --port NUMBER low=1 high=65535  Its port.
    --user  Who hands mail in; the password is SAPHA_PASSWORD, or asked for.
    --plain FLAG  Without TLS, such as to a server on this machine.
proves {_commands.office.askers}: askers election --people
    Show who has asked for a token, and whose is ready; who voted, nobody can say.
plain {_commands.setup.template}: template --official [--step=1d] [--rpc...]
    Print a manifest to edit: one question, and windows of `step` each from now on.
    --official  Address, or key, of who decides objections.
sends {_commands.setup.create}: create election agency manifest
    Found an election; the manifest never changes afterwards.
acts {_commands.setup.add_voters}: add-voters election roll
    Enter voters on the roll in pages; again after a failure enters those who are missing.
sends {_contract.roll.messages.AdmitVoter}: admit election sid --reason [--class=1]
    Put a person on the roll after an objection, as the official.
sends {_contract.roll.messages.StrikeVoter}: strike election sid --reason
    Take a person off the roll after an objection, as the official.
acts {_commands.setup.freeze}: freeze election
    Freeze the roll under its root; anyone may.
sends {_contract.elections.messages.OpenElection}: open election
    Give the election its context and key, once everything is there; anyone may.
sends {_contract.elections.messages.CancelElection}: cancel election --reason
    Give an election up, for ever, before it opens.
sends {_contract.tokens.messages.CloseIssuing}: close election
    Fix which registrars sign for each class, once answers are closed; anyone may.
sends {_contract.offices.messages.AnnulElection}: annul election --reason
    Say, as authority or official, that the election is annulled; it takes both within a day.
sends {_contract.offices.messages.AcceptOverissue}: accept election --reason
    Say, as authority or official, that it is counted in spite of surplus tokens; also both.
sends {_contract.offices.messages.WithdrawWish}: withdraw election decision --reason
    Take back, as authority or official, what the other one has not agreed to.
    decision  annul, go-on or extend.
asks {_commands.setup.show}: show election
    Show an election's stage, its windows and its public numbers, as a node says.
asks {_commands.dates.calendar}: calendar election
    Show what is due in an election, from whom and when, as a node says.
sends {_commands.dates.extend}: extend election [--move...] --reason
    Say, as authority or official, that dates which are ahead are later ones; also both.
    | Without --move it agrees with what the other office wants.
    > board-2026 --move cast-until+2h --reason "the network was down" --key council
    --move  NAME=DATE or NAME+SPAN, such as cast-until=2027-01-31T17:00 or cast-until+2h.
local {_commands.words.words}: words file [--recover] [--lang=en]
    Make a voter's 24 words and show them once; everything of a vote follows from them.
    file FILE  File to make; for its owner only.
    --recover FLAG  Read 24 words from standard input.
acts {_commands.voter.request}: request election --words --sid --citizen
    Ask registrars for a token, or join your class's ring, under your name.
    | Any account may carry it.
proves {_commands.voter.token}: token election --words --sid --out
    Fetch your token before you vote; from then on nothing that is asked names you.
    --out FILE  File to make; keep it until you have voted.
votes {_commands.voter.voted}: voted election [--mark...]
    Prove whether your pseudonym has a ballot in the box; none means nobody voted for you.
    | With --mark: whether it holds what you marked.
votes {_commands.ballot.prepare}: prepare election --mark... --ballot --token
    Encrypt a ballot and show its tracker; note it elsewhere, then cast the ballot, or spoil.
    --token FILE env=SAPHA_TOKEN  File of the voter's token.
votes {_commands.ballot.cast}: cast election --ballot --receipt [--qr] [--now]
    Cast a prepared ballot at a random time in the window, and keep the proof that it is in.
    --receipt FILE  File to make for the receipt.
    --qr FILE  Also the tracker's QR code, as SVG.
    --now FLAG  Do not wait for the time that was drawn for you.
votes {_commands.ballot.spoil}: spoil election --ballot
    Open a prepared ballot for all to see, so that a second device can audit this one.
proves {_commands.ballot.audit}: audit election tracker
    Show what a spoiled ballot really held; run it on a device other than the one that voted.
local {_commands.ballot.receipt}: receipt file --genesis
    Check a receipt from the genesis file alone; needs no network.
    file FILE  The receipt's file.
acts {_commands.closing.count}: count election
    Have the closed box counted; anyone may. Trustees decrypt the sums afterwards.
acts {_commands.closing.tally}: tally election
    Put the trustees' shares together and publish the counts; anyone may.
proves {_commands.closing.result}: result election
    Show the proven result.
proves {_commands.closing.export}: export election --out
    Write everything public of an election to one file, proven to be whole.
    --out FILE  File to make for the record.
local {_commands.closing.check_record}: check-record file --genesis
    Check that a record is whole and proven; the separate verifier checks everything in it.
    file FILE  The record's file.
local {_commands.relay.relay_key}: relay-key file [--renew]
    Make a relay's key, which letters to it are sealed to; voters get it with its address.
    file FILE  The key's file.
    --renew FLAG  Put a fresh key in its place; what is sealed to the old one opens no more.
local {_commands.closing.verify}: verify file --genesis [--genesis-hash]
    Check everything in a record by the separate verifier; needs no network.
    file FILE  The record's file.
    --genesis-hash ID  What the agencies publish; else compare what is shown.
asks {_commands.relay.relay}: relay [--port=26680] [--batch=4] [--hold=120]
        [--relay-key] [--carry...]
    Open letters, hold back the ballots in them, and send them on mixed.
    --port NUMBER low=0 high=65535  0 takes a free one.
    --batch NUMBER low=1  Ballots that go out together.
    --hold NUMBER low=1 high=240  Longest wait, in seconds.
""",
    ways=VOTE_WAYS,
    groups={"registrar": registrar, "trustee": trustee},
    words=_WORDS,
)
