"""Tests of node/rpc."""
