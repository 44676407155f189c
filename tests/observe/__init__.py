"""Tests of node/observe."""
