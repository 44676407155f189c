"""Files that a user names are read by genesis.files, which has a bound: they may never end."""

import ast

from tests.meta.sources import modules

READERS = {"read_text", "read_bytes"}
# Files that the program has written itself, or that the kernel makes.
OWN = {
    "client/fvs/models.py": "its size is looked at before",
    "client/voting/deliveries.py": "what it has opened",
    "client/head_memory.py": "the head that it remembers",
    "client/identity/vouching/intake.py": "what it has taken or written, of a bounded length",
    "client/identity/vouching/folder.py": "what it has fetched, of a bounded length",
    "client/restart_file.py": "its record of what it has signed",
    "commands/bringing_up.py": "the log of a process that it started",
    "commands/processes.py": "process ids of its own, /proc",
    "commands/usage.py": "/proc",
}


def test_files_that_a_user_names_are_read_with_a_bound():
    found = set()
    for path, tree in modules().items():
        if path.startswith(("commands/", "client/", "genesis/")):
            calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
            for call in calls:
                if isinstance(call.func, ast.Attribute) and call.func.attr in READERS:
                    found.add(path)

    assert found == set(OWN)
