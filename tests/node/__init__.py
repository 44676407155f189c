"""Tests of the node's own wiring."""
