"""Fuzzing: what strangers, disks and people may hand us, one module a target.

A target has `check(data)`, which raises when a decoder breaks its law, and `seeds()`, from which
the search begins. The law: a decoder returns a value that encodes back to the same bytes, or raises
its own named error; never another exception, never unbounded memory or time.
"""

# Of a hundred inputs, how many each target gets: by what an input costs and how far it can lead.
TARGETS = {
    "frames": 14,
    "transactions": 20,
    "blocks": 24,
    "wal": 12,
    "journal": 6,
    "certificates": 8,
    "rpc": 8,
    "genesis": 10,
    "config": 4,
    "plan": 2,
}
