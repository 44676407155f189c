"""Erasure on request, and the legal hold that forbids it."""
