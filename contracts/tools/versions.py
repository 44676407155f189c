"""Versions of a contract beside each other: what they may not differ in, and how one is frozen.

python -m contracts.tools.versions cbdc     # freezes the newest as contracts/cbdc/v<version>
"""

import sys
from pathlib import Path

from contracts.sdk.contract import Contract
from contracts.sdk.errors import BadContract
from contracts.tools.code_hash import BASE, ROOT, parts_of_code, sources_of


def check_state(older: Contract, newer: Contract) -> None:
    """Check that what both versions keep, or tell, under one name has one form.

    So the bytes of an entry mean the same for ever; what gets another form gets another name.

    Raises:
        BadContract: names the first that differs.
    """
    if older.version >= newer.version:
        raise BadContract(f"{newer.name} {newer.version} does not follow {older.version}")
    before, after = _forms_of(older), _forms_of(newer)
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            raise BadContract(
                f"{newer.name}: {name} has another form in version {newer.version} than in"
                f" {older.version}; give what is new another name, and move it in the migration"
            )


def _forms_of(contract: Contract) -> dict[str, object]:
    """Return the forms of state and events by their names."""
    state = {
        name: (
            [part.describe() for part in stored.schema.key_types],
            stored.schema.value_type.describe(),
        )
        for name, stored in contract.state.items()
    }
    events = {cls.__name__: form.describe_fields() for cls, form in contract.scope.events.items()}
    return {**state, **events}


def freeze(name: str, version: int, root: Path = ROOT) -> Path:
    """Copy the newest `name`, which is of this version, into its folder; return that.

    The copy has the code hash of what it is a copy of, whatever the SDK becomes.

    Raises:
        BadContract: that version is frozen already.
    """
    folder = root / "contracts" / name
    frozen = folder / f"v{version}"
    if frozen.exists():
        raise BadContract(f"contracts/{name}/v{version} is there")
    base = parts_of_code(name, root).base
    package = f"contracts.{name}"
    for path in sources_of(folder):
        copy = frozen / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8")
        copy.write_text(text.replace(package, f"{package}.v{version}"), "utf-8")
    (frozen / BASE).write_text(base.hex() + "\n", "ascii")
    return frozen


if __name__ == "__main__":
    from contracts.registry import CONTRACTS

    made = freeze(sys.argv[1], CONTRACTS[sys.argv[1]].version)
    sys.stdout.write(f"{made}\n")
