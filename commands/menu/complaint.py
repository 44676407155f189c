"""The words of `sapha complaint`: what a user can write, and where it is done."""

from commands.framework.places import commands, contracts
from commands.menu.complaint_words import COMPLAINT_WAYS, WORDS
from commands.menu.words import COMMON, listed

_commands, _contract = commands.complaint, contracts.complaints
app = listed(
    "Complaints: file, track, work, hand over, resolve, report.",
    f"""
looks {_commands.filing.file}: file --template --category --to --area --field...
        [--attach...] [--anonymous] [--receipt-out]
    File a complaint: with --anonymous (prints the receipt's words), or with --key.
    --to  The agency that the complaint is filed with.
    --anonymous FLAG  File with a fresh receipt.
opens {_commands.filing.take_in}: take-in --template --category --area --field...
        [--attach...] [--receipt-out]
    File with the own agency for someone, who gets the receipt's words.
citizen {_commands.filing.add}: add [case] [--text] [--attach]
    Add a text or a file to one's own case.
    --attach FILE  A file.
officer {_commands.filing.note}: note case [--kind=internal] [--text] [--attach]
    Add a text or a file as the holder or a joint agency.
    --kind  Who reads it: public, participant or internal.
    --attach FILE  A file.
citizen {_commands.filing.answer}: answer text [case]
    Answer the holder's question; the clocks run again.
    text  What to say; - reads standard input.
own {_commands.citizen.rate}: rate [case] [--stars]
    Close a resolved case, with 1 to 5 stars or without.
    --stars NUMBER low=1 high=5  1 to 5; without it only confirm.
citizen {_commands.citizen.appeal}: appeal grounds [case] [--to...]
    Ask a supervisor to look at a closed case.
    grounds  What to say; - reads standard input.
    --to  Supervisors that may read the case.
own {_contract.reviews.messages.Withdraw}: withdraw [case]
    End one's own complaint.
own {_contract.reviews.messages.Reopen}: reopen [case]
    Open a resolved case again, in time.
    = agency
own {_contract.erasures.messages.RequestErasure}: request-erasure [case]
    Ask for the erasure of what the case holds.
local {_commands.reading_key.reading_key}: reading-key file
    Make an agency's reading key, to which complaints are sealed.
    file FILE  File to make; whoever has it can read.
officer {_commands.officer.handler}: handler hosts...
    Put the agency's reading key and hosts on the ledger; the administrator signs.
    hosts  Members that keep the content, up to 4.
sends {_contract.work.messages.Accept}: accept case
    Take up a case that the agency holds.
officer {_commands.officer.stage}: stage case code [--note=]
    Move a case along its template.
    code  Code of the next stage.
    --note  A text that goes with it.
officer {_commands.officer.ask}: ask case question
    Ask the citizen; the clocks stand until the answer.
    question  What to say; - reads standard input.
sends {_contract.work.messages.Resume}: resume case
    Go on without the citizen's answer.
officer {_commands.officer.resolve}: resolve case outcome result
    Say how the case ended.
    outcome  Code of the outcome, such as fixed.
    result  What to say; - reads standard input.
officer {_commands.officer.split}: split case categories...
    Split a case into parts, each with the complaint's form.
    categories  A category for each part.
sends {_contract.parts.messages.Merge}: merge case into
    Close a case in favour of another that the agency holds.
    into CASE  The case that stays.
sends {_contract.reviews.messages.Reopen}: open-again case --as
    Open a resolved case of the own agency again.
opens {_commands.officer.erase}: erase case --basis
    Erase a closed case on the citizen's request, and put the nodes' receipts on the ledger.
    --basis name=legal_basis  Legal basis.
supervisor {_commands.supervisor.assign}: assign case to --reason
    Give a stuck case to an agency.
    --reason  Why.
supervisor {_commands.supervisor.decide}: decide case decision [--to=]
    Decide an appeal.
    decision  uphold, reopen or reassign.
    --to  The agency that a case is reassigned to.
sends {_commands.supervisor.set_template}: set-template file
    Put the next version of a template in force.
    file FILE  The template as JSON, as the ledger shows it.
officer {_commands.officer.handler}: reading-hosts hosts...
    Put the supervisor's reading key on the ledger, for citizens who appeal.
    hosts  Members of the supervisor.
asks {_commands.looking.timeline}: timeline case [--lang=th]
    Show every step of a case, who held it, and the time left then.
looks {_commands.looking.track}: track [case] [--lang=th]
    Show where one's own case is: by the receipt's words, a key, or the id alone.
asks {_commands.looking.show}: show case
    Show what everybody may see of a case; of sensitive kinds that is nothing.
asks {_commands.looking.custody}: custody case [--at]
    Show the chain of custody: who held a case from which block on.
    --at NUMBER low=0  Only who held it at this block.
asks {_commands.looking.inbox}: inbox agency [--kind=held]
    List an agency's open cases, with the time left.
    agency  Id of an agency, such as khet-bangrak.
    --kind  held, offered, joint or invited.
asks {_commands.looking.appeals}: appeals
    List the cases whose appeal waits for a supervisor.
asks {_commands.looking.escalations}: escalations
    List all missed deadlines, the oldest first.
looks {_commands.looking.read}: read [case] [--out]
    Show what the citizen may read of the own case.
    --out FILE  Folder to write the files to.
opens {_commands.looking.open_case}: open case [--out]
    Show what the agency may read of a case.
    --out FILE  Folder to write the files to.
asks {_commands.looking.stats}: stats [--exact] [--small-count=10]
    Show counts, times and deadlines kept by agency; small counts are hidden.
asks {_commands.looking.report}: report --out [--exact] [--small-count=10]
    Write the statistics with plots as one HTML page that opens without a network.
    --out FILE  The HTML file to write.
""",
    ways=COMPLAINT_WAYS,
    places={
        "transfer": commands.menu.complaint_groups.transfer,
        "joint": commands.menu.complaint_groups.joint,
        "hold": commands.menu.complaint_groups.hold,
    },
    words=COMMON | WORDS,
)
