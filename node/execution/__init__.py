"""Executes blocks on an overlay: who may be in a block, what it does, which roots follow."""
