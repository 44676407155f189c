"""What we sign and seal is read by the usual libraries of npm, and what they make is read by us."""

import time

import pytest

from client.errors import NotOpened
from client.hpke import SealingKey, seal
from client.identity.credential import (
    CREDENTIAL,
    Audience,
    Terms,
    issue_credential,
    present,
    read_credential,
    verify_presentation,
)
from client.identity.disclosures import ALWAYS_SHOWN, Hidden
from client.identity.errors import BadCredential
from client.identity.jose import jwk_of, sign_json, to_base64url, verified_json
from client.relay.letter import open_letter, write_letter
from primitives.crypto import SigningKey
from primitives.keys import P256Key
from tests.client.identity.scenarios import SCENARIOS
from tests.client.identity.test_scenarios import HEADER, issued_here

NOW = int(time.time())  # their verifiers go by the machine's clock
AUDIENCE = Audience(verifier="revenue", nonce="n-1", at=NOW)
BINDING = {"aud": "revenue", "nonce": "n-1", "iat": NOW}
SIGNERS = {
    "ES256": (P256Key(b"\x01" * 32), P256Key(b"\x02" * 32)),
    "Ed25519": (SigningKey(b"\x01" * 32), SigningKey(b"\x02" * 32)),
}
BOX = SealingKey(b"\x03" * 32)


@pytest.fixture(params=sorted(SIGNERS))
def signers(request):
    """The name of the algorithm, the issuer's key and the holder's."""
    return (request.param, *SIGNERS[request.param])


def private(key) -> dict:
    return jwk_of(key.public_key) | {"d": to_base64url(key.seed)}


def bare(value):
    """Claims as they are when all is shown."""
    if isinstance(value, Hidden):
        return bare(value.value)
    if isinstance(value, dict):
        return {name: bare(item) for name, item in value.items()}
    return [bare(item) for item in value] if isinstance(value, list) else value


def frame_of(value) -> dict:
    """Our marks as their frame: names or numbers of what is hidden, and frames of what is in it."""
    inside = value.value if isinstance(value, Hidden) else value
    if not isinstance(inside, dict | list):
        return {}
    items = dict(inside if isinstance(inside, dict) else enumerate(inside)).items()
    hidden = [name for name, item in items if isinstance(item, Hidden)]
    frames = {str(name): frame for name, item in items if (frame := frame_of(item))}
    return frames | ({"_sd": hidden} if hidden else {})


def chosen_frame(paths) -> dict:
    """The places to show as their frame; what a place lies in is named too."""
    frame: dict = {}
    for path in paths:
        at = frame
        for part in path[:-1]:
            if at.get(str(part)) in (None, True):
                at[str(part)] = {}
            at = at[str(part)]
        at.setdefault(str(path[-1]), True)
    return frame


def person(claims: dict) -> dict:
    return {name: value for name, value in claims.items() if name not in (*ALWAYS_SHOWN, "iat")}


@pytest.mark.parametrize("name", SCENARIOS)
def test_sd_jwt_of_npm_sees_of_ours_what_the_scenario_says(strangers, signers, name):
    alg, issuer, holder = signers
    scenario = SCENARIOS[name]
    credential = issued_here(issuer, holder, scenario.claims)

    shown = present(credential, scenario.chosen, holder, AUDIENCE)

    key = jwk_of(issuer.public_key)
    answer = strangers.ask(act="verify", token=shown, alg=alg, key=key, binding=BINDING)
    assert answer.get("audience") == "revenue", answer
    assert person(answer["claims"]) == scenario.seen


@pytest.mark.parametrize("name", SCENARIOS)
def test_we_see_of_sd_jwt_of_npm_what_the_scenario_says(strangers, signers, name):
    alg, issuer, holder = signers
    scenario = SCENARIOS[name]
    cnf = {"cnf": {"jwk": jwk_of(holder.public_key)}}
    claims = HEADER | {"att_id": "07" * 32} | cnf | bare(scenario.claims)
    made = strangers.ask(
        act="issue",
        claims=claims,
        frame=frame_of(scenario.claims),
        typ=CREDENTIAL,
        alg=alg,
        key=private(issuer),
    )
    assert "token" in made, made
    credential = read_credential(made["token"], issuer.public_key)

    shown = present(credential, scenario.chosen, holder, AUDIENCE)

    assert verify_presentation(shown, issuer.public_key, AUDIENCE).claims == scenario.seen


def test_what_their_holder_shows_we_take(strangers, signers):
    alg, issuer, holder = signers
    scenario = SCENARIOS["array_of_scalars"]
    credential = issued_here(issuer, holder, scenario.claims)

    shown = strangers.ask(
        act="present",
        token=credential.compact,
        frame=chosen_frame(scenario.chosen),
        binding=BINDING,
        alg=alg,
        key=private(holder),
    )

    seen = verify_presentation(shown["token"], issuer.public_key, AUDIENCE)
    assert seen.claims == scenario.seen


def test_both_refuse_a_changed_presentation_another_nonce_and_another_issuer(strangers, signers):
    alg, issuer, holder = signers
    terms = Terms(
        issuer="first-bank",
        kind="sapha/proofing",
        issued_at=NOW - 60,
        expires_at=NOW + 1000,
        att_id=b"\x07" * 32,
        holder=holder.public_key,
    )
    shown = present(issue_credential(issuer, terms, {"adult": True}), ["adult"], holder, AUDIENCE)
    key, other = jwk_of(issuer.public_key), jwk_of(holder.public_key)
    token, disclosure, binding = shown.split("~")
    cut = "~".join((token, binding))

    for changed, by, nonce in (
        (cut, key, "n-1"),
        (shown, key, "n-2"),
        (shown, other, "n-1"),
        ("~".join((token, disclosure[:-4] + "AAAA", binding)), key, "n-1"),
    ):
        asked = BINDING | {"nonce": nonce}
        answer = strangers.ask(act="verify", token=changed, alg=alg, key=by, binding=asked)
        issuer_key = holder.public_key if by == other else issuer.public_key
        with pytest.raises(BadCredential):
            verify_presentation(
                changed, issuer_key, Audience(verifier="revenue", nonce=nonce, at=NOW)
            )
        assert "refused" in answer


def test_tokens_go_both_ways_with_jose_of_npm(strangers, signers):
    alg, issuer, holder = signers
    claims = {"name": "สมหญิง", "n": 1}
    ours = sign_json(issuer, CREDENTIAL, claims)
    keys = {"alg": alg, "key": jwk_of(issuer.public_key)}

    theirs = strangers.ask(act="sign", claims=claims, typ=CREDENTIAL, alg=alg, key=private(issuer))[
        "token"
    ]
    read = strangers.ask(act="check", token=ours, **keys)
    refused = strangers.ask(act="check", token=ours, alg=alg, key=jwk_of(holder.public_key))

    assert read == {"claims": claims, "typ": CREDENTIAL}
    assert verified_json(theirs, CREDENTIAL, issuer.public_key) == claims
    assert "refused" in refused
    with pytest.raises(BadCredential):
        verified_json(theirs, CREDENTIAL, holder.public_key)


def test_sealing_goes_both_ways_with_hpke_of_npm(strangers):
    ours = seal("ข้อความ".encode(), BOX.public, b"info")
    data, info = "ข้อความ".encode().hex(), b"info".hex()

    opened = strangers.ask(act="open", data=ours.hex(), box=(b"\x03" * 32).hex(), info=info)
    theirs = strangers.ask(act="seal", data=data, box=BOX.public.hex(), info=info)["sealed"]
    refused = strangers.ask(act="open", data=ours.hex(), box=(b"\x03" * 32).hex(), info="00")

    assert opened == {"data": data}
    assert BOX.open(bytes.fromhex(theirs), b"info").hex() == data
    assert "refused" in refused
    with pytest.raises(NotOpened):
        BOX.open(bytes.fromhex(theirs), b"other")


def test_a_letter_to_a_relay_is_opened_by_hpke_of_npm(strangers):
    letter = write_letter(b"{}", BOX.public, 1_800_000_000_000).raw

    info = (21).to_bytes(8, "big") + b"sapha/relay/v1/letter"
    answer = strangers.ask(
        act="open", data=letter[8:].hex(), box=(b"\x03" * 32).hex(), info=info.hex()
    )

    opened = open_letter(letter, BOX)
    assert bytes.fromhex(answer["data"])[:8] == opened.latest_ms.to_bytes(8, "big")
