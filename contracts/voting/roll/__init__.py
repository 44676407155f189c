"""The roll: who may vote."""
