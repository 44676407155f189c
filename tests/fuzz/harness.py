"""Runs one target of the fuzzing under coverage guidance.

python -m tests.fuzz.harness TARGET [options of libFuzzer] CORPUS...
"""

import importlib
import random
import sys
from collections.abc import Callable, Sequence

import atheris

from tests.fuzz.damage import damaged

OURS = ["primitives", "consensus", "p2p", "node", "genesis", "contracts", "commands", "tomllib"]
DAMAGES_MAX = 4


def main(target: str, options: list[str]) -> None:
    """Search until the options say to stop; a finding ends the process with its traceback."""
    with atheris.instrument_imports(include=OURS):
        module = importlib.import_module(f"tests.fuzz.{target}")
    atheris.Setup([target, *options], module.check, custom_mutator=mutator(module.seeds()))
    atheris.Fuzz()


def mutator(seeds: Sequence[bytes]) -> Callable[[bytes, int, int], bytes]:
    """Return how inputs are made: half by libFuzzer, half by damage to a seed.

    Parsers in C and Rust (msgpack, certificates, JSON, parameters) show no coverage, so libFuzzer
    soon holds nothing but the shortest input that they refuse.
    """

    def made(data: bytes, bytes_max: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < 0.5:
            return atheris.Mutate(data, bytes_max)
        damage = chance.randbytes(4 * chance.randint(1, DAMAGES_MAX))
        return damaged(chance.choice(seeds), damage)[:bytes_max]

    return made


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
