"""`sapha id ask, answer, consent`: a relying party's question, and what is drafted on it.

The words of a request travel in a file of their own: the ledger holds only commitments to them.
"""

import json
from pathlib import Path

from client.contract import Actor, ask
from client.identity import ledger
from client.identity.draft_file import Draft, opening_json
from client.identity.drafts import IdpDrafts, SignOn
from client.identity.relying_party import Question, RelyingParty
from client.keystore import write_secret
from commands.identity.desk import Desk
from commands.identity.registration import office_of
from commands.output import UsageFault, say
from commands.sending import Make, WithFile
from contracts.identity.core.messages import DAY_S
from contracts.identity.requests.handlers import response_of
from primitives.crypto import PublicKey


def request(  # noqa: PLR0913 - each is an option of the command
    agency: str,
    *,
    idp: tuple[str, ...],
    words: str,
    words_out: Path,
    purpose: str,
    min_ial: int,
    min_aal: int,
    claim: tuple[str, ...] | None,
    service: tuple[str, ...] | None,
    on_behalf_of: PublicKey | None,
) -> Make:
    """Ask as a relying party who a citizen is; the ledger holds commitments to the words."""
    question = Question(
        idps=idp,
        purpose=purpose,
        min_ial=min_ial,
        min_aal=min_aal,
        words=words,
        claims=claim or (),
        services=dict(map(_service, service or ())),
        on_behalf_of=on_behalf_of,
    )

    async def make(actor: Actor) -> WithFile:
        asking = RelyingParty(office_of(actor, agency)).ask(question)
        document = {
            "req_id": "0x" + asking.request.req_id.hex(),
            "message": opening_json(asking.message),
            "scope": opening_json(asking.scope),
        }
        # Written before it is sent: a request whose words are lost can never be answered.
        write_secret(words_out, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        say(f"request {document['req_id']}")
        return WithFile(asking.request, words_out.unlink)

    return make


def answer(  # noqa: PLR0913 - each is an option of the command
    desk: Desk, agency: str, req_id: bytes, *, ial: int, aal: int, reject: bool
) -> Draft:
    """Draft an answer, as an IdP at which the citizen has just signed on."""
    sign_on = SignOn(ial=ial, aal=aal, auth_time=desk.now)
    drafts = IdpDrafts(agency=agency)
    return Draft(message=drafts.answer(req_id, sign_on, accepts=not reject))


async def consent(desk: Desk, agency: str, req_id: bytes, *, days: int) -> Draft:
    """Draft the consent to what a request asks, as the IdP that answered it."""
    found = await ledger.request(desk.rpc, req_id)
    response = await ask(desk.rpc, response_of, req_id, agency)
    if found is None or response is None:
        raise UsageFault(f"{agency} has answered no request 0x{req_id.hex()}")
    until = desk.now + days * DAY_S
    drafts = IdpDrafts(agency=agency)
    return Draft(message=drafts.consent(response.handle, found.asked, until))


def _service(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a service and its claims from SERVICE:CLAIM,CLAIM. Raises UsageFault."""
    name, _, claims = text.partition(":")
    asked = tuple(claim for claim in claims.split(",") if claim)
    if not name or not asked:
        raise UsageFault(f"--service {text}: write SERVICE:CLAIM,CLAIM, such as address:province")
    return name, asked
