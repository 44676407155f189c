"""The reviewed contracts that run inside the state machine."""
