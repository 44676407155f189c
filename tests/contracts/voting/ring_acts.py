"""What voters of a committee send: their one-time keys, and ballots that a ring signs."""

from dataclasses import replace

from client.voting.prover import prove_knowledge
from client.voting.ring import sign_ring
from contracts.sdk.group import hash_to_scalar, multiply_base
from contracts.sdk.transcript import hash_fields
from contracts.tools.testing import key_of
from contracts.voting.core.messages import UNSIGNED, Registrars
from contracts.voting.core.state import Ring
from contracts.voting.crypto.rings import RING_KEY, RingStatement, key_labels, tag_of
from contracts.voting.crypto.transcript import roll_context
from contracts.voting.elections.messages import OpenElection
from contracts.voting.rings.handlers import keys_of
from contracts.voting.rings.messages import JoinRing, joining_statement
from tests.contracts.identity.signing import CHAIN
from tests.contracts.voting import acts, scenes
from tests.contracts.voting.acts import class_of, context, context_0, pseudonym, ref_of, sender
from tests.contracts.voting.manifests import ELECTION, WINDOWS, founding, manifest
from tests.contracts.voting.world import DIRECTORS, VOTERS

JOINED = (*VOTERS[:4], *DIRECTORS)


def ring_plan(**changes):
    """A manifest without registrars."""
    return manifest(token_scheme=2, registrars=Registrars((), 0), **changes)


def roll_of(world):
    """ctx_R of the election, once its roll is frozen."""
    return roll_context(context_0(world), world.ask("election", ELECTION)[4])


def secret_of(who):
    """What is behind a voter's one-time key."""
    return hash_to_scalar(hash_fields("test-ring-member", (who.encode(),)))


def joining(world, who, *, signer=None, secret=None, **changes):
    """A voter's signed key; `changes` are made before it is signed."""
    secret = secret or secret_of(who)
    class_id = changes.get("class_id", class_of(who))
    posted = multiply_base(secret).encoded
    labels = key_labels(roll_of(world), ref_of(world, who), class_id, posted)
    proof = prove_knowledge(RING_KEY, labels, secret)
    key = key_of(signer or f"{who}-1")
    named = (ELECTION, ref_of(world, who), class_id, posted, proof, key.public_key)
    bare = replace(JoinRing(*named, UNSIGNED), **changes)
    return replace(bare, signature=key.sign(*joining_statement(CHAIN, roll_of(world), bare)))


@scenes.staged
def joinable():
    """A committee's election whose roll is frozen; voters may post their keys."""
    world = scenes.create(scenes.founded(), plan=ring_plan())
    return scenes.freeze(scenes.deal_all(scenes.reveal_all(scenes.commit_all(scenes.enrol(world)))))


@scenes.staged
def joined():
    """Four members and all directors have posted keys."""
    world = joinable()
    for who in JOINED:
        world.do("nobody", joining(world, who))
    return world


@scenes.staged
def casting():
    """The rings are closed, and ballots are taken."""
    world = joined().at(WINDOWS.keys_until_ms)
    world.do("commission", OpenElection(ELECTION))
    return world.at(WINDOWS.cast_from_ms)


def statement_of(world, who, voter_key=None):
    """What the ring of a voter's class signs for a pseudonym."""
    ring = Ring(*world.ask("ring", ELECTION, class_of(who)))
    return RingStatement(
        election=context(world),
        class_id=class_of(who),
        root=ring.root,
        keys=keys_of(ring),
        voter_key=voter_key or pseudonym(who).public_key,
    )


def token_of(world, who, voter_key=None):
    """A signature of a voter as a member of its ring."""
    return sign_ring(statement_of(world, who, voter_key), secret_of(who))


def sealed(world, who, *marks, token=None, **changes):
    """A voter's ballot that its ring signs."""
    shown = token or token_of(world, who)
    made = acts.sealed(world, who, *marks, token=tag_of(shown), **changes)
    return replace(made, token=shown)


def cast(world, who, *marks, **changes):
    """Let a voter cast a ballot; return it."""
    made = sealed(world, who, *marks, **changes)
    world.do_as(sender(who), made.cast())
    return made


def again(election_id, world):
    """The founding of another election of the same plan."""
    return founding(election_id, plan=world.kept["plan"])
