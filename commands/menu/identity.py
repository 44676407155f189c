"""The words of `sapha id`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE, FLAG, ID, NUMBER
from commands.framework.places import commands, contracts
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, local, sends, shows, signs

WORDS = {
    "sid": Word("The subject: 0x and 64 hex digits.", ID),
    "req_id": Word("The request: 0x and 64 hex digits.", ID),
    "ses_id": Word("The session: 0x and 64 hex digits.", ID),
    "con_id": Word("The consent: 0x and 64 hex digits.", ID),
    "att_id": Word("The attestation: 0x and 64 hex digits.", ID),
    "agency": Word("Id of the agency that acts, such as revenue.", sample="revenue"),
}

app = Group(
    "Digital identity: ask, look up, withdraw, revoke.",
    local(
        "citizen",
        commands.citizen.citizen,
        "file",
        "Make a citizen's keys from one fresh seed, and print the public ones.",
        words={"file": Word("File to make; it is the citizen's only secret.", FILE)},
    ),
    local(
        "keys",
        commands.citizen.keys,
        "--citizen [--sector]",
        "Print a citizen's public keys.",
        words={"--sector": Word("Also the key that a sector sees.")},
    ),
    asks(
        "subject",
        commands.identity.subject,
        "sid",
        "Show the level that a subject has now, and the attestations that bear it.",
    ),
    shows(
        "request",
        contracts.identity.request,
        "req_id",
        "Show what a request asks and where it stands now.",
    ),
    shows(
        "session",
        contracts.identity.session,
        "ses_id",
        "Show a session and whether it may be used now.",
    ),
    shows(
        "consent",
        contracts.identity.consent,
        "con_id",
        "Show a consent and whether it is granted now.",
    ),
    signs(
        "ask",
        commands.identity.ask,
        "agency --idp... --words --out [--purpose=login] [--min-ial=210] [--min-aal=220] "
        "[--claim...] [--service...]",
        "Ask as a relying party who a citizen is; the ledger holds commitments to the words.",
        words={
            "--idp": Word("An IdP that may answer; give several."),
            "--words": Word("What the citizen is asked."),
            "--out": Word("File for the words, to hand to the citizen.", FILE),
            "--purpose": Word("Such as login, tax or benefit."),
            "--min-ial": Word("IAL 2.1 is 210.", NUMBER),
            "--min-aal": Word("AAL 2.2 is 220.", NUMBER),
            "--claim": Word("A claim to consent to."),
            "--service": Word("Claims asked of a source, as SERVICE:CLAIM,CLAIM."),
        },
    ),
    sends(
        "revoke",
        contracts.identity.attestations.messages.SetAttestation,
        "agency att_id [--reason=]",
        "Revoke an attestation of this agency, for ever; reuse stops with it.",
        fixed={"status": "revoked"},
    ),
    asks(
        "withdraw",
        commands.identity.withdraw,
        "con_id --sector --citizen --key...",
        "Take a consent back; any key may carry the citizen's word.",
        words={"--sector": Word("The sector of the agency it was given to.")},
    ),
    asks(
        "trail",
        commands.identity.trail,
        "--citizen",
        "List who asked for this citizen, for what, and when; only their own file finds it.",
    ),
    local(
        "compare",
        commands.faces.compare,
        "reference probe --detector --embedder --policy [--keep]",
        "Compare two faces by your models; exit 0 only for a match. Says nothing of liveness.",
        words={
            "reference": Word("Picture of the document; DELETED.", FILE),
            "probe": Word("Picture taken now; DELETED.", FILE),
            "--detector": Word("ONNX face detector (YuNet's form).", FILE),
            "--embedder": Word("ONNX face embedder (SFace's form).", FILE),
            "--policy": Word("JSON of the thresholds; see docs/identity.md.", FILE),
            "--keep": Word("Do not delete the pictures.", FLAG),
        },
    ),
    words=WORDS | COMMON,
)
