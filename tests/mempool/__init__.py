"""Tests of node/mempool."""
