"""The console entry. It makes our packages importable by their own names, then runs `cli`.

In the wheel they lie under sapha/_app, in a checkout beside this folder. That folder goes first
on sys.path, so that no other installed project of the same name can take a package's place.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the command line."""
    here = Path(__file__).resolve().parent
    bundled = here / "_app"
    sys.path.insert(0, str(bundled if bundled.is_dir() else here.parent))
    from cli import app  # noqa: PLC0415 - importable only now

    app()


if __name__ == "__main__":
    main()
