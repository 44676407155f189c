"""Words of `sapha id`, and the ways in which its leaves make and pass on drafts."""

from functools import partial
from typing import Any

from commands.framework.kinds import FILE, FLAG, ID, NUMBER, PUBLIC_KEY, TIME
from commands.framework.places import Place, commands
from commands.framework.tree import Leaf
from commands.framework.words import Word
from commands.menu.words import WAYS, asks

KEY = "0x01" + "5a" * 32  # as a citizen's key is written: its kind, then the key

WORDS = {
    "sid": Word("The subject: 0x and 64 hex digits.", ID),
    "req_id": Word("The request: 0x and 64 hex digits.", ID),
    "ses_id": Word("The session: 0x and 64 hex digits.", ID),
    "con_id": Word("The consent: 0x and 64 hex digits.", ID),
    "att_id": Word("The attestation: 0x and 64 hex digits.", ID),
    "man_id": Word("The mandate: 0x and 64 hex digits.", ID),
    "agency": Word("Id of the agency that acts, such as revenue.", sample="revenue"),
    "idp": Word("Id of the IdP, such as first-bank.", sample="first-bank"),
    "draft": Word("File of the draft; it is written back.", FILE),
    "sector": Word("A sector of relying parties, such as tax.", sample="tax"),
    "lost_key": Word("The lost key: 0x and 66 hex digits.", PUBLIC_KEY, sample=KEY),
    "--out": Word("File to write the draft to.", FILE),
    "--sector": Word("The sector of the agency that it is about."),
    "--namespace": Word("Whose identifiers: th.cid are citizens' numbers."),
    "--min-ial": Word("IAL 2.1 is 210.", NUMBER),
    "--min-aal": Word("AAL 2.2 is 220.", NUMBER),
    "--ial": Word("IAL 2.1 is 210.", NUMBER),
    "--aal": Word("AAL 2.2 is 220.", NUMBER),
    "--aal-cap": Word("The highest AAL that the key gives; AAL 2.2 is 220.", NUMBER),
    "--days": Word("How long from now.", NUMBER, low=1, high=3660),
    "--hours": Word("How long from now.", NUMBER, low=1, high=24),
    "--node-key": Word("File of a signing key of the agency's node.", FILE, name="node"),
    "--evidence": Word("The face match: 0x and 64 hex digits.", ID),
    "--majority": Word("Until when a minor is one: a date.", TIME, name="majority_ms"),
    "--guardian": Word("A subject that may help to recover lost keys; give several.", ID),
    "--subject-key": Word("The citizen's subject key (sapha id keys).", PUBLIC_KEY, sample=KEY),
    "--delegate": Word("The receiver's key of the sector (sapha id keys).", PUBLIC_KEY, sample=KEY),
    "--on-behalf-of": Word(
        "The key of who gave the mandate, in this sector.", PUBLIC_KEY, sample=KEY
    ),
    "--verifier": Word("Whom it is shown to, such as revenue.", sample="revenue"),
    "--nonce": Word("What the verifier asked to be signed, once.", sample="7f3a"),
    "--reject": Word("The citizen says no.", FLAG),
    "--agree": Word("Sign what is shown.", FLAG),
    "--keep": Word("Do not delete the pictures.", FLAG),
}
_papers = commands.identity.papers


def _drafts(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that writes a draft."""
    return asks(name, does, f"{usage} --out", text, via=_papers.drafts, **more)


IDENTITY_WAYS = WAYS | {"drafts": _drafts, "amends": partial(asks, via=_papers.amends)}
