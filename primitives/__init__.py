"""Leaf types shared by all parts; no IO, nothing of ours imported."""
