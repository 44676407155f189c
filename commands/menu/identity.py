"""The words of `sapha id`: what a user can write, and where it is done."""

from commands.framework.places import commands, contracts
from commands.menu.identity_words import IDENTITY_WAYS, KEY, WORDS
from commands.menu.words import COMMON, listed

_commands, _contract = commands.identity, contracts.identity
_papers = _commands.papers
app = listed(
    "Digital identity: register, proof, ask, answer, consent, recover, look up.",
    f"""
local {commands.citizen.citizen}: citizen file [--words]
    Make a citizen's keys from one fresh seed, and print the public ones.
    file FILE  File to make; it is the citizen's only secret.
    --words FLAG  From 24 words that were written down; standard input gives them.
local {commands.citizen.words}: words --citizen [--thai]
    Print the 24 words to write down, which give all keys back; whoever reads them has the keys.
    --thai FLAG  Thai words in place of English ones.
asks {commands.citizen.keys}: keys --citizen [--sector]
    Print a citizen's public keys; only for a sector's a node is asked.
    --sector  Also the key that a sector sees: that of its place in a list.
drafts {_commands.registration.register}: register agency --subject-key [--namespace=th.cid]
        [--aal-cap=220] [--guardian...]
    Draft a person's registration, as an IdP; registry and citizen sign it.
amends {_commands.registration.certify}: certify draft identifier --node-key --tag-key
        [--majority] [--days=7]
    Add the person's tag and its certificate to a registration, as the registry.
    identifier  The person's number, - to read it from standard input; it is kept nowhere.
    --tag-key FILE  File of the registry's secret key for tags (sapha id tag-key).
local {_commands.registration.tag_key}: tag-key file
    Make a registry's secret key for tags; a person's tag is by this key for good.
    file FILE  File to make; keep it as safe as the register.
amends {_papers.sign}: sign draft --citizen [--words] [--agree]
    Show a draft to the citizen; sign it with --agree.
    --words FILE  The words of the request that the draft is about.
sends {_papers.message}: send draft
    Send a signed draft, after the certificates that the wallet put with it.
    draft FILE  File of the draft.
local {_papers.qr}: qr draft [--picture]
    Show a draft as a QR, for who signs or sends it on another device.
    draft FILE  File of the draft.
    --picture FILE  Draw it into a file: file.svg or file.png.
local {_papers.scan}: scan --out
    Write the draft that a scanner read to a file; standard input gives the text.
drafts {_commands.registration.link}: link agency sid
    Draft that another IdP acts for a subject; the citizen signs it.
sends {_commands.lives.unlink}: unlink sid idp --citizen
    Leave an IdP; any key may carry the citizen's word.
sends {_commands.registration.match}: match agency sid idp --subject-key [--purpose=proofing]
        --officer --pad-level --opening-out [--hours=24]
    Attest as a face verification service that an officer matched face and document.
    idp  The IdP that the match serves, alone and once, such as first-bank.
    --subject-key PUBLIC_KEY sample={KEY}  The key that was shown; after a loss, the new one.
    --purpose choices=proofing,recovery  What the match serves.
    --officer  Who compared, such as counter-4.
    --pad-level NUMBER low=0 high=2  How liveness was seen: 0 not, 1 or 2 (ISO/IEC 30107-3).
    --opening-out FILE  File for what opens the commitment.
drafts {_commands.registration.proof}: proof agency sid claims [--ial=210] [--method=counter]
        [--evidence] [--days=365]
    Draft a proofing, as an IdP; the citizen sees the claims and signs it.
    claims FILE  JSON object of the claims; they stay off the ledger.
    --method  How the person was proofed.
sends {_commands.requests.request}: ask agency --idp... --words --words-out [--purpose=login]
        [--min-ial=210] [--min-aal=220] [--claim...] [--service...] [--on-behalf-of]
    Ask as a relying party who a citizen is; the ledger holds commitments to the words.
    --idp  An IdP that may answer; give several.
    --words  What the citizen is asked.
    --words-out FILE  File for the words, to hand to the citizen.
    --purpose  Such as login, tax or benefit.
    --claim  A claim to consent to.
    --service  Claims asked of a source, as SERVICE:CLAIM,CLAIM.
drafts {_commands.requests.answer}: answer agency req_id [--ial=210] [--aal=220] [--reject]
    Draft an answer, as an IdP at which the citizen has just signed on.
drafts {_commands.requests.consent}: consent agency req_id [--days=90]
    Draft the consent to what a request asks, as the IdP that answered it.
sends {_commands.lives.withdraw}: withdraw con_id --sector --citizen
    Take a consent back; any key may carry the citizen's word.
sends {_contract.requests.messages.AcknowledgeRequest}: complete agency req_id
    Say as the relying party that all answers have arrived.
sends {_contract.requests.messages.CloseRequest}: close-request agency req_id
    Close a completed request.
sends {_contract.requests.messages.CancelRequest}: cancel-request agency req_id
    Withdraw a request that has no final state.
sends {_contract.recovery.messages.ReportLost}: report-lost agency sid lost_key
    Suspend a key at once, as an IdP of the subject or the registry.
drafts {_commands.lives.lift}: lift-report agency sid lost_key
    Draft that a reported key acts again; another key signs it, or none at the registry.
sends {_contract.attestations.messages.SetAttestation}: revoke agency att_id [--reason=]
    Revoke an attestation of this agency, for ever; reuse stops with it.
    = status revoked
sends {_contract.subjects.messages.CloseSubject}: close agency sid cause
    Close a subject for ever, as the registry.
    cause choices=death,mistake  death, or mistake: then the person may be registered anew.
asks {_commands.looks.trail}: trail --citizen [--sector...] [--genesis]
    List who asked for this citizen, for what, and when; only their own file finds it.
    --sector  Look in this sector alone; give several, or none for all.
local {commands.faces.compare}: compare reference probe --detector --embedder --policy [--keep]
    Compare two faces by your models; exit 0 only for a match. Says nothing of liveness.
    reference FILE  Picture of the document; DELETED.
    probe FILE  Picture taken now; DELETED.
    --detector FILE  ONNX face detector (YuNet's form).
    --embedder FILE  ONNX face embedder (SFace's form).
    --policy FILE  JSON of the thresholds; see docs/identity.md.
""",
    ways=IDENTITY_WAYS,
    places={
        "recover": commands.menu.identity_groups.recover,
        "devices": commands.menu.identity_groups.devices,
        "credential": commands.menu.identity_groups.credential,
        "sessions": commands.menu.identity_groups.sessions,
        "mandates": commands.menu.identity_groups.mandates,
        "certificates": commands.menu.identity_groups.certificates,
        "voucher": commands.menu.identity_groups.voucher,
        "vouchers": commands.menu.identity_groups.vouchers,
        "show": commands.menu.identity_groups.show,
    },
    words=COMMON | WORDS,
)
