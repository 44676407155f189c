"""The signer: a process that holds a validator's key and its own sign-state; how a node asks it.

Source: docs/protocol.md#signer; docs/adr/0036-signer.md.
"""
