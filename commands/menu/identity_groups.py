"""The groups within `sapha id`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE, NUMBER
from commands.framework.places import commands, contracts
from commands.framework.words import Word
from commands.menu.identity_words import IDENTITY_WAYS, KEY, WORDS
from commands.menu.words import COMMON, listed

_lives, _contract = commands.identity.lives, contracts.identity
_WORDS = COMMON | WORDS
recover = listed(
    "Lost keys: a new one takes their place after a hold.",
    f"""
drafts {_lives.recovery}: start agency sid --evidence [--aal-cap=220]
    Draft a recovery on a face match of the last day; the citizen's new key signs it.
drafts {_lives.in_person}: in-person agency sid second [--aal-cap=220]
    Draft a recovery in person, as the registry; the new key signs it, a second agency vouches.
    second  The second agency that sees the person.
amends {_lives.vouch}: vouch draft --node-key
    Vouch as the second agency, once the citizen has signed.
sends {_lives.veto}: veto sid --citizen
    Stop a recovery that the citizen did not ask for; any key may carry it.
sends {_lives.veto_policy}: veto-policy sid --citizen
    Stop a recovery policy that rests and that the citizen did not want; any key may carry it.
sends {_contract.recovery.messages.StopRecovery}: stop agency sid [--reason=]
    Stop a recovery, as a supervisor or the registry.
sends {_lives.finish}: finish sid
    Put the new key in force after the hold.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS,
)
devices = listed(
    "Keys of a citizen's devices.",
    f"""
drafts {_lives.added_key}: add agency sid [--kind=device] [--aal-cap=220]
    Draft that another device's key joins; that device signs first, then one that is in.
    --kind choices=device,card,passkey,paper  What holds the key.
drafts {_lives.revoked_key}: end agency sid old_key
    Draft that a device's key ends; another of the citizen's keys signs it.
    old_key PUBLIC_KEY sample={KEY}  The key that ends: 0x and 66 hex digits.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS,
)
voucher = listed(
    "A voucher: keys posted ahead, blinded keys answered for everybody at once.",
    f"""
signs {commands.identity.voucher.post}: post agency kind period --vault --folder
        [--generation=0] [--edition=1]
    Begin a round of keys unless it is begun, and post this voucher's; again posts what is missing.
    | Keys of an epoch are posted in the week before it, the last a day before it.
    kind choices=enrol,alive  The keys of a list (enrol), or of an epoch (alive).
    period NUMBER low=0 high=1048576  Number of the list; of an epoch the days since 1970.
signs {commands.identity.voucher.run}: run agency --vault --folder [--port=0] [--letters-key]
        --genesis
    Do all that is due of a voucher, by itself: keys, sums, answers, counts; and take letters.
    | It listens on the loopback for sealed letters; relays carry them there (sapha vote relay).
    | May be stopped at any point and started again.
    --port NUMBER low=0 high=65535  0 takes a free one.
    --letters-key FILE  File of the key that letters are sealed to (sapha vote relay-key).
signs {commands.identity.voucher.answer}: answer agency period --vault --folder --inbox
        [--generation=0] [--edition=1] [--genesis]
    Take what wallets handed in for an epoch, answer it, publish it, and state how much it was.
    | Publish the folder `answers` below --folder by any server of files.
    period NUMBER low=0 high=1048576  The epoch: days since 1970.
    --inbox FILE  Folder of what wallets handed in; what is under no root is named and left.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS
    | {
        "--vault": Word("Folder of the voucher's sealed seed; made when there is none.", FILE),
        "--folder": Word("Folder of what was handed in, and of what is published.", FILE),
        "--generation": Word("0, or the quarter of recoveries.", NUMBER, low=0, high=65_536),
        "--edition": Word("Edition of the vouchers.", NUMBER, low=1, high=2_147_483_648),
    },
)
vouchers = listed(
    "Vouchers and places of sectors: set by the supervisor, looked up by anybody.",
    f"""
sends {_contract.vouching.messages.SetVouchers}: name edition agencies... --needed
        [--holders-min=20]
    Name the vouchers of the next edition, as the supervisor; none is an IdP or relying party.
    edition NUMBER low=1 high=2147483648  One more than the last.
    agencies sample=pea  Ids of the agencies, in order; their numbers go from 1.
    --needed NUMBER low=2 high=10 sample=3  How many sign together.
    --holders-min NUMBER low=1 high=10000  A class of fewer joins the one below.
sends {_contract.vouching.messages.AssignPlace}: place list_id place sector
    Give a sector its place in a list, as the supervisor, for good.
    place NUMBER low=0 high=1023  A place without a sector.
sends {commands.identity.vouchers.require}: require epoch [--for-good]
    Let no key act without certificates from an epoch on; NOBODY CAN TAKE IT BACK.
    epoch NUMBER low=0 high=1048576  Days since 1970, at least two ahead.
    --for-good FLAG  You know that it is for good.
asks {commands.identity.vouchers.show}: show [--edition]
    Show who vouches, and how many of them sign together.
    --edition NUMBER low=1 high=2147483648  Without it the last.
asks {commands.identity.vouchers.places}: places list_id
    Show the places of a list, and the agencies that share a place's sector.
asks {commands.identity.vouchers.duties}: due agency
    Show what a voucher has to do now, and until when.
asks {commands.identity.vouchers.surplus}: surplus epoch [--list=1] [--generation=0]
    Count keys that were shown against answers; exit 1 if vouchers cheat together.
    epoch NUMBER low=0 high=1048576  Days since 1970.
    --list NUMBER name=list_id low=1 high=65536  The list whose places are counted.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS
    | {
        "list_id": Word("Number of the list, from 1.", NUMBER, low=1, high=65_536),
        "--generation": Word("0, or the quarter of recoveries.", NUMBER, low=0, high=65_536),
    },
)
certificates = listed(
    "A citizen's certificates: enrolled once, deposited once a year, shown by themselves.",
    f"""
signs {commands.identity.certificates.enrol}: enrol sid --citizen [--voucher...] [--list=1]
    Put the root of a list's keys on the ledger, and hand them to the vouchers.
    | Again does what is missing, also after a loss of all but the words.
    --voucher  Where a voucher's files are, as NUMBER=FOLDER; give several; they are kept.
    --list NUMBER low=1 high=65536 name=list_id  The list that has the sectors' places.
signs {commands.identity.certificates.deposit}: deposit --citizen
    Deposit the keys of this year, or of the next on the day that is drawn; says which.
asks {commands.identity.certificates.fetch}: fetch --citizen
    Fetch today's answers of the vouchers, whole; sapha id sign does so by itself where it must.
asks {commands.identity.certificates.status}: status --citizen
    Show how a citizen's keys are vouched for today, and what is missing.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS,
)
credential = listed(
    "A citizen's credential: issued, shown in parts, looked at.",
    f"""
asks {commands.identity.credentials.issue}: issue draft --node-key --holder --credential
    Issue the credential of a proofing that the citizen has signed, as its IdP.
    draft FILE  The draft of the proofing.
    --holder PUBLIC_KEY sample={KEY}  The key that will show it (sapha id keys).
    --credential FILE  File to write it to; only its holder may read it.
asks {commands.identity.credentials.show}: show credential claims... --citizen --verifier --nonce
    Show some claims to one verifier, for five minutes.
    credential FILE  File of the credential.
    claims sample=given_name  Names of the claims; no other is shown.
asks {commands.identity.credentials.check}: check --verifier --nonce [--issuer...]
    Say what a presentation shows, and whether it counts; standard input gives it.
    --issuer  Whom one that names no attestation is believed of; give several.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS,
)
sessions = listed(
    "Sign-ons that are kept and used again.",
    f"""
drafts {_lives.keep}: keep agency sector [--ial=210] [--aal=220] [--hours=8]
    Draft that a sign-on of now is kept for reuse in a sector; the citizen signs it.
drafts {_lives.reuse}: reuse agency ses_id req_id
    Draft an answer by an earlier sign-on; the citizen signs it.
sends {_contract.sessions.messages.EndSession}: end agency ses_id
    End a session, as the IdP that keeps it.
sends {_lives.sign_off}: sign-off ses_id --sector --citizen
    End a session as its citizen; any key may carry it.
sends {_lives.end_key}: end-key --sector --citizen
    End the citizen's key of a sector, for good, with all that it let go on; any key may carry it.
sends {_contract.sessions.messages.SuspendPairwise}: suspend-key agency citizen_key
    End what an IdP carried for a pairwise key, as that IdP.
    citizen_key PUBLIC_KEY sample={KEY}  The pairwise key: 0x and 66 hex digits.
sends {_contract.sessions.messages.ResumePairwise}: resume-key agency citizen_key
    Carry acts of a pairwise key again, as that IdP.
    citizen_key PUBLIC_KEY sample={KEY}  The pairwise key: 0x and 66 hex digits.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS,
)
mandates = listed(
    "Who acts for whom in a sector.",
    f"""
drafts {_lives.mandate}: draft agency sector purposes... --delegate [--days=90]
    Draft a mandate, as the giver's IdP; giver and receiver sign it.
    purposes  What for, such as tax.
sends {_lives.end_mandate}: end man_id --sector --citizen
    End a mandate, given or accepted; any key may carry it.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS,
)
show = listed(
    "What the ledger says now.",
    f"""
asks {commands.identity.looks.subject}: subject sid [--subject-key]
    Show how a subject stands: status, level, attestations, keys, IdPs, its last recovery.
    --subject-key PUBLIC_KEY sample={KEY}  Also who reported this key lost.
asks {commands.identity.looks.idps}: idps agency [--namespace=th.cid] [--min-ial=210]
        [--min-aal=220]
    List the IdPs that may answer such a request of a relying party now.
shows {_contract.request}: request req_id
    Show what a request asks and where it stands now.
shows {_contract.session}: session ses_id
    Show a session and whether it may be used now.
shows {_contract.consent}: consent con_id
    Show a consent and whether it is granted now.
shows {_contract.mandate}: mandate man_id
    Show a mandate.
asks {commands.identity.looks.recovery}: recovery sid
    Show the last recovery of a subject, and when its hold ends.
shows {_contract.policy_change}: policy sid
    Show the last change of a subject's recovery policy.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS,
)
