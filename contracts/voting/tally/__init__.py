"""Counting, the trustees' shares, the result."""
