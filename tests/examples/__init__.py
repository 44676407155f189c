"""The examples do what docs/protocol.md says."""
